using System.Security.Cryptography;
using System.Text.Json;
using BackupPortal.Core.Encryption;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Snapshots;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Repository;

/// <summary>The repositories in Data/repository-v1, as version 1 wrote them when it was frozen: they can be restored for ever.</summary>
public sealed class RepositoryV1Tests : IDisposable
{
    private readonly TestFolder folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string Data => Path.Combine(RestoreScript.SourceRoot.FullName, "BackupPortal.Tests", "Data", "repository-v1");

    private static string MasterKey => File.ReadAllText(Path.Combine(Data, "master-key.txt")).Trim();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("plain")]
    [InlineData("encrypted")]
    public async Task Restore_ByTheProgram_GivesWhatWasBackedUp(string kind)
    {
        var rig = Open(kind);
        var expected = Expected(kind);
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), (await rig.Repository.ListAsync(Cancel)).Select(id => id.Value).Order(StringComparer.Ordinal));
        foreach (var (id, content) in expected)
        {
            var reader = await rig.OpenAsync(SnapshotId.Parse(id), Cancel);
            Assert.Empty(await reader.CheckPresenceAsync(Cancel));
            Assert.Empty(await reader.VerifyAsync(null, Cancel));
            await RestoreToFolder.WriteAsync(reader, folder[id], null, Cancel);
            Assert.Equal(content, Describe(folder[id]));
        }
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("encrypted")]
    public async Task Restore_ByTheScript_GivesWhatWasBackedUp(string kind)
    {
        foreach (var (id, content) in Expected(kind))
        {
            var (exitCode, _, errors) = await RestoreScript.RunAsync(Path.Combine(Data, kind), id, folder[id], MasterKey);
            Assert.True(exitCode == 0, errors);
            Assert.Equal(content, Describe(folder[id]));
        }
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("encrypted")]
    public async Task Backup_OnTopOfIt_BuildsOnWhatIsThere(string kind)
    {
        var rig = Open(kind);
        var newest = await rig.OpenAsync((await rig.Repository.ListAsync(Cancel))[0], Cancel);
        await newest.WriteDatabaseAsync(folder["app.db"], null, Cancel);
        TestDatabase.Execute(folder["app.db"], "UPDATE grades SET points = 1 WHERE id = 1");

        var record = await rig.BackupAsync(folder["app.db"], cancellationToken: Cancel);

        Assert.NotEmpty(record.Packs.Intersect(newest.Record.Packs));
        SameBytes.Check(await File.ReadAllBytesAsync(folder["app.db"], Cancel), await rig.RestoreAsync(record.Id, Cancel));
    }

    [Fact]
    public void Data_IsAsItWas() =>
        // Whoever changes a byte of it must see here that they did.
        Assert.Equal(File.ReadAllText(Path.Combine(Data, "sha256sums.txt")), Sums(Data));

    /// <summary>On a copy, since a backup writes into it.</summary>
    private RepositoryRig Open(string kind)
    {
        var source = Path.Combine(Data, kind);
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = folder[Path.Combine("repository", Path.GetRelativePath(source, file))];
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        // Later than all that are there.
        return new RepositoryRig(folder, encryption: new EncryptionOptions { MasterKey = MasterKey }, begun: 1_000_000);
    }

    private static Dictionary<string, Dictionary<string, string>> Expected(string kind) =>
        JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, Dictionary<string, string>>>>(File.ReadAllText(Path.Combine(Data, "expected.json")))![kind];

    internal static string Sums(string data) => string.Concat(Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories)
        .Select(file => (Path: Path.GetRelativePath(data, file).Replace('\\', '/'), File: new FileInfo(file)))
        .Where(file => file.Path is not ("README.md" or "sha256sums.txt"))
        .OrderBy(file => file.Path, StringComparer.Ordinal)
        .Select(file => $"{Hash(file.File)}  {file.Path}\n"));

    /// <summary>Path and content of everything in a folder.</summary>
    internal static Dictionary<string, string> Describe(string restored) => new DirectoryInfo(restored)
        .EnumerateFileSystemInfos("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
        .ToDictionary(entry => Path.GetRelativePath(restored, entry.FullName).Replace('\\', '/'), Describe);

    private static string Describe(FileSystemInfo entry) => entry switch
    {
        { LinkTarget: { } target } => $"link to {target}",
        // Who restores the database alone does not set its mode.
        FileInfo { Name: "app.db" } file => Hash(file),
        FileInfo file => $"{Hash(file)}, mode {Convert.ToString((int)file.UnixFileMode, 8)}, modified {file.LastWriteTimeUtc:O}",
        { Name: "files" } => "folder",
        _ => $"folder, mode {Convert.ToString((int)entry.UnixFileMode, 8)}, modified {entry.LastWriteTimeUtc:O}",
    };

    private static string Hash(FileInfo file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file.FullName)));
}
