using System.Globalization;
using BackupPortal.Core.Comparison;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Sources;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace BackupPortal.Core.Retrieval;

/// <summary>
/// Gathers the rows that are to come back in a scratch database: the chosen ones, what they refer to, and, when asked, what refers to them; then finds those that
/// cannot. What is gathered follows what differs between snapshot and live data. Not safe for concurrent use.
/// </summary>
internal sealed class RowGathering : IDisposable
{
    private readonly StateComparison comparison;
    private readonly CancellationToken cancellationToken;
    private readonly SqliteConnection connection;
    private readonly TableConstraints constraints;
    private readonly SortedDictionary<int, GatheredTable> tables = [];
    private readonly List<ForeignKey> foreignKeys;
    private readonly List<(RetrievalConflictReason Reason, string Detail)> reasons = [];

    /// <param name="comparison">Of a snapshot with live data; stays the caller's.</param>
    /// <param name="folder">For the scratch database.</param>
    public RowGathering(StateComparison comparison, string folder, CancellationToken cancellationToken)
    {
        this.comparison = comparison;
        this.cancellationToken = cancellationToken;
        File = Path.Combine(folder, $"retrieval.{Guid.NewGuid():N}");
        constraints = new TableConstraints(Live.Database.Connection);
        var before = new TableConstraints(Snapshot.Database.Connection);
        foreignKeys = [
            .. Live.Schema.Tables.Where(CanGather).SelectMany(table => constraints.ForeignKeysOf(table.Name)),
            .. comparison.Pairs.Where(pair => pair.Other is null && CanGather(pair.Snapshot!)).SelectMany(pair => before.ForeignKeysOf(pair.Name))];
        // As an address, so that the two states can be attached by theirs.
        connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = new Uri(File).AbsoluteUri, Pooling = false }.ToString());
        try
        {
            connection.Open();
            Execute("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA trusted_schema=OFF; PRAGMA cache_size=-8192");
            Execute($"ATTACH '{Snapshot.Database.Uri}' AS kept; ATTACH '{Live.Database.Uri}' AS live");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The scratch database.</summary>
    public string File { get; }

    /// <summary>Tables with rows in the scratch database.</summary>
    public IEnumerable<GatheredTable> Tables => tables.Values;

    private ComparedSide Snapshot => comparison.States.Snapshot;

    private ComparedSide Live => comparison.States.Other;

    /// <exception cref="PortalException">There is no such table, its rows cannot be told apart, or the condition is none.</exception>
    public void Choose(RetrievalArguments wanted)
    {
        foreach (var name in wanted.Tables)
            Choose(TableOf(name), wanted);
        Follow(wanted.WithDependents);
        FindConflicts();
    }

    /// <summary>Foreign keys of all tables, as live data has them.</summary>
    public IReadOnlyList<ForeignKey> ForeignKeys => foreignKeys;

    /// <summary>Questions to live data; one that has an answer says that the rows were written.</summary>
    public IReadOnlyList<string> Probes() => [.. Tables.Select(Probe).OfType<string>()];

    public RetrievalPlan Plan() => new([.. Tables.Select(Count).Where(static table => table != new RetrievedTable(table.Name, 0, 0, 0, 0, 0, 0))], Conflicts());

    /// <summary>Ends the use of the scratch database here, so that it can be attached elsewhere.</summary>
    public void Close() => connection.Close();

    public void Dispose()
    {
        connection.Dispose();
        System.IO.File.Delete(File);
    }

    private int TableOf(string name)
    {
        var number = comparison.Pairs.ToList().FindIndex(pair => pair.Snapshot is not null && string.Equals(pair.Name, name, StringComparison.OrdinalIgnoreCase));
        return number >= 0 ? number
            : throw RetrievalText.Refusal("NoTable", "NoTableHint", null, name, string.Join(", ", Snapshot.Schema.Tables.Where(CanGather).Select(table => table.Name)));
    }

    private void Choose(int number, RetrievalArguments wanted)
    {
        var table = Gather(number, DifferenceKind.ComeBack, DifferenceKind.Revert);
        var kinds = wanted.ReplaceChanged ? $"{(int)DifferenceKind.ComeBack}, {(int)DifferenceKind.Revert}" : $"{(int)DifferenceKind.ComeBack}";
        var fitting = wanted.Where is { } condition ? $"at IN ({Fitting(table, condition)})" : wanted.Search is { Length: > 0 } text ? Containing(table, text) : "1";
        Execute($"UPDATE {table.Scratch} SET why = {(int)RowReason.Chosen} WHERE kind IN ({kinds}) AND {fitting}");
        if (wanted.ReplaceChanged && !table.IsGone)
            NoteLiveValues(table);
        // What nobody asked for is not told as left as it is, either.
        Execute($"DELETE FROM {table.Scratch} WHERE kind = {(int)DifferenceKind.Revert} AND NOT ({fitting})");
    }

    /// <summary>What is live in the rows that are to change, so that nothing is overwritten that came after.</summary>
    private void NoteLiveValues(GatheredTable table) => Execute($"""
        UPDATE {table.Scratch} AS x SET {string.Join(", ", table.LiveScratchColumns.Zip(table.LiveColumns, (note, column) => $"{note} = m.{column}"))}
        FROM live.{SqlIdentifier.Quote(table.LiveName)} AS m WHERE {table.IsSameRow("m", "x")} AND x.kind = {(int)DifferenceKind.Revert}
        """);

    private static bool CanGather(StoredTable table) => table.Kind is StoredTableKind.RowId or StoredTableKind.WithoutRowId;

    /// <summary>Rows of a table that are missing or have changed, none of them chosen yet.</summary>
    private GatheredTable Gather(int number, params IReadOnlyList<DifferenceKind> kinds)
    {
        if (tables.TryGetValue(number, out var known))
            return known;
        var table = new GatheredTable(number, comparison.Pairs[number]) { Parts = PartsOf(comparison.Pairs[number]) };
        if (!CanGather(table.Pair.Snapshot!) || (table.Pair.Other is { } other && !CanGather(other)))
            throw RetrievalText.Refusal("NotByRows", "NotByRowsHint", null, table.Name);
        tables.Add(number, table);
        Execute($"CREATE TABLE {table.Scratch}({string.Join(", ", table.ScratchColumns.Prepend("at INTEGER PRIMARY KEY, kind INTEGER, why INTEGER DEFAULT 0, conflict INTEGER, rid").Concat(table.LiveScratchColumns))})");
        if (table.IsGone)
            Execute($"{InsertFrom(table, "0")} FROM kept.{SqlIdentifier.Quote(table.Name)} AS t");
        else if (table.SnapshotRowId is { } rowId)
            GatherByNumber(table, rowId, kinds);
        else
            GatherByKey(table, kinds);
        return table;
    }

    private List<string> PartsOf(TablePair pair)
    {
        if (pair.Other is not null)
            return [];
        using var command = Snapshot.Database.Connection.CreateCommand();
        command.CommandText = "SELECT sql FROM main.sqlite_master WHERE tbl_name = $1 COLLATE NOCASE AND type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY type";
        command.Parameters.AddWithValue("$1", pair.Name);
        using var reader = command.ExecuteReader();
        var parts = new List<string>();
        while (reader.Read())
            parts.Add(reader.GetString(0));
        return parts;
    }

    private void GatherByNumber(GatheredTable table, string rowId, IReadOnlyList<DifferenceKind> kinds)
    {
        Execute("DROP TABLE IF EXISTS wanted; CREATE TABLE wanted(row INTEGER PRIMARY KEY, kind INTEGER)");
        Fill("INSERT INTO wanted(kind, row) VALUES($1, $2)", table, kinds, 1, static (row, values) => values[0] = (long)row);
        Execute($"{InsertFrom(table, "w.kind")} FROM wanted AS w CROSS JOIN kept.{SqlIdentifier.Quote(table.Name)} AS t WHERE t.{rowId} = w.row; DROP TABLE wanted");
    }

    private void GatherByKey(GatheredTable table, IReadOnlyList<DifferenceKind> kinds)
    {
        var key = table.Pair.Snapshot!.Key.ToList();
        if (!table.Pair.HasSameKey || !table.Pair.IsStoredAlike)
            throw RetrievalText.Refusal("NotByRows", "NotByRowsHint", null, table.Name);
        var names = string.Join(", ", key.Select(static (_, i) => string.Create(CultureInfo.InvariantCulture, $"k{i}")));
        Execute($"DROP TABLE IF EXISTS wanted; CREATE TABLE wanted(kind INTEGER, {names})");
        Fill(
            $"INSERT INTO wanted(kind, {names}) VALUES($1, {string.Join(", ", key.Select(static (_, i) => string.Create(CultureInfo.InvariantCulture, $"${i + 2}")))})",
            table, kinds, key.Count,
            (row, values) =>
            {
                var found = RecordKey.Read((byte[])row, key.Count, Snapshot.TextEncoding);
                for (var i = 0; i < found.Length; i++)
                    values[i] = found[i].Value;
            });
        var match = string.Join(" AND ", key.Select(static (column, i) => string.Create(CultureInfo.InvariantCulture, $"t.{SqlIdentifier.Quote(column.Name)} = w.k{i}")));
        Execute($"{InsertFrom(table, "w.kind")} FROM wanted AS w CROSS JOIN kept.{SqlIdentifier.Quote(table.Name)} AS t WHERE {match}; DROP TABLE wanted");
    }

    private void Fill(string sql, GatheredTable table, IReadOnlyList<DifferenceKind> kinds, int values, Action<object, object?[]> read)
    {
        using var command = Command(sql);
        for (var i = 1; i <= values + 1; i++)
            command.Parameters.Add(new SqliteParameter(string.Create(CultureInfo.InvariantCulture, $"${i}"), null));
        var found = new object?[values];
        Execute("BEGIN");
        foreach (var kind in kinds)
        {
            foreach (var row in comparison.ReadAll(table.Number, kind))
            {
                cancellationToken.ThrowIfCancellationRequested();
                read(row.SnapshotRow!, found);
                command.Parameters[0].Value = (int)kind;
                for (var i = 0; i < values; i++)
                    command.Parameters[i + 1].Value = found[i] ?? DBNull.Value;
                command.ExecuteNonQuery();
            }
        }
        Execute("COMMIT");
    }

    private static string InsertFrom(GatheredTable table, string kind) =>
        $"INSERT INTO {table.Scratch}({string.Join(", ", table.ScratchColumns.Prepend("kind, rid"))}) SELECT {kind}, "
        + string.Join(", ", table.Columns.Select(static column => "t." + SqlIdentifier.Quote(column.Snapshot)).Prepend(table.SnapshotRowId is { } rowId ? "t." + rowId : "NULL"));

    /// <summary>SQL that gives the gathered rows that meet a person's condition, which is evaluated on the snapshot alone.</summary>
    private string Fitting(GatheredTable table, string condition)
    {
        var name = SqlIdentifier.Quote(table.Name);
        var key = table.SnapshotRowId is { } rowId ? [rowId] : table.Pair.Snapshot!.Key.Select(column => SqlIdentifier.Quote(column.Name)).ToList();
        RequireCondition($"SELECT 1 FROM main.{name} WHERE (\n{condition}\n)");
        Execute($"DROP TABLE IF EXISTS fitting; CREATE TABLE fitting({string.Join(", ", key.Select(static (_, i) => string.Create(CultureInfo.InvariantCulture, $"k{i}")))})");
        Execute($"INSERT INTO fitting SELECT {string.Join(", ", key)} FROM kept.{name} WHERE (\n{condition}\n)");
        Execute($"CREATE INDEX fittingKey ON fitting({string.Join(", ", key.Select(static (_, i) => string.Create(CultureInfo.InvariantCulture, $"k{i}")))})");
        var match = table.SnapshotRowId is not null ? "f.k0 = x.rid"
            : string.Join(" AND ", table.Key.Select(static (column, i) => string.Create(CultureInfo.InvariantCulture, $"f.k{i} = x.c{column}")));
        return $"SELECT x.at FROM {table.Scratch} AS x WHERE EXISTS (SELECT 1 FROM fitting AS f WHERE {match})";
    }

    private static string Containing(GatheredTable table, string text)
    {
        var pattern = text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal);
        return $"({string.Join(" OR ", table.ScratchColumns.Select(column => $@"coalesce(typeof({column}) <> 'blob' AND CAST({column} AS TEXT) LIKE '%{pattern}%' ESCAPE '\', 0)"))})";
    }

    // On a connection that can change nothing, and as one statement: what a person typed must not become anything else.
    private void RequireCondition(string sql)
    {
        var handle = ConnectionHandle.Of(Snapshot.Database.Connection);
        var result = raw.sqlite3_prepare_v2(handle, sql, out var statement, out var rest);
        using (statement)
        {
            if (result != raw.SQLITE_OK)
                throw RetrievalText.Refusal("WhereRefused", "WhereRefusedHint", null, raw.sqlite3_errmsg(handle).utf8_to_string());
            if (!string.IsNullOrWhiteSpace(rest))
                throw RetrievalText.Refusal("WhereRefused", "WhereRefusedHint", null, ";");
        }
    }

    private void Follow(bool withDependents)
    {
        for (long before = -1, now = CountWanted(); now != before; before = now, now = CountWanted())
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var key in foreignKeys)
            {
                FollowUp(key);
                if (withDependents)
                    FollowDown(key);
            }
        }
    }

    private void FollowUp(ForeignKey key)
    {
        if (Gathered(key.Table) is not { } child || !HasWanted(child) || GatherIfDifferent(key.Parent) is not { } parent || Match(key, child, parent, "r", "x") is not { } match)
            return;
        Index(child, key.Columns);
        Execute($"""
            UPDATE {parent.Scratch} AS x SET why = {(int)RowReason.Needed} WHERE why = 0 AND kind = {(int)DifferenceKind.ComeBack}
            AND EXISTS (SELECT 1 FROM {child.Scratch} AS r WHERE r.why > 0 AND {match})
            """);
    }

    private void FollowDown(ForeignKey key)
    {
        if (Gathered(key.Parent) is not { } parent || !HasWanted(parent) || GatherIfDifferent(key.Table) is not { } child || Match(key, child, parent, "x", "r") is not { } match)
            return;
        Index(parent, key.ParentColumns);
        Execute($"""
            UPDATE {child.Scratch} AS x SET why = {(int)RowReason.Dependent} WHERE why = 0 AND kind = {(int)DifferenceKind.ComeBack}
            AND EXISTS (SELECT 1 FROM {parent.Scratch} AS r WHERE r.why IN ({(int)RowReason.Chosen}, {(int)RowReason.Dependent}) AND {match})
            """);
    }

    /// <summary>Rows that live data would refuse, and what needs them.</summary>
    private void FindConflicts()
    {
        foreach (var table in Tables.Where(table => !table.IsGone))
        {
            if (table.IsNumbered)
                GiveUpTakenNumbers(table);
            var unique = constraints.UniqueOf(table.LiveName);
            for (var i = 0; i < unique.Count; i++)
                FindTaken(table, unique[i]);
        }
        for (long before = -1, now = CountConflicts(); now != before; before = now, now = CountConflicts())
        {
            foreach (var key in foreignKeys)
                FindUnmet(key);
        }
    }

    // Where a number says nothing, another row may have got it: then this one gets a new one.
    private void GiveUpTakenNumbers(GatheredTable table) => Execute($"""
        UPDATE {table.Scratch} AS x SET rid = NULL WHERE kind = {(int)DifferenceKind.ComeBack}
        AND EXISTS (SELECT 1 FROM live.{SqlIdentifier.Quote(table.LiveName)} AS m WHERE m.{table.Pair.Other!.RowIdSql} = x.rid)
        """);

    private void FindTaken(GatheredTable table, IReadOnlyList<UniqueColumn> unique)
    {
        var places = unique.Select(column => table.Find(column.Name)).ToList();
        if (places.Any(place => place is null))
            return;
        var match = string.Join(" AND ", unique.Select((column, i) =>
            $"m.{SqlIdentifier.Quote(column.Name)} = x.{GatheredTable.Column(places[i]!.Value)} COLLATE {SqlIdentifier.Quote(column.Collation)}"));
        Execute($"""
            UPDATE {table.Scratch} AS x SET conflict = {NumberOf(RetrievalConflictReason.Taken, string.Join(", ", unique.Select(column => column.Name)))}
            WHERE why > 0 AND conflict IS NULL
            AND EXISTS (SELECT 1 FROM live.{SqlIdentifier.Quote(table.LiveName)} AS m WHERE {match} AND (x.kind = {(int)DifferenceKind.ComeBack} OR NOT ({table.IsSameRow("m", "x")})))
            """);
    }

    private void FindUnmet(ForeignKey key)
    {
        if (Gathered(key.Table) is not { } child || !HasWanted(child) || key.Columns.Any(column => child.Find(column) is null))
            return;
        var columns = key.Columns.Select(column => "x." + GatheredTable.Column(child.Find(column)!.Value)).ToList();
        var isLive = Live.Schema.Tables.Any(table => string.Equals(table.Name, key.Parent, StringComparison.OrdinalIgnoreCase))
            ? $" AND NOT EXISTS (SELECT 1 FROM live.{SqlIdentifier.Quote(key.Parent)} AS m WHERE {string.Join(" AND ", key.ParentColumns.Select((column, i) => $"m.{SqlIdentifier.Quote(column)} = {columns[i]}"))})"
            : "";
        var comesBack = Gathered(key.Parent) is { } parent && Match(key, child, parent, "x", "r") is { } match
            ? $" AND NOT EXISTS (SELECT 1 FROM {parent.Scratch} AS r WHERE r.why > 0 AND r.conflict IS NULL AND {match})"
            : "";
        Execute($"""
            UPDATE {child.Scratch} AS x SET conflict = {NumberOf(RetrievalConflictReason.Unmet, key.Parent)}
            WHERE why > 0 AND conflict IS NULL AND {string.Join(" AND ", columns.Select(column => column + " IS NOT NULL"))}{isLive}{comesBack}
            """);
    }

    private int NumberOf(RetrievalConflictReason reason, string detail)
    {
        if (!reasons.Contains((reason, detail)))
            reasons.Add((reason, detail));
        return reasons.IndexOf((reason, detail));
    }

    private RetrievedTable Count(GatheredTable table)
    {
        long Rows(string which) => Number($"SELECT count(*) FROM {table.Scratch} WHERE {which}");
        const string ComesBack = "kind = 0 AND conflict IS NULL AND why = ";
        return new RetrievedTable(
            table.Name, Rows(ComesBack + (int)RowReason.Chosen), Rows(ComesBack + (int)RowReason.Needed), Rows(ComesBack + (int)RowReason.Dependent),
            Rows("kind = 1 AND conflict IS NULL AND why > 0"), Rows("kind = 1 AND why = 0"), Rows("conflict IS NOT NULL"));
    }

    private string? Probe(GatheredTable table)
    {
        var known = (table.Key.Count > 0 ? table.Key : [.. Enumerable.Range(0, table.Columns.Count)])
            .Select(i => $"'{SqlIdentifier.Quote(table.Columns[i].Live).Replace("'", "''", StringComparison.Ordinal)} IS ' || quote({GatheredTable.Column(i)})").ToList();
        var all = table.Columns.Select((column, i) => $"'{SqlIdentifier.Quote(column.Live).Replace("'", "''", StringComparison.Ordinal)} IS ' || quote({GatheredTable.Column(i)})");
        using var command = Command($"""
            SELECT CASE kind WHEN {(int)DifferenceKind.ComeBack} THEN {string.Join(" || ' AND ' || ", known)} ELSE {string.Join(" || ' AND ' || ", all)} END
            FROM {table.Scratch} WHERE why > 0 AND conflict IS NULL LIMIT 1
            """);
        return command.ExecuteScalar() is string where ? $"SELECT 1 FROM main.{SqlIdentifier.Quote(table.LiveName)} WHERE {where} LIMIT 1" : null;
    }

    private List<RetrievalConflict> Conflicts()
    {
        const int Examples = 20;
        var conflicts = new List<RetrievalConflict>();
        foreach (var table in Tables)
        {
            var telling = TellingColumns.Of(table.Pair.Snapshot!);
            var shown = table.Columns.Select(static (names, i) => (names.Snapshot, Place: i)).Where(column => telling.Contains(column.Snapshot)).Select(column => column.Place)
                .DefaultIfEmpty(0).Select(i => $"substr(CAST({GatheredTable.Column(i)} AS TEXT), 1, 60)").ToList();
            using var command = Command($"SELECT conflict, {string.Join(", ", shown)} FROM {table.Scratch} WHERE conflict IS NOT NULL ORDER BY at LIMIT {Examples}");
            using var reader = command.ExecuteReader();
            while (reader.Read() && conflicts.Count < Examples)
            {
                var (reason, detail) = reasons[reader.GetInt32(0)];
                var row = string.Join(" · ", Enumerable.Range(1, shown.Count).Where(i => !reader.IsDBNull(i)).Select(reader.GetString));
                conflicts.Add(new RetrievalConflict(table.Name, row, reason, detail));
            }
        }
        return conflicts;
    }

    /// <summary>Null when columns of the key are not in both states.</summary>
    private static string? Match(ForeignKey key, GatheredTable child, GatheredTable parent, string childName, string parentName)
    {
        var pairs = key.Columns.Zip(key.ParentColumns, (from, to) => (From: child.Find(from), To: parent.Find(to))).ToList();
        return pairs.Count == 0 || pairs.Any(pair => pair.From is null || pair.To is null) ? null
            : string.Join(" AND ", pairs.Select(pair => $"{childName}.{GatheredTable.Column(pair.From!.Value)} = {parentName}.{GatheredTable.Column(pair.To!.Value)}"));
    }

    private void Index(GatheredTable table, IEnumerable<string> liveColumns)
    {
        var places = liveColumns.Select(column => GatheredTable.Column(table.Find(column)!.Value)).ToList();
        Execute($"CREATE INDEX IF NOT EXISTS {table.Scratch}by{string.Join('_', places)} ON {table.Scratch}({string.Join(", ", places)})");
    }

    private GatheredTable? Gathered(string liveName) =>
        Tables.FirstOrDefault(table => string.Equals(table.LiveName, liveName, StringComparison.OrdinalIgnoreCase));

    /// <summary>Null when no row of it is missing.</summary>
    private GatheredTable? GatherIfDifferent(string liveName) =>
        Gathered(liveName) ?? (comparison.Tables.FirstOrDefault(table =>
                string.Equals(table.OtherName ?? table.Name, liveName, StringComparison.OrdinalIgnoreCase) && table.ComeBack > 0) is { } differing
            ? Gather(differing.Number, DifferenceKind.ComeBack) : null);

    private bool HasWanted(GatheredTable table) => Number($"SELECT EXISTS (SELECT 1 FROM {table.Scratch} WHERE why > 0)") > 0;

    private long CountWanted() => Tables.Sum(table => Number($"SELECT count(*) FROM {table.Scratch} WHERE why > 0"));

    private long CountConflicts() => Tables.Sum(table => Number($"SELECT count(*) FROM {table.Scratch} WHERE conflict IS NOT NULL"));

    private long Number(string sql)
    {
        using var command = Command(sql);
        return (long)command.ExecuteScalar()!;
    }

    private void Execute(string sql)
    {
        using var command = Command(sql);
        try
        {
            command.ExecuteNonQuery();
        }
        catch (SqliteException e) when (e.SqliteErrorCode == raw.SQLITE_FULL)
        {
            throw ScratchSpace.Full(File, 0);
        }
    }

    private SqliteCommand Command(string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 0;
        return command;
    }
}
