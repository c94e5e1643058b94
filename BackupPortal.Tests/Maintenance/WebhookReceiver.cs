using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Threading.Channels;
using BackupPortal.Core.Maintenance;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace BackupPortal.Tests.Maintenance;

/// <summary>A real server that takes webhooks, and looks at each signature.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    public const string Secret = "a secret of enough characters";

    private readonly WebApplication _app;
    private readonly Channel<ReceivedMessage> _taken = Channel.CreateUnbounded<ReceivedMessage>();
    private readonly TaskCompletionSource _ending = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private WebhookReceiver(WebApplication app) => _app = app;

    public Uri Address => new(new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()), "/hook");

    /// <summary>What comes next is answered so, one after the other, and not taken; then everything is. Zero for no answer at all.</summary>
    public ConcurrentQueue<int> Refusals { get; } = new();

    /// <summary>Looked at for each message before it is answered.</summary>
    public Action<ReceivedMessage> OnMessage { get; set; } = _ => { };

    /// <param name="port">0 for a free one.</param>
    public static async Task<WebhookReceiver> StartAsync(int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var app = builder.Build();
        var receiver = new WebhookReceiver(app);
        app.MapPost("/hook", receiver.TakeAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    public async Task<ReceivedMessage> NextAsync()
    {
        using var tooLong = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        tooLong.CancelAfter(TimeSpan.FromSeconds(60));
        return await _taken.Reader.ReadAsync(tooLong.Token);
    }

    public bool HasNone => !_taken.Reader.TryPeek(out _);

    public void Configure(WebhookOptions options)
    {
        options.Url = Address.ToString();
        options.Secret = Secret;
    }

    public async ValueTask DisposeAsync()
    {
        _ending.SetResult();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var header = context.Request.Headers[WebhookSender.SignatureHeader].ToString();
        var time = DateTimeOffset.FromUnixTimeSeconds(long.Parse(header.Split(',')[0][2..], CultureInfo.InvariantCulture));
        // Written out once more here, by the documentation.
        var code = System.Security.Cryptography.HMACSHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Secret), System.Text.Encoding.UTF8.GetBytes($"{time.ToUnixTimeSeconds()}.{body}"));
        var message = new ReceivedMessage(header, body, header == $"t={time.ToUnixTimeSeconds()},v1={Convert.ToHexStringLower(code)}", time);
        OnMessage(message);
        if (!Refusals.TryDequeue(out var refusal))
        {
            _taken.Writer.TryWrite(message);
            context.Response.StatusCode = (int)HttpStatusCode.NoContent;
        }
        else if (refusal == 0)
        {
            await _ending.Task;
        }
        else
        {
            context.Response.StatusCode = refusal;
            context.Response.Headers.Location = "/elsewhere";
        }
    }
}

internal sealed record ReceivedMessage(string Header, string Body, bool IsGenuine, DateTimeOffset SentUtc)
{
    private JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string Event => Json.GetProperty("event").GetString()!;

    public long Sequence => Json.GetProperty("sequence").GetInt64();

    public string Tenant => Json.GetProperty("tenant").GetString()!;

    public string Reason => Json.GetProperty("reason").GetString()!;

    public Guid? Operation => Json.GetProperty("operation") is { ValueKind: JsonValueKind.String } operation ? operation.GetGuid() : null;

    public int? ExpectedSeconds => Json.GetProperty("expectedSeconds") is { ValueKind: JsonValueKind.Number } seconds ? seconds.GetInt32() : null;
}
