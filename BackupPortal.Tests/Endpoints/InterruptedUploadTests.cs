using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Import.Uploads;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Tenancy;
using BackupPortal.Tests.Hosting;
using BackupPortal.Tests.Operations;
using BackupPortal.Tests.Sources;
using BackupPortal.Tests.Storage;

namespace BackupPortal.Tests.Endpoints;

/// <summary>Uploads whose connection is lost, and disks that have no room for them.</summary>
public sealed class InterruptedUploadTests : IAsyncLifetime
{
    /// <summary>Shorter than what the server itself grants a connection that has fallen silent.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    private PortalServer _server = null!;
    private Tenant _north = null!;
    private Visitor _admin = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private UploadStore Store => _server.Services.GetRequiredService<UploadStore>();

    public async ValueTask InitializeAsync()
    {
        _server = await PortalServer.StartAsync(builder => builder.Configuration["Imports:LargestUploadBytes"] = $"{long.MaxValue}");
        _north = await _server.AddTenantAsync("north");
        TestDatabase.Create(_north.DatabasePath, "CREATE TABLE t (a)");
        await _server.AddAccountAsync("admin@north.example", _north, TenantRole.Admin);
        _admin = await _server.SignInAsync("admin@north.example");
        _admin.Headers.Add("X-BackupPortal", "1");
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _server.DisposeAsync();
    }

    /// <param name="isClosed">Whether the server is told that the line is gone, or it just falls silent.</param>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Upload_LineLostInThePiece_KeepsWhatArrivedAndGoesOn(bool isClosed)
    {
        var content = MakeDatabase();
        var upload = await Store.CreateAsync(_north, new NewUpload("school.db", content.Length), "admin");
        var address = $"/t/north/uploads/{upload.Id}";
        using var line = await SendPartAsync(address, content, content.Length * 3 / 4);
        // The server has read something of it: otherwise the one that goes on would be the earlier one.
        await ArrivedAsync(upload.Id);
        if (isClosed)
            line.Close();

        await GoOnAsync(address, content).WaitAsync(Soon, Token);

        await Store.CompleteAsync(_north, upload.Id, Token);
        Assert.Equal(content, await File.ReadAllBytesAsync(UploadStore.ContentOf(_north, upload.Id), Token));
        Assert.Equal(OperationState.Succeeded, (await ImportAsync(address)).State);
    }

    [Fact]
    public async Task Create_LargerThanTheDisk_IsRefusedInWords()
    {
        using var content = new ByteArrayContent([]);
        content.Headers.Add("Upload-Length", "900000000000000000");
        content.Headers.Add("Upload-Metadata", $"filename {Convert.ToBase64String("school.zip"u8)}");
        using var refused = await _admin.SendAsync(HttpMethod.Post, "/t/north/uploads", content, "application/json");

        Assert.Equal(HttpStatusCode.InsufficientStorage, refused.StatusCode);
        Assert.Contains("900,000", await refused.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Empty(Store.List(_north));
    }

    [Fact]
    public async Task Append_DiskFullInThePiece_IsToldInWordsAndKeepsWhatFits()
    {
        using var disk = await SmallDisk.MountAsync(_north.Home.Uploads, 2);
        var folder = await UploadFolder.CreateAsync(_north, new UploadNote("school.zip", 5_000_000, null, "admin", DateTimeOffset.UtcNow));

        using var refused = await PatchAsync($"/t/north/uploads/{folder.Id}", 0, new byte[5_000_000]);

        Assert.Equal(HttpStatusCode.InsufficientStorage, refused.StatusCode);
        Assert.Contains("school.zip", await refused.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.InRange(OffsetOf(refused), 1_000_000, 2_100_000);
        Assert.Equal(OffsetOf(refused), Store.Find(_north, folder.Id)!.ReceivedBytes);
    }

    private static byte[] MakeDatabase()
    {
        using var folder = new TestFolder();
        TestDatabase.Create(folder["made.db"], "CREATE TABLE pupils (a); INSERT INTO pupils VALUES (randomblob(4000000))");
        return File.ReadAllBytes(folder["made.db"]);
    }

    /// <summary>Announces all of it in one piece, and sends only a part.</summary>
    private async Task<TcpClient> SendPartAsync(string address, byte[] content, int part)
    {
        var line = new TcpClient();
        await line.ConnectAsync(_server.Address.Host, _server.Address.Port, Token);
        var cookies = string.Join("; ", _admin.CookiesHere.Select(cookie => $"{cookie.Name}={cookie.Value}"));
        var head = $"PATCH {address} HTTP/1.1\r\nHost: {_server.Address.Authority}\r\nCookie: {cookies}\r\nX-BackupPortal: 1\r\nUpload-Offset: 0\r\nContent-Length: {content.Length}\r\n\r\n";
        await line.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head), Token);
        await line.GetStream().WriteAsync(content.AsMemory(0, part), Token);
        return line;
    }

    private async Task ArrivedAsync(string upload)
    {
        using var tooLong = CancellationTokenSource.CreateLinkedTokenSource(Token);
        tooLong.CancelAfter(Soon);
        for (; Store.Find(_north, upload)!.ReceivedBytes == 0; await Task.Yield())
            tooLong.Token.ThrowIfCancellationRequested();
    }

    /// <summary>As the page does: asks how much is there, and sends the rest, until nothing is left.</summary>
    private async Task GoOnAsync(string address, byte[] content)
    {
        using var status = await _admin.SendAsync(HttpMethod.Head, address, null, "application/json");
        Assert.NotEqual(0, OffsetOf(status));
        for (var offset = OffsetOf(status); offset < content.Length;)
        {
            // It ends the connection that is there, and may then be told to begin later, since that one kept more than was known.
            using var rest = await PatchAsync(address, offset, content[offset..]);
            Assert.True(rest.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.Conflict, $"{rest.StatusCode}");
            Assert.True(OffsetOf(rest) > offset, "It does not go on.");
            offset = OffsetOf(rest);
        }
    }

    private async Task<OperationView> ImportAsync(string address)
    {
        var ended = new TaskCompletionSource<OperationView>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var following = _server.Services.GetRequiredService<OperationFeed>().Subscribe(_north.Id, view =>
        {
            if (view is { Kind: OperationKind.Import, EndedUtc: not null })
                ended.TrySetResult(view);
        });
        using var queued = await _admin.SendAsync(HttpMethod.Post, address + "/complete", null, "application/json");
        Assert.Equal(HttpStatusCode.Accepted, queued.StatusCode);
        return await ended.Task.Bounded();
    }

    private Task<HttpResponseMessage> PatchAsync(string address, int offset, byte[] piece)
    {
        var content = new ByteArrayContent(piece);
        content.Headers.Add("Upload-Offset", $"{offset}");
        return _admin.SendAsync(HttpMethod.Patch, address, content, "application/json");
    }

    private static int OffsetOf(HttpResponseMessage answer) => int.Parse(answer.Headers.GetValues("Upload-Offset").Single(), CultureInfo.InvariantCulture);
}
