using BackupPortal.Core.Export;
using BackupPortal.Core.Messages;
using BackupPortal.Tests.Repository;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Export;

/// <summary>A database, a snapshot of it in a real repository, and what a writer makes of that.</summary>
internal sealed class ExportRig : IDisposable
{
    private readonly TestFolder folder = new();
    private ExportSource? source;

    /// <summary>The database; to be made by the test.</summary>
    public string Database => folder["app.db"];

    public string this[string name] => folder[name];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static ExportRig Of(params ReadOnlySpan<string> statements)
    {
        var rig = new ExportRig();
        using var connection = TestDatabase.Open(rig.Database);
        foreach (var statement in statements)
            TestDatabase.Execute(connection, statement);
        return rig;
    }

    /// <summary>Writes an export to a file of the folder.</summary>
    public async Task<IReadOnlyList<Message>> WriteAsync(IFormatWriter writer, string name)
    {
        await using var file = new FileStream(folder[name], FileMode.Create);
        return await WriteAsync(writer, file, static (_, _) => { });
    }

    public async Task<IReadOnlyList<Message>> WriteAsync(IFormatWriter writer, Stream output, Action<long, long> progress, CancellationToken? cancellationToken = null) =>
        await writer.WriteAsync(await SourceAsync(), output, progress, cancellationToken ?? Cancel);

    public void Dispose() => folder.Dispose();

    private async Task<ExportSource> SourceAsync()
    {
        if (source is not null)
            return source;
        var repository = new RepositoryRig(folder);
        var record = await repository.BackupAsync(Database, cancellationToken: Cancel);
        var reader = await repository.OpenAsync(record.Id, Cancel);
        await reader.WriteDatabaseAsync(folder["unpacked.db"], null, Cancel);
        return source = new ExportSource(reader, folder["unpacked.db"]);
    }
}
