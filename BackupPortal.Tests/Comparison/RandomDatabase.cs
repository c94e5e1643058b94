using System.Globalization;
using System.Text;

namespace BackupPortal.Tests.Comparison;

/// <summary>Statements that make a database with tables of every kind, and that change it, the same ones for a seed.</summary>
internal sealed class RandomDatabase(int seed)
{
    private readonly Random random = new(seed);

    public static (string[] Key, string[] Values) ColumnsOf(string table) => table switch
    {
        "numbered" => (["id"], ["a", "b", "c", "d"]),
        "coded" => (["code"], ["v", "w"]),
        "loose" => ([], ["x", "y", "z"]),
        "paired" => (["one", "two"], ["v"]),
        _ => (["word"], ["v"]),
    };

    public int Next(int below) => random.Next(below);

    public string Create()
    {
        var sql = new StringBuilder().Append(CultureInfo.InvariantCulture, $"""
            PRAGMA page_size = {One("512", "1024", "4096")};
            PRAGMA auto_vacuum = {One("0", "0", "1", "2")};
            PRAGMA journal_mode = {One("WAL", "DELETE")};
            CREATE TABLE numbered (id INTEGER PRIMARY KEY, a, b TEXT, c REAL, d BLOB);
            CREATE TABLE coded (code TEXT PRIMARY KEY, v, w INTEGER);
            CREATE TABLE loose (x, y, z);
            CREATE TABLE paired (two INTEGER, v, one TEXT, PRIMARY KEY (one, two DESC)) WITHOUT ROWID;
            CREATE TABLE shouted (v, word TEXT COLLATE NOCASE PRIMARY KEY) WITHOUT ROWID;
            CREATE INDEX numbered_a ON numbered(a);
            BEGIN;

            """);
        foreach (var table in new[] { "numbered", "coded", "loose", "paired", "shouted" })
        {
            for (var i = Next(Next(2) == 0 ? 5 : 600); i > 0; i--)
                sql.AppendLine(Insert(table));
        }
        return sql.Append("COMMIT;").ToString();
    }

    public string Change()
    {
        var table = One("numbered", "coded", "loose", "paired", "shouted");
        var (key, values) = ColumnsOf(table);
        var some = $"(SELECT {(key.Length == 0 ? "rowid" : string.Join(", ", key))} FROM {table} ORDER BY {One("1", "1 DESC")} LIMIT {1 + Next(8)})";
        var where = key.Length == 0 ? $"rowid IN {some}" : $"({string.Join(", ", key)}) IN {some}";
        return Next(12) switch
        {
            < 3 => Insert(table),
            < 6 => $"UPDATE {table} SET {One(values)} = {Value()} WHERE {where};",
            < 7 => $"UPDATE OR IGNORE {table} SET {One(table == "numbered" ? values : [.. key, .. values])} = {Text()} WHERE {where};",
            < 9 => $"DELETE FROM {table} WHERE {where};",
            // In place: a text of the same length, of which only the middle changes.
            < 11 => $"UPDATE {table} SET {values[0]} = substr({values[0]}, 1, length({values[0]}) / 2) || 'X' || substr({values[0]}, length({values[0]}) / 2 + 2) WHERE {where} AND typeof({values[0]}) = 'text';",
            _ => One("VACUUM;", "DELETE FROM loose;", "DELETE FROM numbered WHERE id % 3 = 0;", "REINDEX;"),
        };
    }

    private string Insert(string table) => table switch
    {
        "numbered" => $"INSERT OR IGNORE INTO numbered VALUES ({One("NULL", "NULL", Number(5000))}, {Value()}, {Value()}, {Value()}, {Value()});",
        "coded" => $"INSERT OR IGNORE INTO coded VALUES ({Text()}, {Value()}, {Value()});",
        "loose" => $"INSERT INTO loose VALUES ({Value()}, {One("1", "2", "NULL")}, {One("1", "2", Value())});",
        "paired" => $"INSERT OR IGNORE INTO paired VALUES ({Number(1000)}, {Value()}, {Text()});",
        _ => $"INSERT OR IGNORE INTO shouted VALUES ({Value()}, {Text()});",
    };

    private string Value() => Next(9) switch
    {
        0 => "NULL",
        1 => random.NextInt64(long.MinValue, long.MaxValue).ToString(CultureInfo.InvariantCulture),
        2 => Number(300),
        3 => (random.NextDouble() * 1000).ToString("R", CultureInfo.InvariantCulture),
        4 => $"x'{Hex(Next(40))}'",
        5 => Next(6) == 0 ? $"'{Hex(Next(4000))}'" : Text(),
        6 => "x''",
        _ => Text(),
    };

    private string Text() => $"'{One("", "ä", "Zoë", "ß", "🎒", "a''b", "LONG ", "word")}{Next(2000)}'";

    private string Number(int below) => Next(below).ToString(CultureInfo.InvariantCulture);

    private string Hex(int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return Convert.ToHexString(bytes);
    }

    private string One(params string[] of) => of[Next(of.Length)];
}
