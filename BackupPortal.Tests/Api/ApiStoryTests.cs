using System.Net;
using System.Security.Cryptography;
using BackupPortal.Tests.Sources;
using static BackupPortal.Tests.Api.ApiProgram;

namespace BackupPortal.Tests.Api;

/// <summary>What a school's programs do all day, on a portal of their own, through HTTP alone.</summary>
public sealed class ApiStoryTests : IAsyncLifetime
{
    private readonly ApiPortal portal = new();

    private ApiProgram Program => portal.Program;

    public ValueTask InitializeAsync() => portal.InitializeAsync();

    public ValueTask DisposeAsync() => portal.DisposeAsync();

    [Fact]
    public async Task School_BackedUpChangedComparedRestoredAndUndone_IsAsItWasEachTime()
    {
        var snapshot = await BackUpAsync("before the trip");
        await LookAtAsync(snapshot);
        TestDatabase.Execute(portal.Tenant.DatabasePath, "DELETE FROM students WHERE name = 'Mia'");
        await CompareAsync(snapshot);

        await Program.AskAsync(HttpStatusCode.BadRequest, HttpMethod.Post, $"{North}/restores", $$"""{"snapshot":"{{snapshot}}","confirm":"south"}""");
        var restore = await Program.RunAsync($"{North}/restores", $$"""{"snapshot":"{{snapshot}}","confirm":"north"}""");
        Assert.Equal("Succeeded", restore.GetProperty("state").GetString());
        Assert.Equal(2L, Count());

        var listed = (await Program.GetAsync($"{North}/restores")).GetProperty("items")[0];
        Assert.Equal(restore.GetProperty("id").GetString(), listed.GetProperty("operation").GetProperty("id").GetString());
        await Program.AskAsync(HttpStatusCode.BadRequest, HttpMethod.Post, $"{North}/restores/{restore.GetProperty("id").GetString()}/undo", "{}");
        var undo = await Program.RunAsync($"{North}/restores/{restore.GetProperty("id").GetString()}/undo", """{"confirm":"north"}""");
        Assert.Equal("Succeeded", undo.GetProperty("state").GetString());
        Assert.Equal(1L, Count());

        var retrieval = await Program.RunAsync($"{North}/retrievals", $$"""{"snapshot":"{{snapshot}}","tables":["students"]}""");
        Assert.Equal("Succeeded", retrieval.GetProperty("state").GetString());
        Assert.Equal(2L, Count());
        await ExportAsync(snapshot);
        await DeleteAsync(restore.GetProperty("safetySnapshot").GetString()!);
    }

    private async Task<string> BackUpAsync(string note)
    {
        var made = await Program.RunAsync($"{North}/snapshots", $$"""{"note":"{{note}}"}""");
        Assert.Equal(("Succeeded", 100.0), (made.GetProperty("state").GetString(), made.GetProperty("percent").GetDouble()));
        var snapshot = made.GetProperty("snapshot").GetString()!;
        Assert.Equal(note, (await Program.GetAsync($"{North}/snapshots/{snapshot}")).GetProperty("snapshot").GetProperty("note").GetString());
        return snapshot;
    }

    private async Task LookAtAsync(string snapshot)
    {
        Assert.Equal(2, (await Program.GetAsync($"{North}/snapshots/{snapshot}/tables")).GetProperty("items")[0].GetProperty("rowCount").GetInt64());
        Assert.Equal("photo.txt", (await Program.GetAsync($"{North}/snapshots/{snapshot}/files")).GetProperty("items")[0].GetProperty("path").GetString());
        var check = await Program.RunAsync($"{North}/verifications", $$"""{"snapshot":"{{snapshot}}","level":"Drill"}""");
        Assert.Equal("Succeeded", check.GetProperty("state").GetString());
        Assert.Equal("Drill", (await Program.GetAsync($"{North}/snapshots")).GetProperty("items")[0].GetProperty("provenLevel").GetString());
    }

    private async Task CompareAsync(string snapshot)
    {
        using var begun = await Program.SendAsync(HttpMethod.Post, $"{North}/comparisons", $$"""{"snapshot":"{{snapshot}}"}""");
        Assert.Equal(HttpStatusCode.Accepted, begun.StatusCode);
        var address = begun.Headers.Location!.OriginalString;
        var state = await Program.GetAsync(address);
        while (state.GetProperty("state").GetString() == "Running")
            state = await Program.GetAsync(address);

        Assert.Equal("Ready", state.GetProperty("state").GetString());
        Assert.Equal(1, state.GetProperty("tables")[0].GetProperty("rows").GetProperty("ComeBack").GetInt64());
        var rows = await Program.GetAsync($"{address}/tables/students/rows?kind=ComeBack");
        Assert.Equal("Mia", rows.GetProperty("items")[0].GetProperty("snapshot").GetProperty("name").GetProperty("text").GetString());
        Assert.Equal(0, (await Program.GetAsync($"{address}/files?kind=Revert")).GetProperty("items").GetArrayLength());
        await Program.AskAsync(HttpStatusCode.BadRequest, HttpMethod.Get, $"{address}/files?kind=Nonsense");
        await Program.AskAsync(HttpStatusCode.NoContent, HttpMethod.Delete, address);
        await Program.AskAsync(HttpStatusCode.NotFound, HttpMethod.Get, address);
    }

    private async Task ExportAsync(string snapshot)
    {
        var export = await Program.RunAsync($"{North}/exports", $$"""{"snapshot":"{{snapshot}}","format":"sqlite3_db"}""");
        var address = $"{North}/copies/{export.GetProperty("file").GetString()}";
        using var file = await Program.SendAsync(HttpMethod.Get, address);
        var bytes = await file.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        var listed = (await Program.GetAsync($"{North}/copies")).GetProperty("items")[0];
        Assert.Equal(listed.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(bytes)));
        using var part = await Program.SendAsync(HttpMethod.Get, address, null, ("Range", "bytes=0-15"));
        Assert.Equal((HttpStatusCode.PartialContent, "SQLite format 3\0"), (part.StatusCode, await part.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
        await Program.AskAsync(HttpStatusCode.NoContent, HttpMethod.Delete, address);
        await Program.AskAsync(HttpStatusCode.NotFound, HttpMethod.Get, address);
    }

    /// <summary>The safety snapshot of a restore that can be undone stays, whoever asks.</summary>
    private async Task DeleteAsync(string needed)
    {
        var refused = await Program.RunAsync($"{North}/snapshots/{needed}", null, HttpMethod.Delete);
        Assert.Equal(("Failed", "pruning.refused_undo"), (refused.GetProperty("state").GetString(), refused.GetProperty("code").GetString()));
        var other = await BackUpAsync("to be deleted");
        var deleted = await Program.RunAsync($"{North}/snapshots/{other}", null, HttpMethod.Delete);
        Assert.Equal("Succeeded", deleted.GetProperty("state").GetString());
        await Program.AskAsync(HttpStatusCode.NotFound, HttpMethod.Get, $"{North}/snapshots/{other}");
    }

    private long Count()
    {
        using var connection = TestDatabase.Open(portal.Tenant.DatabasePath);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM students";
        return (long)command.ExecuteScalar()!;
    }
}
