using BackupPortal.Core.Operations;
using BackupPortal.Core.Snapshots;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Backup;

/// <summary>What a backup does with files: which it reads again, and those that change or vanish meanwhile.</summary>
public sealed class BackupFilesTests : BackupSuite
{
    [Fact]
    public async Task Run_AgainWithoutChange_ReadsNoFileAndAddsAlmostNothing()
    {
        TestDatabase.Create(Live, "CREATE TABLE t(a); INSERT INTO t SELECT randomblob(1000000)");
        var file = bench.FilePath("file");
        await File.WriteAllBytesAsync(file, new byte[500_000], Token);
        File.SetLastWriteTimeUtc(file, new DateTime(2026, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        await bench.BackUpAsync();

        var outcome = await bench.BackUpAsync();

        Assert.Equal("1, 0", FilesStored());
        Assert.InRange(outcome.AddedBytes!.Value, 1, 20_000);
        Assert.Equal(new byte[500_000], await bench.ContentAsync(outcome, "file"));
    }

    [Fact]
    public async Task Run_AfterALargeFileWasCopiedAndMoved_StoresItsContentOnlyOnce()
    {
        TestDatabase.Create(Live, "CREATE TABLE t(a)");
        var content = new byte[3_000_000];
        new Random(1).NextBytes(content);
        await File.WriteAllBytesAsync(bench.FilePath("film"), content, Token);
        await bench.BackUpAsync();
        File.Copy(bench.FilePath("film"), bench.FilePath("copy"));
        File.Move(bench.FilePath("film"), bench.FilePath("moved"));

        var outcome = await bench.BackUpAsync();

        Assert.InRange(outcome.AddedBytes!.Value, 1, 10_000);
        Assert.Equal(content, await bench.ContentAsync(outcome, "copy"));
        Assert.Equal(content, await bench.ContentAsync(outcome, "moved"));
    }

    [Fact]
    public async Task Run_AfterAFileChangedWithinTheClocksTick_ReadsItAgain()
    {
        TestDatabase.Create(Live, "CREATE TABLE t(a)");
        var file = bench.FilePath("file");
        await File.WriteAllTextAsync(file, "before", Token);
        var time = File.GetLastWriteTimeUtc(file);
        await bench.BackUpAsync();
        await File.WriteAllTextAsync(file, "behind", Token);
        File.SetLastWriteTimeUtc(file, time);

        var outcome = await bench.BackUpAsync();

        Assert.Equal("1, 1", FilesStored());
        Assert.Equal("behind"u8.ToArray(), await bench.ContentAsync(outcome, "file"));
    }

    [Fact]
    public async Task Run_AfterFilesCameChangedAndWent_HoldsThemAsTheyAreNow()
    {
        TestDatabase.Create(Live, "CREATE TABLE t(a)");
        foreach (var name in new[] { "stays", "changes", "goes" })
            await File.WriteAllTextAsync(bench.FilePath(name), name, Token);
        await bench.BackUpAsync();
        await File.WriteAllTextAsync(bench.FilePath("changes"), "changed", Token);
        File.Delete(bench.FilePath("goes"));
        File.CreateSymbolicLink(bench.FilePath("came"), "stays");

        var outcome = await bench.BackUpAsync();

        var reader = await bench.OpenAsync(outcome);
        Assert.Equal(["came", "changes", "stays"], reader.Files.Select(file => file.Path));
        Assert.Equal((FileEntryKind.Link, "stays"), (reader.Files[0].Kind, reader.Files[0].LinkTarget));
        Assert.Equal("changed"u8.ToArray(), await bench.ContentAsync(outcome, "changes"));
    }

    [Fact]
    public async Task Run_WithAFileThatAlwaysChanges_NeverCallsHalfOfItComplete()
    {
        TestDatabase.Create(Live, "CREATE TABLE t(a)");
        await File.WriteAllTextAsync(bench.FilePath("calm"), "calm", Token);
        await using var restless = new RestlessFile(bench.FilePath("restless"));

        var outcome = await bench.BackUpAsync();

        Assert.Equal("DoneWithoutOne", outcome.Summary.Key);
        Assert.Contains("FileChanging", bench.Sink.Keys(LogSeverity.Warning));
        var record = await bench.RecordAsync(outcome);
        Assert.Contains("restless", Assert.Single(record.Notices), StringComparison.Ordinal);
        Assert.Equal(["calm"], (await bench.OpenAsync(outcome)).Files.Select(file => file.Path));
    }

    [Fact]
    public async Task Run_WithAKnownFileThatNowAlwaysChanges_KeepsItsLastWholeVersion()
    {
        TestDatabase.Create(Live, "CREATE TABLE t(a)");
        await File.WriteAllTextAsync(bench.FilePath("restless"), "whole", Token);
        await bench.BackUpAsync();
        await using var restless = new RestlessFile(bench.FilePath("restless"));

        var outcome = await bench.BackUpAsync();

        Assert.Equal("DoneWithoutOne", outcome.Summary.Key);
        Assert.Contains("FileChangingKeptPrevious", bench.Sink.Keys(LogSeverity.Warning));
        Assert.Equal("whole"u8.ToArray(), await bench.ContentAsync(outcome, "restless"));
    }

    [Fact]
    public async Task Run_WithAKnownLargeFileThatNowAlwaysChanges_KeepsItsPieces()
    {
        TestDatabase.Create(Live, "CREATE TABLE t(a)");
        var whole = new byte[3_000_000];
        new Random(1).NextBytes(whole);
        await File.WriteAllBytesAsync(bench.FilePath("restless"), whole, Token);
        await bench.BackUpAsync();
        await using var restless = new RestlessFile(bench.FilePath("restless"));

        var outcome = await bench.BackUpAsync();

        Assert.Contains("FileChangingKeptPrevious", bench.Sink.Keys(LogSeverity.Warning));
        Assert.Equal(whole, await bench.ContentAsync(outcome, "restless"));
        Assert.Empty(await (await bench.OpenAsync(outcome)).VerifyAsync(null, Token));
    }

    [Fact]
    public async Task Run_WithFilesThatVanishMeanwhile_SaysWhichAndKeepsTheOthers()
    {
        TestDatabase.Create(Live, "CREATE TABLE t(a)");
        foreach (var name in new[] { "a", "b", "c" })
            await File.WriteAllTextAsync(bench.FilePath(name), name, Token);
        var sink = new RecordingSink();
        // The first report of the phase comes after the folder was looked at, and before the first file is read.
        sink.Reported = (_, _) =>
        {
            if (sink.Phases[^1] != OperationPhase.Files)
                return;
            File.Delete(bench.FilePath("a"));
            File.Delete(bench.FilePath("b"));
        };

        var outcome = await bench.BackUpAsync(sink);

        Assert.Equal(("DoneWithout", "2"), (outcome.Summary.Key, outcome.Summary.Arguments[0]));
        Assert.Equal(["FileVanished", "FileVanished"], sink.Keys(LogSeverity.Warning));
        Assert.Equal(["c"], (await bench.OpenAsync(outcome)).Files.Select(file => file.Path));
    }

    [Fact]
    public async Task Run_WithoutFilesFolder_SaysSoAndKeepsTheDatabase()
    {
        TestDatabase.Create(Live, "CREATE TABLE t(a)");
        Directory.Delete(bench.Tenant.FilesPath);

        var outcome = await bench.BackUpAsync();

        Assert.Equal(["NoFilesFolder"], bench.Sink.Keys(LogSeverity.Warning));
        var record = await bench.RecordAsync(outcome);
        Assert.Equal(0, record.Files.Count);
        Assert.Contains(bench.Tenant.FilesPath, Assert.Single(record.Notices), StringComparison.Ordinal);
    }

    private string FilesStored() =>
        string.Join(", ", bench.Sink.Lines.Single(line => line.Text.Key == "FilesStored").Text.Arguments);
}
