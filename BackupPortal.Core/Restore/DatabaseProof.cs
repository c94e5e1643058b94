using Microsoft.Data.Sqlite;

namespace BackupPortal.Core.Restore;

/// <summary>What reading a whole database through gave.</summary>
/// <param name="Problems">What <c>integrity_check</c> found; empty when it is whole.</param>
/// <param name="ForeignKeyViolations">Rows whose parent is missing.</param>
/// <param name="NotChecked">Why the check could not run, for example a collation that only the school's application has; null when it ran.</param>
internal sealed record DatabaseProof(
    IReadOnlyList<string> Problems, long ForeignKeyViolations, int UserVersion, int PageSize, string? NotChecked)
{
    private const int GenericError = 1;
    private const int Interrupted = 9;

    /// <param name="file">A closed copy that nobody writes to.</param>
    public static Task<DatabaseProof> RunAsync(string file, CancellationToken cancellationToken) =>
        Task.Run(() => Run(file, cancellationToken), cancellationToken);

    private static DatabaseProof Run(string file, CancellationToken cancellationToken)
    {
        using var connection = RestoreConnection.OpenImmutable(file);
        using var stop = cancellationToken.Register(() => connection.Interrupt());
        try
        {
            var (problems, notChecked) = CheckIntegrity(connection);
            return new DatabaseProof(
                problems,
                notChecked is null ? CountRows(connection, "PRAGMA foreign_key_check") : 0,
                (int)connection.Number("PRAGMA user_version"),
                (int)connection.Number("PRAGMA page_size"),
                notChecked);
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode == Interrupted)
        {
            throw new OperationCanceledException(failure.Message, failure, cancellationToken);
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode != GenericError)
        {
            return new DatabaseProof([failure.Message], 0, 0, 0, null);
        }
    }

    private static (IReadOnlyList<string> Problems, string? NotChecked) CheckIntegrity(RestoreConnection connection)
    {
        try
        {
            var lines = connection.Rows("PRAGMA integrity_check(20)").ToList();
            return (lines is ["ok"] ? [] : [.. lines.OfType<string>()], null);
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode == GenericError)
        {
            return ([], failure.Message);
        }
    }

    private static long CountRows(RestoreConnection connection, string sql)
    {
        try
        {
            return connection.Rows(sql).LongCount();
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode == GenericError)
        {
            // A foreign key that names a column that is not there: SQLite calls that an error of the schema, not of the rows.
            return 0;
        }
    }
}
