using System.Text.Json;

namespace BackupPortal.Endpoints;

/// <summary>What a form, or a script in JSON, has sent: names and texts.</summary>
internal sealed class SentFields(IReadOnlyDictionary<string, string> fields)
{
    private const long LongestBody = 64 * 1024;

    /// <exception cref="BadHttpRequestException">It is too long, or no JSON although it says so.</exception>
    public static async Task<SentFields> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > LongestBody)
            throw new BadHttpRequestException("Too long.", StatusCodes.Status413PayloadTooLarge);
        if (request.HasFormContentType)
            return new SentFields((await request.ReadFormAsync(cancellationToken)).ToDictionary(static one => one.Key, static one => one.Value.ToString(), StringComparer.OrdinalIgnoreCase));
        if (!request.HasJsonContentType())
            return new SentFields(new Dictionary<string, string>());
        try
        {
            var sent = await JsonSerializer.DeserializeAsync<Dictionary<string, JsonElement>>(request.Body, cancellationToken: cancellationToken) ?? [];
            return new SentFields(sent.ToDictionary(static one => one.Key, static one => one.Value.ToString(), StringComparer.OrdinalIgnoreCase));
        }
        catch (JsonException wrong)
        {
            throw new BadHttpRequestException("No JSON.", StatusCodes.Status400BadRequest, wrong);
        }
    }

    /// <summary>The first of these fields that says anything.</summary>
    public string? Find(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (fields.TryGetValue(name, out var value) && !string.IsNullOrWhiteSpace(value))
                return value.Trim();
        }
        return null;
    }
}
