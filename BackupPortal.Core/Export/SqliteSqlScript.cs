using BackupPortal.Core.Messages;
using BackupPortal.Core.Sources;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Core.Export;

/// <summary>The statements of an export for SQLite, in their order.</summary>
/// <remarks>
/// A program that reads them goes on after an error, unless it is told not to, and would commit half of the data. So each table's rows are counted behind it, and the last statement
/// before the commit takes everything back when a single step is missing: its NULL meets a column that takes none. Views come before rows and indexes behind them, so that nothing
/// can be made any more once SQLite itself has taken the transaction back, for example on a full disk.
/// </remarks>
internal sealed class SqliteSqlScript : IDisposable
{
    /// <summary>The first line.</summary>
    public const string Mark = "-- BackupPortal sqlite3 1";

    private const string Statistics = "sqlite_stat1";

    private readonly TextBlocks text;
    private readonly SourceSchema schema;
    private readonly SchemaRehearsal rehearsal;
    private readonly SqliteSqlRows rows;
    private readonly RowProgress progress;
    private readonly string steps;
    private readonly HashSet<string> left = [];
    private int failures;
    private int stepsDone;

    public SqliteSqlScript(SqliteConnection connection, TextBlocks text, RowProgress progress, int longestRowBytes)
    {
        this.text = text;
        this.progress = progress;
        schema = SourceSchema.Read(connection);
        rehearsal = new SchemaRehearsal(schema.Encoding);
        steps = FreeName();
        rows = new SqliteSqlRows(connection, text, progress, schema.Encoding, IsLargerThan(longestRowBytes) ? new SqliteLongValues(text, steps, longestRowBytes) : null);
    }

    /// <summary>What the reader must know.</summary>
    public List<Message> Notices { get; } = [];

    public void Write()
    {
        WriteBeginning();
        WriteTables();
        WriteRows();
        foreach (var one in schema.Objects.Where(static one => one.Type is "index" or "trigger"))
            Create(one);
        WriteEnd();
        progress.End();
    }

    public void Dispose() => rehearsal.Dispose();

    private void WriteBeginning()
    {
        text.Write(
            $"""
            {Mark}
            -- Into a new database: gunzip -c FILE | sqlite3 new.db
            -- Everything or nothing: when a statement fails, the last ones take all of it back.
            PRAGMA page_size={Pragma("page_size")};
            PRAGMA encoding='{schema.Encoding}';
            PRAGMA auto_vacuum={Pragma("auto_vacuum")};
            PRAGMA foreign_keys=OFF;
            PRAGMA ignore_check_constraints=ON;
            CREATE TEMP TABLE {steps}(step INTEGER NOT NULL, piece BLOB);
            BEGIN;
            PRAGMA application_id={Pragma("application_id")};
            PRAGMA user_version={Pragma("user_version")};

            """);
    }

    private void WriteTables()
    {
        foreach (var one in Tables(SourceTableKind.Plain))
            Create(one);
        foreach (var one in Tables(SourceTableKind.Virtual))
            Create(one);
        // A virtual table has just made these. Older ones may have some that a new one does without.
        foreach (var one in Tables(SourceTableKind.Shadow))
            Create(one, isThere: true);
        foreach (var one in schema.Objects.Where(static one => one.Type == "view"))
            Create(one);
        if (schema.Tables.Any(static table => table.Name == Statistics))
        {
            rehearsal.Run("ANALYZE sqlite_schema");
            text.Write("ANALYZE sqlite_schema;\n");
        }
    }

    private void WriteRows()
    {
        foreach (var table in schema.Tables.Where(static table => table.Kind is SourceTableKind.Plain or SourceTableKind.Shadow))
            WriteRows(table, isNew: table.Kind == SourceTableKind.Plain);
        // The others are SQLite's own business: it makes them anew where it wants them.
        foreach (var table in schema.Tables.Where(table => table.Name is "sqlite_sequence" or Statistics && rehearsal.HasTable(table.Name)))
            WriteRows(table, isNew: false);
    }

    private void WriteRows(SourceTable table, bool isNew)
    {
        if (!isNew)
            text.Write($"DELETE FROM {SqlIdentifier.Quote(table.Name)};\n");
        var count = rows.Write(table);
        stepsDone++;
        text.Write($"INSERT INTO temp.{steps}(step) SELECT {stepsDone} WHERE (SELECT count(*) FROM {SqlIdentifier.Quote(table.Name)})={count};\n");
    }

    private void WriteEnd()
    {
        text.Write(
            $"""
            INSERT OR ROLLBACK INTO temp.{steps}(step) SELECT CASE WHEN (SELECT count(*) FROM temp.{steps})={stepsDone} AND (SELECT count(*) FROM main.sqlite_schema WHERE name NOT LIKE 'sqlite\_%' ESCAPE '\')={rehearsal.Objects + failures} THEN {stepsDone + 1} END;
            COMMIT;
            DROP TABLE temp.{steps};

            """);
    }

    private IEnumerable<SchemaObject> Tables(SourceTableKind kind) => schema.Tables.Where(table => table.Kind == kind)
        .Select(table => schema.Objects.First(one => one.Type == "table" && one.Name == table.Name));

    private void Create(SchemaObject one, bool isThere = false)
    {
        if (one.Sql is null || one.IsSqlitesOwn || left.Contains(one.Table))
            return;
        var (statement, failure) = rehearsal.Make(SchemaRehearsal.Statement(one, isThere));
        if (failure is null)
        {
            text.Write($"{statement};\n");
        }
        else if (one.IsVirtualTable)
        {
            left.Add(one.Name);
            Notices.Add(ExportText.Of("VirtualTableLeftOut", one.Name, failure));
            text.Write($"-- Left out: {SqlComment.Of(statement)}\n");
        }
        else
        {
            failures++;
            Notices.Add(ExportText.Of("MayNotBeMade", one.Name, failure));
            text.Write($"{statement};\n");
        }
    }

    // No row is larger than the database.
    private bool IsLargerThan(long bytes) => (long)schema.Rows("PRAGMA main.page_count")[0][0]! * (long)schema.Rows("PRAGMA main.page_size")[0][0]! > bytes;

    private string Pragma(string name) => Convert.ToString(schema.Rows($"PRAGMA main.{name}")[0][0], System.Globalization.CultureInfo.InvariantCulture)!;

    private string FreeName()
    {
        var name = "backupportal_import";
        while (schema.Objects.Any(one => one.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
            name += "_";
        return name;
    }
}
