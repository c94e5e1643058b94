using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace BackupPortal.Api;

/// <summary>One page of a list.</summary>
/// <param name="Next">What to give as <c>cursor</c> for the next page; null on the last one. Also in the <c>Link</c> header.</param>
internal sealed record ApiPage<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>Where a page of a list begins. What it holds is no business of callers.</summary>
internal static class ApiCursor
{
    public const int Most = 200;

    public static string Of(string place) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(place));

    /// <returns>Null for the first page.</returns>
    /// <exception cref="ApiRefusal">It was not given by this portal.</exception>
    public static string? Read(string? cursor)
    {
        try
        {
            return string.IsNullOrEmpty(cursor) ? null : Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
        }
        catch (FormatException)
        {
            throw Wrong();
        }
    }

    public static int ReadNumber(string? cursor) => Read(cursor) switch
    {
        null => 0,
        var text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Wrong(),
    };

    public static ApiRefusal Wrong() => ApiRefusal.Invalid("cursor", "wrong_cursor");

    /// <summary>A page, with a link to the next one.</summary>
    /// <param name="next">Where it begins; null on the last page.</param>
    public static IResult Page<T>(HttpContext context, IReadOnlyList<T> items, string? next)
    {
        var cursor = next is null ? null : Of(next);
        if (cursor is not null)
        {
            var query = QueryHelpers.ParseQuery(context.Request.QueryString.Value);
            query["cursor"] = cursor;
            context.Response.Headers.Link = $"<{QueryHelpers.AddQueryString(context.Request.PathBase + context.Request.Path, query)}>; rel=\"next\"";
        }
        return Results.Ok(new ApiPage<T>(items, cursor));
    }

    /// <summary>A page of what is in memory already.</summary>
    public static IResult PageOf<T, TShown>(HttpContext context, IReadOnlyList<T> all, string? cursor, int limit, Func<T, TShown> show)
    {
        var first = ReadNumber(cursor);
        var next = first + limit < all.Count ? (first + limit).ToString(CultureInfo.InvariantCulture) : null;
        return Page(context, [.. all.Skip(first).Take(limit).Select(show)], next);
    }
}
