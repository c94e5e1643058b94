using System.Globalization;
using System.Security.Cryptography;
using BackupPortal.Core.Comparison;
using BackupPortal.Core.Sources;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace BackupPortal.Core.Restore;

/// <summary>
/// Makes the live database hold what the staged one does by writing only the rows that differ, in one transaction. Who has it open keeps the old state, then sees the new one.
/// Triggers do not run, and nothing is checked that was checked in the staged database already.
/// </summary>
internal sealed partial class RowSwap(IRestoreCheckpoint checkpoint, ILogger<RowSwap> logger)
{
    private const int EnableTrigger = 1003; // SQLITE_DBCONFIG_ENABLE_TRIGGER
    private const int BusyMilliseconds = 10_000;

    // Each change of the schema by somebody else adds one; no mark is within so many of another or of what was there.
    private const int MarkDistance = 1 << 20;

    /// <param name="incoming">The staged database that <paramref name="plan"/> was made for.</param>
    /// <param name="keptAt">What the live database looked like when the plan was made.</param>
    /// <param name="beforeCommit">Awaited with the mark when all rows are written, right before they become visible.</param>
    /// <returns>Null when nothing was written: somebody has written since, or the database takes these rows otherwise than expected.</returns>
    /// <exception cref="Messages.PortalException">Another program keeps the database locked. Live data is unchanged.</exception>
    public async Task<SwapResult?> TryRunAsync(string livePath, string incoming, RowPlan plan, string keptAt, Func<int, Task> beforeCommit)
    {
        using var live = Lock(livePath, incoming);
        if (keptAt != LiveDatabaseState.Fingerprint(livePath))
            return null;
        var version = live.DataVersion;
        try
        {
            Write(live, plan);
        }
        catch (SqliteException refused)
        {
            Log.Refused(logger, refused.Message);
            return null;
        }
        catch (InvalidDataException unexpected)
        {
            Log.Refused(logger, unexpected.Message);
            return null;
        }

        var mark = NewMark(live);
        Run(live, string.Create(CultureInfo.InvariantCulture, $"PRAGMA main.schema_version={mark}"));
        await beforeCommit(mark);
        checkpoint.Reached("RowsWritten");
        try
        {
            Run(live, "COMMIT");
        }
        catch (SqliteException failure)
        {
            throw Failure(failure);
        }
        checkpoint.Reached("RowsCommitted");
        return new SwapResult(null, live.FingerprintUnlessWritten(livePath, version));
    }

    /// <summary>Tells after a crash whether the transaction came through: it left its mark.</summary>
    public static bool HasHappened(string livePath, int mark)
    {
        using var live = RestoreConnection.OpenToWrite(livePath, BusyMilliseconds);
        return live.Number("PRAGMA main.schema_version") - mark is >= 0 and < MarkDistance;
    }

    private static RestoreConnection Lock(string livePath, string incoming)
    {
        var live = RestoreConnection.OpenToWriteWithUris(livePath, BusyMilliseconds);
        try
        {
            raw.sqlite3_db_config(live.Handle, EnableTrigger, 0, out _);
            // The portal never checkpoints a database that others have open.
            Run(live, "PRAGMA wal_autocheckpoint=0", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=OFF", "PRAGMA ignore_check_constraints=ON",
                "PRAGMA trusted_schema=OFF", "PRAGMA cache_size=-65536", $"ATTACH {SqlLiteral.Of(RestoreConnection.ImmutableUri(incoming))} AS staged", "BEGIN IMMEDIATE");
            return live;
        }
        catch (SqliteException failure)
        {
            live.Dispose();
            throw Failure(failure);
        }
        catch
        {
            live.Dispose();
            throw;
        }
    }

