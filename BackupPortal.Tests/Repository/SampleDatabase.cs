using BackupPortal.Tests.Sources;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Tests.Repository;

/// <summary>Makes small real SQLite databases, and changes them.</summary>
internal static class SampleDatabase
{
    public static void Create(string file, int rows, int pageSize = 4096, int seed = 1) => Run(
        file,
        $"PRAGMA page_size={pageSize}; PRAGMA journal_mode=DELETE; VACUUM; CREATE TABLE grades(id INTEGER PRIMARY KEY, note TEXT, points REAL)",
        rows,
        seed);

    public static void Add(string file, int rows, int seed) => Run(file, null, rows, seed);

    private static void Run(string file, string? first, int rows, int seed)
    {
        var random = new Random(seed);
        using var connection = TestDatabase.Open(file);
        using var command = connection.CreateCommand();
        if (first is not null)
        {
            command.CommandText = first;
            command.ExecuteNonQuery();
        }
        using var transaction = connection.BeginTransaction();
        command.Transaction = transaction;
        command.CommandText = "INSERT INTO grades(note, points) VALUES($note, $points)";
        var note = command.Parameters.Add("$note", SqliteType.Text);
        var points = command.Parameters.Add("$points", SqliteType.Real);
        for (var i = 0; i < rows; i++)
        {
            note.Value = $"Klasse {random.Next(5, 13)}, Mathematik, Schüler {random.Next()}: {(random.Next(2) == 0 ? "mündlich" : "schriftlich")}";
            points.Value = random.NextDouble();
            command.ExecuteNonQuery();
        }
        transaction.Commit();
    }
}
