using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace BackupPortal.Api;

/// <summary>The API's own description (OpenAPI 3.1), made once: the endpoints of a running portal do not change. Safe for concurrent use.</summary>
internal sealed class ApiDocument
{
    public const string Name = "v1";

    public const string Address = ApiEndpoints.Root + "/openapi.json";

    private readonly Lazy<Task<OpenApiDocument>> document;
    private readonly Lazy<Task<byte[]>> json;

    public ApiDocument([FromKeyedServices(Name)] IOpenApiDocumentProvider provider)
    {
        document = new(() => Task.Run(() => MakeAsync(provider)));
        json = new(async () => Encoding.UTF8.GetBytes(await (await document.Value).SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1)));
    }

    public Task<OpenApiDocument> ReadAsync() => document.Value;

    public Task<byte[]> ReadJsonAsync() => json.Value;

    // In English for everybody, whoever asks first.
    private static Task<OpenApiDocument> MakeAsync(IOpenApiDocumentProvider provider)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
        return provider.GetOpenApiDocumentAsync();
    }
}