    /// <exception cref="SqliteException">SQLite does not take them.</exception>
    /// <exception cref="InvalidDataException">Other rows were there than the plan knows of.</exception>
    private static void Write(RestoreConnection live, RowPlan plan)
    {
        foreach (var rows in plan.Tables)
        {
            var (removed, written) = rows.Table.Kind == StoredTableKind.WithoutRowId ? WriteKeys(live, rows) : WriteRanges(live, rows);
            if (removed != rows.RemovedCount || written != rows.WrittenCount)
                throw new InvalidDataException($"{rows.Table.Name}: {removed} rows removed, {rows.RemovedCount} expected; {written} written, {rows.WrittenCount} expected.");
        }
        foreach (var name in plan.WrittenWhole.Select(SqlIdentifier.Quote))
            Run(live, $"DELETE FROM main.{name}", $"INSERT INTO main.{name} SELECT * FROM staged.{name}");
        Run(live, string.Create(CultureInfo.InvariantCulture, $"PRAGMA main.user_version={plan.UserVersion}"),
            string.Create(CultureInfo.InvariantCulture, $"PRAGMA main.application_id={plan.ApplicationId}"));
    }

    private static (long Removed, long Written) WriteRanges(RestoreConnection live, TableRows rows)
    {
        var number = rows.Table.RowIdSql!;
        var columns = rows.Table.Columns.Select(column => SqlIdentifier.Quote(column.Name));
        // A column that is another name for the row's number gives it already.
        var listed = string.Join(", ", rows.Table.Columns.Any(column => column.IsRowId) ? columns : columns.Prepend(number));
        var (name, within) = (SqlIdentifier.Quote(rows.Table.Name), $"NOT INDEXED WHERE {number} BETWEEN ?1 AND ?2");
        using var remove = live.Prepare($"DELETE FROM main.{name} {within}");
        using var write = live.Prepare($"INSERT INTO main.{name}({listed}) SELECT {listed} FROM staged.{name} {within} ORDER BY {number}");
        var (removed, written) = (0L, 0L);
        // All of them first: a value that has to be unique may come back in another row.
        foreach (var range in rows.Ranges.Where(range => range.InOther > 0))
            removed += remove.Run(range.First, range.Last);
        foreach (var range in rows.Ranges.Where(range => range.InSnapshot > 0))
            written += write.Run(range.First, range.Last);
        return (removed, written);
    }

    private static (long Removed, long Written) WriteKeys(RestoreConnection live, TableRows rows)
    {
        var listed = string.Join(", ", rows.Table.Columns.Select(column => SqlIdentifier.Quote(column.Name)));
        var (name, isRow) = (SqlIdentifier.Quote(rows.Table.Name), string.Join(" AND ", rows.Table.Key.Select((key, i) => string.Create(CultureInfo.InvariantCulture, $"{SqlIdentifier.Quote(key.Name)} = ?{i + 1}"))));
        using var remove = live.Prepare($"DELETE FROM main.{name} WHERE {isRow}");
        using var write = live.Prepare($"INSERT INTO main.{name}({listed}) SELECT {listed} FROM staged.{name} WHERE {isRow}");
        return (rows.Removed.Sum(key => remove.Run(key)), rows.Written.Sum(key => write.Run(key)));
    }

    private static int NewMark(RestoreConnection live)
    {
        var now = live.Number("PRAGMA main.schema_version");
        int mark;
        do
            mark = RandomNumberGenerator.GetInt32(MarkDistance, int.MaxValue - MarkDistance);
        while (Math.Abs(mark - now) < 2 * MarkDistance);
        return mark;
    }

    private static Messages.PortalException Failure(SqliteException failure) => failure.SqliteErrorCode is raw.SQLITE_BUSY or raw.SQLITE_LOCKED
        ? RestoreText.Refusal("LiveLocked", "LiveLockedHint")
        : RestoreText.Refusal("SharedSwapFailed", "SharedSwapFailedHint", failure, failure.Message);

    private static void Run(RestoreConnection live, params ReadOnlySpan<string> statements)
    {
        foreach (var sql in statements)
            live.Text(sql);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The rows that differ were not written one by one; every page is written instead: {Reason}")]
        public static partial void Refused(ILogger logger, string reason);
    }
}
