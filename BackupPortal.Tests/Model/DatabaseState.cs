using System.Buffers.Binary;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using BackupPortal.Tests.Sources;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Tests.Model;

/// <summary>What a database says, and what its pages are, but for what SQLite itself takes for free.</summary>
/// <param name="Content">Hash of schema, settings and every value of every row, read through SQL.</param>
/// <param name="Pages">Hash of each page; of a free page that holds nothing, empty.</param>
[UnsupportedOSPlatform("windows")]
internal sealed record DatabaseState(string Content, IReadOnlyList<string> Pages)
{
    // Header fields that tell how and when the file was last written: journal mode, change counter, version of SQLite.
    private static readonly (int Offset, int Length)[] passing = [(18, 2), (24, 4), (92, 8)];

    /// <param name="file">A closed database that nobody else has open.</param>
    public static DatabaseState Of(string file)
    {
        var pages = HashPages(File.ReadAllBytes(file));
        return new DatabaseState(HashContent(file), pages);
    }

    /// <summary>In words how another one differs; null when it does not.</summary>
    public string? Difference(DatabaseState other)
    {
        if (Content != other.Content)
            return "its rows, schema or settings are others";
        if (Pages.Count != other.Pages.Count)
            return $"it has {other.Pages.Count} pages, not {Pages.Count}";
        var different = Enumerable.Range(0, Pages.Count).Where(page => Pages[page] != other.Pages[page]).ToList();
        return different.Count == 0 ? null : $"pages {string.Join(", ", different.Take(10).Select(page => page + 1))} are others";
    }

    private static string[] HashPages(byte[] bytes)
    {
        var pageSize = BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(16)) is 1 ? 65536 : BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(16));
        var free = FreeLeaves(bytes, pageSize);
        foreach (var (offset, length) in passing)
            bytes.AsSpan(offset, length).Clear();
        return [.. Enumerable.Range(0, bytes.Length / pageSize).Select(page =>
            free.Contains(page + 1) ? "" : Convert.ToHexStringLower(SHA256.HashData(bytes.AsSpan(page * pageSize, pageSize)).AsSpan(0, 8)))];
    }

    /// <summary>The free pages that the freelist's trunk pages name; a trunk page itself holds something.</summary>
    private static HashSet<int> FreeLeaves(byte[] bytes, int pageSize)
    {
        var leaves = new HashSet<int>();
        for (var trunk = Number(32); trunk != 0; trunk = Number((trunk - 1) * pageSize))
        {
            var start = (trunk - 1) * pageSize;
            for (var i = 0; i < Number(start + 4); i++)
                leaves.Add(Number(start + 8 + (4 * i)));
        }
        return leaves;

        int Number(int offset) => BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(offset));
    }

    private static string HashContent(string file)
    {
        using var connection = TestDatabase.Open(file);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var setting in new[] { "user_version", "application_id", "encoding", "auto_vacuum" })
            Append(connection, hash, $"PRAGMA {setting}");
        Append(connection, hash, "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name");
        foreach (var table in Tables(connection))
            Append(connection, hash, $"SELECT * FROM {table} ORDER BY 1");
        Assert.Equal("ok", TestDatabase.Scalar(connection, "PRAGMA integrity_check"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static List<string> Tables(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
        using var reader = command.ExecuteReader();
        var tables = new List<string>();
        while (reader.Read())
            tables.Add(reader.GetString(0));
        return tables;
    }

    private static void Append(SqliteConnection connection, IncrementalHash hash, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        hash.AppendData(Encoding.UTF8.GetBytes(sql));
        while (reader.Read())
        {
            for (var i = 0; i < reader.FieldCount; i++)
                Append(hash, reader.GetValue(i));
        }
    }

    private static void Append(IncrementalHash hash, object value)
    {
        var (type, bytes) = value switch
        {
            long number => ('i', BitConverter.GetBytes(number)),
            double number => ('r', BitConverter.GetBytes(number)),
            string text => ('t', Encoding.UTF8.GetBytes(text)),
            byte[] blob => ('b', blob),
            _ => ('n', []),
        };
        hash.AppendData([(byte)type, .. BitConverter.GetBytes(bytes.Length)]);
        hash.AppendData(bytes);
    }
}
