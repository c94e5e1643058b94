using System.Text;
using BackupPortal.Core.Comparison;
using BackupPortal.Tests.Sources;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Tests.Comparison;

/// <summary>For databases at random: what the comparison says, done to live data, gives the backup; and it says no more than that.</summary>
public sealed class ComparisonPropertyTests
{
    private static readonly string[] tables = ["numbered", "coded", "loose", "paired", "shouted"];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Run_DatabasesAtRandom_DifferencesLeadFromOneToTheOther(int seed)
    {
        var random = new RandomDatabase(seed);
        await using var school = await ComparedSchool.CreateAsync(random.Create());
        for (var i = random.Next(60); i > 0; i--)
            school.Change(random.Change());

        using var comparison = await school.CompareAsync();

        using var live = TestDatabase.Open(school.Live);
        TestDatabase.Execute(live, $"ATTACH '{school.ThenFile}' AS was; BEGIN");
        foreach (var table in comparison.Tables)
            AssertNoMoreThanNeeded(live, table, seed);
        foreach (var table in comparison.Tables)
            Apply(live, comparison, table);
        Assert.All(tables, table => Assert.Equal(RowsOf(live, "was", table), RowsOf(live, "main", table)));
    }

    private static void Apply(SqliteConnection live, StateComparison comparison, TableDifferences table)
    {
        var changes = Enum.GetValues<DifferenceKind>().SelectMany(kind => comparison.Read(table, kind, 0, int.MaxValue)).ToList();
        foreach (var change in changes.Where(change => change.OtherRow is not null))
            Run(live, $"DELETE FROM main.{table.Name} WHERE {Where(table.Name)}", KeyOf(table.Name, change.OtherRow!));
        foreach (var change in changes.Where(change => change.SnapshotRow is not null))
            Run(live, $"INSERT INTO main.{table.Name} SELECT * FROM was.{table.Name} WHERE {Where(table.Name)}", KeyOf(table.Name, change.SnapshotRow!));
    }

    /// <summary>In tables with a key SQL itself can say how many rows differ.</summary>
    private static void AssertNoMoreThanNeeded(SqliteConnection live, TableDifferences table, int seed)
    {
        if (table.Name == "loose")
            return;
        var (key, values) = RandomDatabase.ColumnsOf(table.Name);
        var same = string.Join(" AND ", key.Select(column => $"m.{column} = t.{column} COLLATE BINARY"));
        var equal = string.Join(" AND ", values.Select(column => $"m.{column} IS t.{column} AND typeof(m.{column}) = typeof(t.{column})"));
        var counts = $"""
            SELECT (SELECT count(*) FROM was.{table.Name} AS t WHERE NOT EXISTS (SELECT 1 FROM main.{table.Name} AS m WHERE {same})) || ' ' ||
                (SELECT count(*) FROM was.{table.Name} AS t JOIN main.{table.Name} AS m ON {same} WHERE NOT ({equal})) || ' ' ||
                (SELECT count(*) FROM main.{table.Name} AS m WHERE NOT EXISTS (SELECT 1 FROM was.{table.Name} AS t WHERE {same}))
            """;
        Assert.Equal($"{seed} {table.Name} {TestDatabase.Scalar(live, counts)}", $"{seed} {table.Name} {table.ComeBack} {table.Revert} {table.Disappear}");
    }

    private static string Where(string table) => table switch
    {
        "paired" => "one = $1 AND two = $2",
        "shouted" => "word = $1",
        _ => "rowid = $1",
    };

    private static object?[] KeyOf(string table, object row) => row is byte[] record
        ? [.. RecordKey.Read(record, table == "paired" ? 2 : 1, Encoding.UTF8).Select(value => value.Value)]
        : [row];

    private static void Run(SqliteConnection live, string sql, object?[] values)
    {
        using var command = live.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < values.Length; i++)
            command.Parameters.AddWithValue($"${i + 1}", values[i] ?? DBNull.Value);
        Assert.Equal(1, command.ExecuteNonQuery());
    }

    private static List<string> RowsOf(SqliteConnection live, string schema, string table)
    {
        var (key, values) = RandomDatabase.ColumnsOf(table);
        var columns = string.Join(" || '|' || ", key.Concat(values).Select(column => $"typeof({column}) || quote({column})"));
        using var command = live.CreateCommand();
        command.CommandText = $"SELECT {columns} FROM {schema}.{table} ORDER BY 1";
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
            rows.Add(reader.GetString(0));
        return rows;
    }
}
