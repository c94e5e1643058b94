using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace BackupPortal.Api;

/// <summary>The API's description for programs. It holds no secrets, so that everybody may read it; people read it on <c>/api</c>.</summary>
internal static class DocumentApi
{
    public static void MapDocument(this RouteGroupBuilder api) =>
        api.MapGet(ApiDocument.Address[ApiEndpoints.Root.Length..], GetAsync).AllowAnonymous().ExcludeFromDescription();

    private static async Task<IResult> GetAsync(ApiDocument document)
    {
        var json = await document.ReadJsonAsync();
        return Results.Bytes(json, "application/json", entityTag: new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(json))[..32]}\""));
    }
}
