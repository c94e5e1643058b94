using BackupPortal.Core.Messages;
using BackupPortal.Core.Sources;
using BackupPortal.Core.Tenancy;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Core.Restore;

/// <summary>
/// Tells before a restore whether live data is too damaged for a safety copy: it is asked for everything that a snapshot's record keeps. Takes as long as counting all rows.
/// </summary>
public sealed class LiveDamage(LiveDatabases live)
{
    private const int Corrupt = 11;
    private const int NotADatabase = 26;

    /// <returns>What is wrong, in English; null when nothing is.</returns>
    /// <exception cref="PortalException">The database is there but cannot be looked at now, for example because it is locked.</exception>
    public Task<string?> FindAsync(Tenant tenant, CancellationToken cancellationToken) => Task.Run(
        () => FindAsync(tenant, LiveDatabaseState.Look(tenant.DatabasePath), cancellationToken), cancellationToken);

    internal async Task<string?> FindAsync(Tenant tenant, LiveDatabaseState state, CancellationToken cancellationToken)
    {
        if (!state.IsReadable)
            return state.Problem;
        try
        {
            await using var reader = await live.OpenReaderAsync(tenant, cancellationToken);
            ContentFactsReader.Read(reader.Connection, cancellationToken);
            return null;
        }
        catch (SqliteException damaged) when (damaged.SqliteErrorCode is Corrupt or NotADatabase)
        {
            return damaged.Message;
        }
        catch (SqliteException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }
}
