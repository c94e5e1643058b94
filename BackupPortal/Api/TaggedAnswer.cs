using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace BackupPortal.Api;

/// <summary>A single resource with its entity tag, so that who has it already is spared it, and who changes it knows what they change.</summary>
internal sealed class TaggedAnswer(object resource, object? state = null) : IResult
{
    /// <summary>The tag of a state, as the header has it.</summary>
    public static EntityTagHeaderValue TagOf(object state, HttpContext context) =>
        new($"\"{Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(state, state.GetType(), JsonOf(context))))[..32]}\"");

    /// <exception cref="ApiRefusal">The caller meant to change another state than this one.</exception>
    public static void RequireMatch(HttpContext context, object state)
    {
        var wanted = context.Request.GetTypedHeaders().IfMatch;
        var current = TagOf(state, context);
        if (wanted.Count > 0 && !wanted.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(current, useStrongComparison: true)))
            throw new ApiRefusal(StatusCodes.Status412PreconditionFailed, "precondition_failed");
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var tag = TagOf(state ?? resource, httpContext);
        httpContext.Response.GetTypedHeaders().ETag = tag;
        httpContext.Response.Headers.CacheControl = "private, no-cache";
        var known = httpContext.Request.GetTypedHeaders().IfNoneMatch;
        if (known.Any(one => one.Equals(EntityTagHeaderValue.Any) || one.Compare(tag, useStrongComparison: false)))
            httpContext.Response.StatusCode = StatusCodes.Status304NotModified;
        else
            await httpContext.Response.WriteAsJsonAsync(resource, resource.GetType(), httpContext.RequestAborted);
    }

    private static JsonSerializerOptions JsonOf(HttpContext context) => context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
}
