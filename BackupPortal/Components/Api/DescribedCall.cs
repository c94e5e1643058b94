using System.Text.Json.Nodes;
using BackupPortal.Api;
using Microsoft.OpenApi;

namespace BackupPortal.Components.Api;

/// <summary>One call of the API, as people read of it.</summary>
/// <param name="Right">What a token needs for it.</param>
/// <param name="Answers">Statuses.</param>
/// <param name="Example">For a shell.</param>
/// <remarks>Public because it is a component's parameter.</remarks>
public sealed record DescribedCall(
    string Group, string Method, string Path, string Summary, string? Right, IReadOnlyList<DescribedInput> Inputs, IReadOnlyList<string> Answers, string Example)
{
    internal static IEnumerable<DescribedCall> Of(OpenApiDocument document) =>
        from path in document.Paths
        from operation in path.Value.Operations ?? []
        select Of(path.Key, operation.Key.Method.ToUpperInvariant(), operation.Value);

    private static DescribedCall Of(string path, string method, OpenApiOperation operation)
    {
        OpenApiMediaType? json = null;
        IOpenApiExtension? right = null;
        operation.RequestBody?.Content?.TryGetValue("application/json", out json);
        operation.Extensions?.TryGetValue(ApiDescription.RightExtension, out right);
        return new DescribedCall(
            operation.Tags?.FirstOrDefault()?.Name ?? "", method, path, operation.Summary ?? "", (right as JsonNodeExtension)?.Node.ToString(),
            [.. ParametersOf(operation), .. MembersOf(json?.Schema)], [.. operation.Responses?.Keys.Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>()],
            ExampleOf(method, path, json?.Schema));
    }

    private static IEnumerable<DescribedInput> ParametersOf(OpenApiOperation operation) => (operation.Parameters ?? []).Select(static one => new DescribedInput(
        one.Name ?? "", one.In?.ToString().ToLowerInvariant() ?? "", TypeOf(one.Schema), one.Required, one.Description ?? ""));

    private static IEnumerable<DescribedInput> MembersOf(IOpenApiSchema? body) => (Resolve(body)?.Properties ?? new Dictionary<string, IOpenApiSchema>()).Select(one =>
        new DescribedInput(one.Key, "body", TypeOf(one.Value), Resolve(body)!.Required?.Contains(one.Key) == true, one.Value.Description ?? ""));

    // A body that may be left out is either nothing or the real one.
    private static IOpenApiSchema? Resolve(IOpenApiSchema? schema) => schema?.OneOf?.FirstOrDefault(static one => one.Properties?.Count > 0) ?? schema;

    private static string TypeOf(IOpenApiSchema? schema) => string.Join(" or ", (schema?.Type ?? JsonSchemaType.Null).ToString().ToLowerInvariant().Split(", ").Where(static one => one != "null"));

    private static string ExampleOf(string method, string path, IOpenApiSchema? body)
    {
        var verb = method == "GET" ? "" : $"-X {method} ";
        var data = body is null ? "" : $" \\\n  -H 'Content-Type: application/json' \\\n  -d '{SampleOf(Resolve(body)!).ToJsonString()}'";
        return $"curl {verb}-H \"Authorization: Bearer $TOKEN\" \\\n  \"$PORTAL{path}\"{data}";
    }

    private static JsonObject SampleOf(IOpenApiSchema body)
    {
        var sample = new JsonObject();
        foreach (var (name, schema) in body.Properties ?? new Dictionary<string, IOpenApiSchema>())
        {
            if (body.Required?.Contains(name) == true || name is "confirm" or "note" or "at" or "tables")
                sample[name] = ValueOf(schema);
        }
        return sample;
    }

    private static JsonNode? ValueOf(IOpenApiSchema schema) => schema.Type switch
    {
        { } type when type.HasFlag(JsonSchemaType.Boolean) => true,
        { } type when type.HasFlag(JsonSchemaType.Integer) => 0,
        { } type when type.HasFlag(JsonSchemaType.Array) => new JsonArray("…"),
        _ => "…",
    };
}

/// <param name="Where">path, query, header or body.</param>
public sealed record DescribedInput(string Name, string Where, string Type, bool IsRequired, string Meaning);
