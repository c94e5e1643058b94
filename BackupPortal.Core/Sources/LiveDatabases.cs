using System.Collections.Concurrent;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Sources;

/// <summary>
/// The only way to a tenant's live database. Connections are never pooled. While a swap is under way new readers of this process wait. One
/// instance a process; safe for concurrent use.
/// </summary>
public sealed class LiveDatabases(TimeProvider time)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<TenantId, LiveDoor> doors = new();

    /// <summary>
    /// Opens the live database read-only (<c>query_only</c>, <c>trusted_schema=OFF</c>, busy timeout). Keep it for as short as one page of a person's
    /// reading takes: while it is open a restore of the tenant waits for it.
    /// </summary>
    /// <exception cref="PortalException">The file is missing, not a database, not readable, or a swap takes too long.</exception>
    public async Task<LiveReader> OpenReaderAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        var door = DoorOf(tenant.Id);
        if (await door.EnterAsync(LongestWait, time, cancellationToken) is not { } closing)
            throw new PortalException(SourcesText.Of("SwapTakesLong"), SourcesText.Of("TryAgainSoon"), canRetry: true);
        try
        {
            var connection = await Task.Run(() => LiveConnection.Open(tenant.DatabasePath, LockPatience), cancellationToken);
            return new LiveReader(connection, door, closing);
        }
        catch
        {
            door.Leave();
            throw;
        }
    }

    /// <summary>Lets no new reader of this process in, and waits for those that are there. Dispose to open again.</summary>
    /// <returns>The closed gate; <see cref="LiveGate.IsClear"/> is false when readers were still there after <paramref name="atMost"/>.</returns>
    public async Task<LiveGate> CloseAsync(TenantId tenant, TimeSpan atMost, CancellationToken cancellationToken)
    {
        var door = DoorOf(tenant);
        door.Close();
        try
        {
            await door.WaitUntilClearAsync(atMost, time, cancellationToken);
            return new LiveGate(door);
        }
        catch
        {
            door.Open();
            throw;
        }
    }

    private LiveDoor DoorOf(TenantId tenant) => doors.GetOrAdd(tenant, static _ => new LiveDoor());
}
