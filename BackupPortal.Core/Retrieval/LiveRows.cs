using BackupPortal.Core.Comparison;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Sources;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace BackupPortal.Core.Retrieval;

/// <summary>
/// Writes gathered rows into a live database, in one transaction that either does all of it or nothing. Triggers do not run: what they did when the rows were new
/// is in the tables that they did it to. Foreign keys and what was written are looked at before the commit.
/// </summary>
internal static class LiveRows
{
    private const int EnableTrigger = 1003; // SQLITE_DBCONFIG_ENABLE_TRIGGER
    private const int BusyMilliseconds = 10_000;

    /// <param name="gathered">Its scratch database is closed.</param>
    /// <param name="beforeCommit">Called when all rows are written, as the last thing that may refuse.</param>
    /// <exception cref="PortalException">Live data would not take them, or has changed meanwhile; it is as before.</exception>
    public static void Write(string livePath, RowGathering gathered, Action beforeCommit, Action afterCommit)
    {
        using var live = RestoreConnection.OpenToWrite(livePath, BusyMilliseconds);
        try
        {
            var tables = gathered.Tables.ToList();
            raw.sqlite3_db_config(live.Handle, EnableTrigger, 0, out _);
            // The portal never checkpoints a database that others have open.
            Run(live, "PRAGMA wal_autocheckpoint=0", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=OFF", "PRAGMA trusted_schema=OFF",
                $"ATTACH {SqlLiteral.Of(gathered.File)} AS gathered", "BEGIN IMMEDIATE");
            var isReplacing = tables.Any(table => live.Number($"SELECT EXISTS (SELECT 1 FROM gathered.{table.Scratch} WHERE kind = 1 AND why > 0)") > 0);
            var violations = isReplacing ? Violations(live, tables) : 0;
            foreach (var table in tables)
                Write(live, table);
            RebuildSearch(live, tables);
            if (gathered.ForeignKeys.Any(key => PointsNowhere(live, key, tables)) || (isReplacing && Violations(live, tables) > violations))
                throw RetrievalText.Refusal("ForeignKeysViolated", "NothingChangedHint");
            beforeCommit();
            Run(live, "COMMIT");
            afterCommit();
        }
        catch (SqliteException refused)
        {
            throw refused.SqliteErrorCode is raw.SQLITE_BUSY or raw.SQLITE_LOCKED
                ? new PortalException(RetrievalText.Of("LiveLocked"), RetrievalText.Of("LiveLockedHint"), canRetry: true, refused)
                : RetrievalText.Refusal("LiveRefused", "NothingChangedHint", refused, refused.Message);
        }
    }

    /// <summary>Whether a row that came back refers to one that is not there: only new rows can, as long as no other changes.</summary>
    private static bool PointsNowhere(RestoreConnection live, ForeignKey key, List<GatheredTable> tables)
    {
        if (tables.Find(table => string.Equals(table.LiveName, key.Table, StringComparison.OrdinalIgnoreCase)) is not { } child || key.Columns.Any(column => child.Find(column) is null))
            return false;
        var columns = key.Columns.Select(column => "x." + GatheredTable.Column(child.Find(column)!.Value)).ToList();
        var match = string.Join(" AND ", key.ParentColumns.Select((column, i) => $"m.{SqlIdentifier.Quote(column)} = {columns[i]}"));
        return live.Number($"""
            SELECT EXISTS (SELECT 1 FROM gathered.{child.Scratch} AS x WHERE x.why > 0 AND x.conflict IS NULL AND {string.Join(" AND ", columns.Select(column => column + " IS NOT NULL"))}
            AND NOT EXISTS (SELECT 1 FROM main.{SqlIdentifier.Quote(key.Parent)} AS m WHERE {match}))
            """) > 0;
    }

    // Of the tables that were written, and of those that refer to them.
    private static long Violations(RestoreConnection live, List<GatheredTable> tables) => tables.Where(table => !table.IsGone).Select(table => table.LiveName)
        .Concat(tables.Where(table => !table.IsGone).SelectMany(table => Referring(live, table.LiveName)).ToList())
        .Distinct(StringComparer.OrdinalIgnoreCase)
        .Sum(name => live.Number($"SELECT count(*) FROM pragma_foreign_key_check({SqlLiteral.Of(name)}, 'main')"));

