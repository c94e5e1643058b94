using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using BackupPortal.Live;
using BackupPortal.Tests.Hosting;

namespace BackupPortal.Tests.Live;

/// <summary>A client of the operations hub that speaks SignalR's JSON protocol itself.</summary>
internal sealed class HubClient : IAsyncDisposable
{
    private const byte Separator = 0x1e;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly ClientWebSocket socket = new();
    private readonly Queue<JsonElement> received = new();
    private readonly List<byte> partial = [];
    private int calls;

    /// <exception cref="WebSocketException">The server refused the connection.</exception>
    public static async Task<HubClient> ConnectAsync(PortalServer server, Visitor visitor)
    {
        var client = new HubClient();
        client.socket.Options.Cookies = visitor.Cookies;
        var address = new UriBuilder(server.Address) { Scheme = "ws", Path = OperationsHub.Address }.Uri;
        await client.socket.ConnectAsync(address, TestContext.Current.CancellationToken);
        await client.SendAsync("""{"protocol":"json","version":1}""");
        Assert.Equal("{}", (await client.NextAsync()).GetRawText());
        return client;
    }

    /// <returns>The error, or null when the call went well.</returns>
    public async Task<string?> InvokeAsync(string method, params object[] arguments)
    {
        var call = (++calls).ToString(System.Globalization.CultureInfo.InvariantCulture);
        await SendAsync(JsonSerializer.Serialize(new { type = 1, invocationId = call, target = method, arguments }));
        var answer = await NextAsync(message => message.TryGetProperty("invocationId", out var id) && id.GetString() == call);
        return answer.TryGetProperty("error", out var error) ? error.GetString() : null;
    }

    /// <summary>The first argument of the next event of this name.</summary>
    public async Task<JsonElement> EventAsync(string name)
    {
        var message = await NextAsync(message => message.TryGetProperty("target", out var target) && target.GetString() == name);
        return message.GetProperty("arguments")[0];
    }

    public async ValueTask DisposeAsync()
    {
        if (socket.State == WebSocketState.Open)
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        socket.Dispose();
    }

    private async Task<JsonElement> NextAsync(Func<JsonElement, bool> isWanted)
    {
        while (true)
        {
            var message = await NextAsync();
            if (isWanted(message))
                return message;
        }
    }

    private async Task<JsonElement> NextAsync()
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        bound.CancelAfter(Patience);
        var buffer = new byte[4096];
        while (received.Count == 0)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(), bound.Token);
            Assert.NotEqual(WebSocketMessageType.Close, part.MessageType);
            foreach (var one in buffer.AsSpan(0, part.Count))
                Take(one);
        }
        return received.Dequeue();
    }

    private void Take(byte one)
    {
        if (one != Separator)
        {
            partial.Add(one);
            return;
        }
        received.Enqueue(JsonElement.Parse(partial.ToArray()));
        partial.Clear();
    }

    private async Task SendAsync(string json) => await socket.SendAsync(
        Encoding.UTF8.GetBytes(json).Append(Separator).ToArray(), WebSocketMessageType.Text, endOfMessage: true, TestContext.Current.CancellationToken);
}
