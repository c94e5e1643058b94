using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Import.Uploads;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Tenancy;
using BackupPortal.Tests.Hosting;
using BackupPortal.Tests.Operations;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Endpoints;

/// <summary>Files that are sent to the real server, piece by piece.</summary>
public sealed class UploadTests : IAsyncLifetime
{
    private PortalServer _server = null!;
    private Tenant _north = null!;
    private Visitor _admin = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private UploadStore Store => _server.Services.GetRequiredService<UploadStore>();

    public async ValueTask InitializeAsync()
    {
        _server = await PortalServer.StartAsync(builder => builder.Configuration["Imports:LargestUploadBytes"] = "50000000");
        _north = await _server.AddTenantAsync("north");
        TestDatabase.Create(_north.DatabasePath, "CREATE TABLE t (a)");
        await _server.AddAccountAsync("admin@north.example", _north, TenantRole.Admin);
        _admin = await SignInAsync("admin@north.example");
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Upload_InPiecesWithARepeatedAndAWrongOne_BecomesABackup()
    {
        var content = MakeDatabase();
        var address = await CreateAsync(content.Length, Convert.ToHexStringLower(SHA256.HashData(content)));

        using var first = await PatchAsync(address, 0, content[..5000]);
        using var again = await PatchAsync(address, 0, content[..5000]);
        using var wrong = await PatchAsync(address, 7000, content[7000..]);
        using var damaged = await PatchAsync(address, 5000, content[5000..6000], SHA256.HashData([1]));
        using var rest = await PatchAsync(address, 5000, content[5000..], SHA256.HashData(content.AsSpan(5000)));

        Assert.Equal((HttpStatusCode.NoContent, "5000"), (first.StatusCode, OffsetOf(first)));
        Assert.Equal((HttpStatusCode.NoContent, "5000"), (again.StatusCode, OffsetOf(again)));
        Assert.Equal((HttpStatusCode.Conflict, "5000"), (wrong.StatusCode, OffsetOf(wrong)));
        Assert.Equal((460, "5000"), ((int)damaged.StatusCode, OffsetOf(damaged)));
        Assert.Equal((HttpStatusCode.NoContent, $"{content.Length}"), (rest.StatusCode, OffsetOf(rest)));
        var done = await CompleteAsync(address, """{ "note": "sent" }""");
        Assert.Equal(OperationState.Succeeded, done.State);
        Assert.Empty(Store.List(_north));
        var snapshots = await _server.Services.GetRequiredService<SnapshotIndex>().ListAsync(_north, Token);
        Assert.Equal("sent", Assert.Single(snapshots).Note);
    }

    [Fact]
    public async Task Upload_TooLargeOrSenseless_IsRefusedBeforeItBegins()
    {
        using var large = await PostAsync("/t/north/uploads", 60_000_000);
        using var nothing = await PostAsync("/t/north/uploads", 0);
        var address = await CreateAsync(10);
        using var more = await PatchAsync(address, 0, new byte[11]);
        using var incomplete = await SendAsync(HttpMethod.Post, address + "/complete", null);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, nothing.StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, more.StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, incomplete.StatusCode);
        Assert.Contains("50", await large.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upload_OfAnotherTenantOrByAMember_IsNotThere()
    {
        var address = await CreateAsync(10);
        var south = await _server.AddTenantAsync("south");
        await _server.AddAccountAsync("admin@south.example", south, TenantRole.Admin);
        await _server.AddAccountAsync("member@north.example", _north, TenantRole.Member);
        using var other = await SignInAsync("admin@south.example");
        using var member = await SignInAsync("member@north.example");

        foreach (var (visitor, path, status) in new[]
        {
            (other, address, HttpStatusCode.NotFound),
            (other, address.Replace("north", "south", StringComparison.Ordinal), HttpStatusCode.NotFound),
            (member, address, HttpStatusCode.Forbidden),
        })
        {
            using var patch = await PatchAsync(path, 0, new byte[10], visitor: visitor);
            using var delete = await SendAsync(HttpMethod.Delete, path, null, visitor);
            Assert.Equal((status, status), (patch.StatusCode, delete.StatusCode));
        }
        Assert.Equal(0, Store.Find(_north, address[(address.LastIndexOf('/') + 1)..])!.ReceivedBytes);
    }

    [Fact]
    public async Task Upload_FromAPageOfAnotherSite_IsRefused()
    {
        using var plain = await _server.SignInAsync("admin@north.example");
        using var without = await plain.SendAsync(HttpMethod.Post, "/t/north/uploads");
        plain.Headers.Add("X-BackupPortal", "1");
        plain.Headers.Add("Origin", "https://evil.example");
        using var foreign = await plain.SendAsync(HttpMethod.Post, "/t/north/uploads");

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (without.StatusCode, foreign.StatusCode));
        Assert.Empty(Store.List(_north));
    }

    [Fact]
    public async Task Complete_ConfirmingAnotherSchoolAsAdmin_IsForbidden()
    {
        var address = await CreateAsync(1);
        using var piece = await PatchAsync(address, 0, [1]);

        using var answer = await SendAsync(HttpMethod.Post, address + "/complete", Json("""{ "confirmedTenant": "south" }"""));

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.False(Store.List(_north).Single().IsComplete);
    }

    [Fact]
    public async Task Complete_HostileFile_IsToldAndDeleted()
    {
        var address = await CreateAsync(3);
        using var piece = await PatchAsync(address, 0, "abc"u8.ToArray());

        var failed = await CompleteAsync(address, null);

        Assert.Equal((OperationState.Failed, "NotRecognised"), (failed.State, failed.Error?.Key));
        Assert.Empty(Store.List(_north));
        Assert.Empty(Directory.GetDirectories(_north.Home.Uploads));
    }

    [Fact]
    public async Task Delete_HalfAnUpload_LeavesNothing()
    {
        var address = await CreateAsync(10);
        using var piece = await PatchAsync(address, 0, new byte[5]);

        using var deleted = await SendAsync(HttpMethod.Delete, address, null);

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Empty(Directory.GetDirectories(_north.Home.Uploads));
    }

    private static byte[] MakeDatabase()
    {
        using var folder = new TestFolder();
        TestDatabase.Create(folder["made.db"], "CREATE TABLE pupils (a); INSERT INTO pupils VALUES (zeroblob(20000))");
        return File.ReadAllBytes(folder["made.db"]);
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static string OffsetOf(HttpResponseMessage answer) => answer.Headers.TryGetValues("Upload-Offset", out var values) ? values.Single() : "";

    private async Task<Visitor> SignInAsync(string email)
    {
        var visitor = await _server.SignInAsync(email);
        visitor.Headers.Add("X-BackupPortal", "1");
        return visitor;
    }

    private async Task<string> CreateAsync(long size, string? sha256 = null)
    {
        using var answer = await PostAsync("/t/north/uploads", size, sha256);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return answer.Headers.Location!.OriginalString;
    }

    private Task<HttpResponseMessage> PostAsync(string path, long size, string? sha256 = null)
    {
        var metadata = $"filename {Convert.ToBase64String("schöne Kopie.zip"u8)}" + (sha256 is null ? "" : $",sha256 {Convert.ToBase64String(Encoding.ASCII.GetBytes(sha256))}");
        var content = new ByteArrayContent([]);
        content.Headers.Add("Upload-Length", $"{size}");
        content.Headers.Add("Upload-Metadata", metadata);
        return SendAsync(HttpMethod.Post, path, content);
    }

    private Task<HttpResponseMessage> PatchAsync(string path, long offset, byte[] piece, byte[]? sha256 = null, Visitor? visitor = null)
    {
        var content = new ByteArrayContent(piece);
        content.Headers.Add("Upload-Offset", $"{offset}");
        if (sha256 is not null)
            content.Headers.Add("Upload-Checksum", $"sha256 {Convert.ToBase64String(sha256)}");
        return SendAsync(HttpMethod.Patch, path, content, visitor);
    }

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, Visitor? visitor = null) =>
        (visitor ?? _admin).SendAsync(method, path, content, "application/json");

    private async Task<OperationView> CompleteAsync(string address, string? wish)
    {
        using var answer = await SendAsync(HttpMethod.Post, address + "/complete", wish is null ? null : Json(wish));
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var id = JsonElement.Parse(await answer.Content.ReadAsStringAsync(Token)).GetProperty("operation").GetString();
        var operation = new OperationId(Guid.Parse(id!));
        var ended = new TaskCompletionSource<OperationView>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var following = _server.Services.GetRequiredService<OperationFeed>().Subscribe(_north.Id, view =>
        {
            if (view.Id == operation && view.EndedUtc is not null)
                ended.TrySetResult(view);
        });
        return await _server.Services.GetRequiredService<OperationHistory>().FindAsync(_north.Id, operation, Token) is { EndedUtc: not null } over
            ? over
            : await ended.Task.Bounded();
    }
}
