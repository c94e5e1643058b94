using System.Globalization;
using BackupPortal.Access;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;

namespace BackupPortal.Api;

/// <summary>What the document says of every endpoint alike: who may use it, by which token, and what can go wrong.</summary>
internal static class ApiDescription
{
    /// <summary>What a token needs for an endpoint.</summary>
    public const string RightExtension = "x-token-right";

    private const string Scheme = "token";

    private static readonly int[] ProblemsOfAll = [400, 401, 403, 405, 429, 500, 503];

    public static IServiceCollection AddApiDocument(this IServiceCollection services) => services.AddSingleton<ApiDocument>().AddOpenApi(ApiDocument.Name, static options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.ShouldInclude = static description => description.RelativePath?.StartsWith(ApiEndpoints.Root[1..], StringComparison.Ordinal) == true;
        options.AddDocumentTransformer(static (document, _, _) => Complete(document));
        options.AddOperationTransformer(static (operation, context, _) => Complete(operation, context));
    });

    private static Task Complete(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo { Title = "BackupPortal", Version = ApiDocument.Name, Description = "Everything that the pages do, for programs." };
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Scheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An access token, made on /account/tokens." },
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, document)] = [] }];
        return Task.CompletedTask;
    }

    private static async Task Complete(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        operation.Parameters ??= [];
        AddAddress(operation, context.Description.RelativePath ?? "");
        if (metadata.OfType<IdempotentAttribute>().Any())
            operation.Parameters.Add(Text(Idempotency.Header, ParameterLocation.Header, false, "The caller's name for this request: sent again with it within 24 hours, it is done once."));
        if ((metadata.OfType<RequireRightAttribute>().LastOrDefault()?.Right ?? metadata.OfType<RequireHostRightAttribute>().LastOrDefault()?.Right) is { } right)
        {
            operation.Extensions ??= new Dictionary<string, IOpenApiExtension>();
            operation.Extensions[RightExtension] = new JsonNodeExtension(right.ToString());
        }
        operation.Responses ??= [];
        var problem = await context.GetOrCreateSchemaAsync(typeof(Microsoft.AspNetCore.Mvc.ProblemDetails), null, CancellationToken.None);
        IEnumerable<int> statuses = operation.Parameters.Any(static one => one.In == ParameterLocation.Path) ? ProblemsOfAll.Append(404) : ProblemsOfAll;
        if (operation.RequestBody is not null)
            statuses = statuses.Append(415);
        foreach (var status in statuses)
            operation.Responses.TryAdd(status.ToString(CultureInfo.InvariantCulture), new OpenApiResponse());
        foreach (var (status, response) in operation.Responses.Where(static one => one.Key[0] is '4' or '5'))
            Fill((OpenApiResponse)response, int.Parse(status, CultureInfo.InvariantCulture), problem);
    }

    private static void Fill(OpenApiResponse response, int status, OpenApiSchema problem)
    {
        response.Description = ReasonPhrases.GetReasonPhrase(status);
        response.Content = new Dictionary<string, OpenApiMediaType> { [ApiProblemWriter.ContentType] = new() { Schema = problem } };
    }

    // The tenant is no parameter of any method: it is looked up with the caller's rights before they begin.
    private static void AddAddress(OpenApiOperation operation, string path)
    {
        foreach (var name in path.Split('/').Where(static part => part is ['{', .., '}']).Select(static part => part[1..^1]).Reverse())
        {
            if (!operation.Parameters!.Any(one => one.Name == name))
                operation.Parameters!.Insert(0, Text(name, ParameterLocation.Path, true, name == "slug" ? "The tenant's short name." : null));
        }
    }

    private static OpenApiParameter Text(string name, ParameterLocation where, bool isRequired, string? description) => new()
    {
        Name = name,
        In = where,
        Required = isRequired,
        Description = description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };
}
