using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;

namespace BackupPortal.Tests.Api;

/// <summary>A program that uses the API of a real portal.</summary>
internal sealed class ApiProgram : IDisposable
{
    public const string North = "/api/v1/tenants/north";

    private readonly HttpClient client;

    public ApiProgram(Uri address, string token)
    {
        client = new HttpClient { BaseAddress = address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? json = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await client.SendAsync(request, Cancellation);
    }

    /// <summary>What is answered, which has to have this status.</summary>
    public async Task<JsonElement> AskAsync(HttpStatusCode expected, HttpMethod method, string path, string? json = null, params (string Name, string Value)[] headers)
    {
        using var answer = await SendAsync(method, path, json, headers);
        var body = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.True(expected == answer.StatusCode, $"{method} {path}: {(int)answer.StatusCode} {body}");
        return body.Length == 0 ? default : JsonElement.Parse(body);
    }

    public Task<JsonElement> GetAsync(string path) => AskAsync(HttpStatusCode.OK, HttpMethod.Get, path);

    /// <summary>Queues long work, and follows it to its end.</summary>
    public async Task<JsonElement> RunAsync(string path, string? json, HttpMethod? method = null)
    {
        var queued = await AskAsync(HttpStatusCode.Accepted, method ?? HttpMethod.Post, path, json);
        return await FollowAsync(queued.GetProperty("id").GetString()!);
    }

    /// <summary>How an operation ended, by its events.</summary>
    public async Task<JsonElement> FollowAsync(string operation)
    {
        await foreach (var item in EventsAsync(operation))
            if (item.EventType == "end")
                return JsonElement.Parse(item.Data).GetProperty("operation");
        throw new InvalidOperationException("The events ended before the operation.");
    }

    public async IAsyncEnumerable<SseItem<string>> EventsAsync(string operation, string? lastId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{North}/operations/{operation}/events");
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (lastId is not null)
            request.Headers.Add("Last-Event-ID", lastId);
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        await using var stream = await answer.Content.ReadAsStreamAsync(Cancellation);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(Cancellation))
            yield return item;
    }

    public void Dispose() => client.Dispose();
}
