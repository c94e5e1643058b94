using System.Runtime.ExceptionServices;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Sources;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Core.Export;

/// <summary>Looks at all rows once, at some tables at a time, and decides from that what each table becomes.</summary>
internal sealed class PostgresSurvey(ExportSource source, SourceSchema schema, RowProgress progress, List<Message> notices)
{
    // Of PostgreSQL: columns of a table; what a value may take as text, with each byte two digits.
    private const int MostColumns = 1600;
    private const int LongestValueBytes = 500_000_000;

    /// <summary>A query for the values of a table that are exported: computed columns too, commands to virtual tables not.</summary>
    public static string Query(SourceTable table) =>
        $"SELECT {string.Join(", ", Shown(table).Select(static column => SqlIdentifier.Quote(column.Name)))} FROM main.{SqlIdentifier.Quote(table.Name)}{(table.Kind == SourceTableKind.Virtual ? "" : " NOT INDEXED")}";

    /// <exception cref="PortalException">A table or a value is larger than PostgreSQL's can be.</exception>
    /// <exception cref="SqliteException">The database is damaged.</exception>
    public IReadOnlyList<PostgresTable> Look(PostgresNames names)
    {
        var tables = schema.Tables.Where(static table => table.Kind is SourceTableKind.Plain or SourceTableKind.Virtual).Select(static table => new LookedAt(table)).ToList();
        if (tables.FirstOrDefault(static table => table.Shown.Count > MostColumns) is { } wide)
            throw ExportText.Refusal("PostgresTooManyColumns", "PostgresOtherFormatHint", null, wide.Table.Name, $"{wide.Shown.Count}", $"{MostColumns}");
        try
        {
            Parallel.ForEach(tables, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, Read);
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }
        foreach (var table in tables.Where(static table => table.Failure is not null))
            notices.Add(ExportText.Of("TableLeftOut", table.Table.Name, table.Failure!));
        if (tables.FirstOrDefault(static table => table.Facts.Any(static one => one.LongestBytes > LongestValueBytes)) is { } tooLong)
            throw ExportText.Refusal("PostgresValueTooLong", "PostgresOtherFormatHint", null, tooLong.Table.Name);
        return [.. tables.Where(static table => table.Failure is null).Select(table => Decide(table, names))];
    }

    private static IEnumerable<SourceColumn> Shown(SourceTable table) => table.Columns.Where(static column => column.Generated != GeneratedKind.Hidden);

    private void Read(LookedAt table)
    {
        try
        {
            using var connection = source.Open();
            using var reader = new RowReader(connection, Query(table.Table));
            var stored = new StoredText(schema.Encoding);
            var rows = progress.Beside();
            while (reader.Step())
            {
                rows.Row();
                for (var column = 0; column < table.Facts.Length; column++)
                    table.Facts[column].Add(reader, column, stored);
            }
        }
        catch (SqliteException failure) when (table.Table.Kind == SourceTableKind.Virtual)
        {
            table.Failure = failure.Message;
        }
    }

    private PostgresTable Decide(LookedAt looked, PostgresNames names)
    {
        var table = looked.Table;
        var name = Renamed(names, table.Name, "");
        var columnNames = new PostgresNames(PostgresNames.OfEachTable);
        var columns = looked.Shown.Select((column, i) => PostgresColumn.Of(column, Renamed(columnNames, column.Name, table.Name + "."), looked.Facts[i], looked.Types[i])).ToList();
        foreach (var column in columns.Where(static column => column.Widened is not null))
            notices.Add(ExportText.Of("PostgresWidened", $"{table.Name}.{column.Source.Name}", column.Source.Type, column.Type, column.Widened!));
        foreach (var column in columns.Where(static column => column.Source.Generated != GeneratedKind.None))
            notices.Add(ExportText.Of("PostgresGenerated", $"{table.Name}.{column.Source.Name}"));
        if (table.Kind == SourceTableKind.Virtual)
            notices.Add(ExportText.Of("PostgresVirtualTable", table.Name));
        return new PostgresTable(table, name, columns, table.Kind == SourceTableKind.Virtual ? new TableDefinition([], new Dictionary<string, IReadOnlyList<SqlToken>>()) : TableDefinition.Read(schema.Sql(table.Name)));
    }

    private string Renamed(PostgresNames names, string name, string before)
    {
        var given = names.Next(name);
        if (given != name)
            notices.Add(ExportText.Of("PostgresRenamed", before + name, given));
        return given;
    }

    private sealed class LookedAt
    {
        public LookedAt(SourceTable table)
        {
            Table = table;
            Shown = [.. PostgresSurvey.Shown(table)];
            Types = [.. Shown.Select(static column => new DeclaredType(column.Type))];
            Facts = [.. Types.Select(static type => new ColumnFacts(type))];
        }

        public SourceTable Table { get; }

        public IReadOnlyList<SourceColumn> Shown { get; }

        public IReadOnlyList<DeclaredType> Types { get; }

        public ColumnFacts[] Facts { get; }

        /// <summary>Why it cannot be read; null where it can.</summary>
        public string? Failure { get; set; }
    }
}
