namespace BackupPortal.Tests.Architecture;

/// <summary>
/// A live database is never opened as a file: closing any descriptor of it drops the locks that SQLite holds in this process, and a commit can vanish.
/// So only the types below may open, copy or move files by a path, each in these ways, and for the reason given.
/// </summary>
public class LiveDataIsNeverOpenedTests
{
    private static readonly Dictionary<string, (string[] Calls, string Reason)> Allowed = new()
    {
        ["BackupPortal.Cli.CommandLog"] = (["File.AppendAllText", "File.Move"], "the program's own log"),
        ["BackupPortal.Hosting.InstallationHealth"] = (["new FileStream"], "a probe file of a new name, made and deleted again"),
        ["BackupPortal.Core.Comparison.ComparedFiles"] = (["File.OpenHandle"], "a staged database, and a copy of the live one"),
        ["BackupPortal.Core.Catalog.FileLock"] = (["new FileStream"], "lock files of the catalog and of a repository, which nothing else is in"),
        ["BackupPortal.Core.Copies.CopyNote"] = (["File.ReadAllBytes"], "its own notes beside local copies"),
        ["BackupPortal.Core.Demo.DemoFiles"] = (["File.WriteAllBytes"], "certificates and photos in the files folder of a new demo school"),
        ["BackupPortal.Core.Encryption.MasterKeyFile"] =
            (["File.OpenHandle", "new FileStream"], "a file with a master key that the operator names, to be read before any database is open; a new one, which must not exist yet"),
        ["BackupPortal.Cli.PassphraseFile"] = (["File.OpenText"], "a file that the person at the command line names"),
        ["BackupPortal.Core.Export.ExportProof"] = (["new FileStream"], "an exported file, to read it back"),
        ["BackupPortal.Core.Export.SnapshotExport"] = (["new FileStream"], "a new file, which must not exist yet"),
        ["BackupPortal.Core.Export.ZipEntries"] = (["new FileStream"], "a snapshot's database, unpacked to the scratch folder"),
        ["BackupPortal.Core.Export.SqliteFileWriter"] = (["new FileStream"], "a snapshot's database, unpacked to the scratch folder"),
        ["BackupPortal.Core.Import.ImportPreparation"] = (["new FileStream"], "what is imported, in the scratch folder"),
        ["BackupPortal.Core.Import.Uploads.UploadFolder"] = (["new FileStream", "File.ReadAllBytes", "File.Move"], "an upload's own folder"),
        ["BackupPortal.Core.Import.Uploads.UploadWriting"] = (["new FileStream"], "an upload's content"),
        ["BackupPortal.Core.Import.Zip.ZipUnpacking"] = (["new FileStream"], "new files in the scratch folder"),
        ["BackupPortal.Core.Maintenance.DurableFile"] =
            (["new FileStream", "File.Move", "libc.open"], "notices and journals, through a temporary name; folders, to sync them"),
        ["BackupPortal.Core.Maintenance.AnnouncementFile"] = (["File.ReadAllBytes"], "a tenant's announcement.json"),
        ["BackupPortal.Core.Maintenance.MaintenanceGuard"] = (["File.ReadAllText", "File.WriteAllTextAsync"], "a tenant's last-lock-out"),
        ["BackupPortal.Core.Maintenance.NoticeFile"] = (["File.ReadAllBytes"], "a tenant's maintenance.json"),
        ["BackupPortal.Core.Maintenance.WebhookOutbox"] = (["File.ReadAllBytes"], "messages in a tenant's folder webhooks"),
        ["BackupPortal.Core.Sources.PageSink"] = (["File.OpenHandle"], "the scratch file of a copy in a hurry"),
        ["BackupPortal.Core.Sources.DatabaseFilePages"] = (["File.OpenHandle"], "a scratch copy, or a database that a swap took out"),
        ["BackupPortal.Core.Rebuilding.CatalogRebuild"] = (["File.Move"], "the catalog of a portal that does not run, renamed to be put aside"),
        ["BackupPortal.Core.Rebuilding.NewCatalog"] = (["File.Move"], "a catalog that is whole and closed, renamed to its place"),
        ["BackupPortal.Core.Repository.BackgroundProcess"] = (["File.ReadAllText"], "what the kernel says of this process"),
        ["BackupPortal.Core.Repository.DatabaseTarget"] = (["File.OpenHandle"], "a new file, which must not exist yet"),
        ["BackupPortal.Core.Repository.LeaseFolders"] =
            (["new FileStream", "File.WriteAllBytes", "Directory.Move"], "the folder leases of a repository"),
        ["BackupPortal.Core.Repository.LeaseProcess"] = (["File.ReadAllText"], "what the kernel says of itself and of processes"),
        ["BackupPortal.Core.Repository.PageHashFile"] = (["File.OpenHandle", "File.Move"], "a cache in the scratch folder"),
        ["BackupPortal.Core.Repository.RestoredBase"] = (["File.WriteAllLines", "File.ReadAllLines"], "a hint in the cache of a repository"),
        ["BackupPortal.Core.Repository.TombstoneClock"] = (["File.ReadAllText"], "the kernel's name for this start of the machine"),
        ["BackupPortal.Core.Restore.FileExchange"] = (["File.Move", "libc.renameat2"], "renames alone, within one file system"),
        ["BackupPortal.Core.Restore.FileStaging"] = (["new FileStream"], "a new file in the staging folder"),
        ["BackupPortal.Core.Restore.RestoreJournal"] = (["File.ReadAllBytes", "File.WriteAllText"], "the journal and its marks"),
        ["BackupPortal.Core.Restore.SafetySnapshot"] = (["new FileStream"], "files of the files folder that a swap took out"),
        ["BackupPortal.Core.Restore.SharedSwap"] = (["File.OpenHandle"], "the safety copy, to sync it"),
        ["BackupPortal.Core.Restore.StagedDatabase"] = (["File.OpenHandle"], "a staged database, a safety copy, or a scratch copy"),
        ["BackupPortal.Core.Sources.FileSystemCalls"] =
            (["libc.open", "File.OpenHandle"], "for FileReading and IncomingFile, which know a live database by what a path leads to, and refuse it"),
        ["BackupPortal.Core.Retrieval.RetrievalNote"] = (["File.ReadAllBytes"], "its own notes in the tenant's folder"),
        ["BackupPortal.Core.Storage.DirectorySync"] = (["libc.open"], "folders of a repository, to sync them"),
        ["BackupPortal.Core.Storage.ExclusiveRename"] =
            (["Directory.Move", "File.Move", "libc.renameat2", "libc.link"], "renames alone, within one file system"),
        ["BackupPortal.Core.Storage.FencedDirectoryStore"] = (["new FileStream", "File.Move"], "objects of a repository"),
        ["BackupPortal.Core.Storage.LocalDirectoryStore"] = (["File.OpenHandle"], "objects of a repository"),
        ["BackupPortal.Core.Storage.ScratchFile"] = (["File.OpenHandle"], "a new file without a name"),
        ["BackupPortal.Core.Storage.TemporaryFiles"] = (["new FileStream"], "objects of a repository before they get their name"),
        ["BackupPortal.Core.Verification.RestoredFiles"] = (["new FileStream"], "what a drill restored to the scratch folder"),
    };

