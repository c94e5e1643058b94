using BackupPortal.Core.Messages;
using SQLitePCL;

namespace BackupPortal.Core.Sources;

/// <summary>The target of a copy whose pages go to a <see cref="PageSink"/>.</summary>
internal sealed class SinkDatabase : ICopyTarget
{
    private readonly PageSink sink;
    private readonly string name;

    public SinkDatabase(PageSink sink)
    {
        this.sink = sink;
        name = VirtualFiles.Add(sink);
        try
        {
            var result = raw.sqlite3_open_v2(name, out var handle, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE, VirtualFiles.Name);
            Handle = handle;
            if (result == raw.SQLITE_OK)
                result = raw.sqlite3_exec(Handle, "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-512");
            if (result != raw.SQLITE_OK)
                throw Failure(result, 0);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public sqlite3 Handle { get; private set; } = null!;

    public PortalException Failure(int result, long neededBytes)
    {
        // Whoever cancelled must see that, and a full disk must be told as one.
        if (sink.Failure is OperationCanceledException cancelled)
            throw cancelled;
        return sink.Failure as PortalException
            ?? new PortalException(
                SourcesText.Of("PagesNotTaken", sink.Failure?.Message ?? raw.sqlite3_errstr(result).utf8_to_string()),
                SourcesText.Of("TryAgainSoon"), canRetry: true, sink.Failure);
    }

    public void Dispose()
    {
        if (Handle is not null)
            raw.sqlite3_close_v2(Handle);
        VirtualFiles.Remove(name);
    }
}