    private static void Write(RestoreConnection live, GatheredTable table)
    {
        if (table.IsGone)
        {
            Run(live, table.Pair.Snapshot!.Sql);
            foreach (var sql in table.Parts)
                Run(live, sql);
        }
        var name = $"main.{SqlIdentifier.Quote(table.LiveName)}";
        var (rows, isReady) = ($"gathered.{table.Scratch}", "x.why > 0 AND x.conflict IS NULL");
        RequireUnchanged(live, table, name, rows, isReady);
        var number = table.IsNumbered ? table.LiveRowId : null;
        var (into, from) = (string.Join(", ", Optional(number).Concat(table.LiveColumns)), string.Join(", ", Optional(number is null ? null : "rid").Concat(table.ScratchColumns).Select(column => "x." + column)));
        var written = Change(live, $"INSERT INTO {name}({into}) SELECT {from} FROM {rows} AS x WHERE {isReady} AND x.kind = {(int)DifferenceKind.ComeBack} ORDER BY x.at");
        var values = string.Join(", ", table.Columns.Select((column, i) => $"{SqlIdentifier.Quote(column.Live)} = x.{GatheredTable.Column(i)}"));
        if (!table.IsGone)
            written += Change(live, $"UPDATE {name} AS m SET {values} FROM {rows} AS x WHERE {table.IsSameRow("m", "x")} AND {isReady} AND x.kind = {(int)DifferenceKind.Revert}");
        var wanted = live.Number($"SELECT count(*) FROM {rows} AS x WHERE {isReady}");
        var isNumberKnown = table.IsNumbered ? " AND x.rid IS NOT NULL" : "";
        var different = live.Number($"""
            SELECT count(*) FROM {rows} AS x WHERE {isReady}{isNumberKnown}
            AND NOT EXISTS (SELECT 1 FROM {name} AS m WHERE {table.IsSameRow("m", "x")} AND {table.HasSameValues("m", "x")})
            """);
        if (written != wanted || different != 0)
            throw RetrievalText.Refusal("ValuesDiffer", "NothingChangedHint", null, table.Name, $"{Math.Max(different, wanted - written)}");
    }

    /// <summary>Nobody has written what is about to be overwritten since it was compared.</summary>
    private static void RequireUnchanged(RestoreConnection live, GatheredTable table, string name, string rows, string isReady)
    {
        if (table.IsGone)
            return;
        var appeared = table.Key.Count == 0 ? 0 : live.Number($"SELECT count(*) FROM {rows} AS x WHERE {isReady} AND x.kind = 0 AND EXISTS (SELECT 1 FROM {name} AS m WHERE {table.IsSameRow("m", "x")})");
        var changed = live.Number($"""
            SELECT count(*) FROM {rows} AS x WHERE {isReady} AND x.kind = 1
            AND NOT EXISTS (SELECT 1 FROM {name} AS m WHERE {table.IsSameRow("m", "x")} AND {table.HasSameValues("m", "x", "o")})
            """);
        if (appeared + changed > 0)
            throw new PortalException(RetrievalText.Of("ChangedMeanwhile", table.Name), RetrievalText.Of("ChangedMeanwhileHint"), canRetry: true);
    }

    /// <summary>Search tables that only index another table are kept by triggers, which do not run here.</summary>
    private static void RebuildSearch(RestoreConnection live, List<GatheredTable> tables)
    {
        foreach (var sql in live.Rows("SELECT name || char(10) || sql FROM main.sqlite_schema WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%fts%content%'").ToList())
        {
            var (name, definition) = (sql!.Split('\n', 2)[0], sql.Split('\n', 2)[1]);
            if (SearchContent.Of(definition) is { } content && tables.Exists(table => string.Equals(table.LiveName, content, StringComparison.OrdinalIgnoreCase)))
                Run(live, $"INSERT INTO main.{SqlIdentifier.Quote(name)}({SqlIdentifier.Quote(name)}) VALUES('rebuild')");
        }
    }

    private static IEnumerable<string> Referring(RestoreConnection live, string parent) => live.Rows($"""
        SELECT m.name FROM main.sqlite_schema AS m JOIN pragma_foreign_key_list(m.name) AS k
        WHERE m.type = 'table' AND k."table" = {SqlLiteral.Of(parent)} COLLATE NOCASE
        """).Select(name => name!);

    private static IEnumerable<string> Optional(string? name) => name is null ? [] : [name];

    private static long Change(RestoreConnection live, string sql)
    {
        var before = raw.sqlite3_total_changes(live.Handle);
        Run(live, sql);
        return raw.sqlite3_total_changes(live.Handle) - before;
    }

    private static void Run(RestoreConnection live, params ReadOnlySpan<string> statements)
    {
        foreach (var sql in statements)
            live.Text(sql);
    }
}