    private static readonly string CoreAssembly = typeof(BackupPortal.Core.Messages.Message).Assembly.Location;

    private static readonly string[] Assemblies = [CoreAssembly, Path.Combine(Path.GetDirectoryName(CoreAssembly)!, "BackupPortal.dll")];

    [Fact]
    public void OpeningFiles_WithoutAReason_DoesNotHappen()
    {
        var found = Assemblies.SelectMany(FileCall.Read)
            .Where(call => !Allowed.TryGetValue(call.Caller, out var allowed) || !allowed.Calls.Contains(call.Callee))
            .Select(call => $"{call.Caller} calls {call.Callee}").Order(StringComparer.Ordinal).ToList();

        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    [Fact]
    public void Allowed_EachCall_IsStillThere()
    {
        var there = Assemblies.SelectMany(FileCall.Read).ToHashSet();
        var gone = Allowed.SelectMany(type => type.Value.Calls.Select(call => new FileCall(type.Key, call))).Except(there).ToList();

        Assert.True(gone.Count == 0, string.Join('\n', gone));
        Assert.All(Allowed.Values, allowed => Assert.NotEmpty(allowed.Reason));
    }

    [Fact]
    public void Read_OfThisAssembly_FindsCallsInLambdasIteratorsAndAsyncMethods()
    {
        var calls = FileCall.Read(typeof(LiveDataIsNeverOpenedTests).Assembly.Location)
            .Where(call => call.Caller == typeof(Opener).FullName).Select(call => call.Callee);

        Assert.Equal(["File.OpenRead", "File.ReadAllTextAsync", "new FileStream"], calls.Order(StringComparer.Ordinal));
    }
}
