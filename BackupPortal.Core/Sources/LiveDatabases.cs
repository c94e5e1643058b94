using BackupPortal.Core.Tenancy;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Core.Sources;

/// <summary>
/// The only way to a tenant's live database. Connections are never pooled. While a swap is under way new readers of this process wait. One
/// instance a process; safe for concurrent use.
/// </summary>
public sealed class LiveDatabases
{
    /// <summary>
    /// Opens the live database read-only (<c>query_only</c>, <c>trusted_schema=OFF</c>, busy timeout). Keep it for as short as one page of a person's
    /// reading takes: while it is open a restore of the tenant waits for it.
    /// </summary>
    /// <exception cref="Messages.PortalException">The file is missing, not a database, not readable, or a swap takes too long.</exception>
    public Task<LiveReader> OpenReaderAsync(Tenant tenant, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Lets no new reader of this process in, and waits for those that are there. Dispose to open again.</summary>
    /// <returns>The closed gate; <see cref="LiveGate.IsClear"/> is false when readers were still there after <paramref name="atMost"/>.</returns>
    public Task<LiveGate> CloseAsync(TenantId tenant, TimeSpan atMost, CancellationToken cancellationToken) => throw new NotImplementedException();
}

/// <summary>An open read-only connection to live data.</summary>
public sealed class LiveReader : IAsyncDisposable
{
    public SqliteConnection Connection => throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}

/// <summary>While it is held, no reader of this process gets to the tenant's live database.</summary>
public sealed class LiveGate : IDisposable
{
    public bool IsClear => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}
