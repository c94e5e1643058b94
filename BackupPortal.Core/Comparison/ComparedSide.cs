using System.Text;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Sources;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Core.Comparison;

/// <summary>One of the two states: its pages, and what SQLite makes of them.</summary>
internal sealed class ComparedSide : IDisposable
{
    /// <param name="pages">Stays the caller's.</param>
    /// <exception cref="Messages.PortalException">It is not a database, or damaged.</exception>
    public ComparedSide(IPlacedPages pages)
    {
        Pages = pages;
        Database = new ReadOnlyDatabase(pages);
        try
        {
            Schema = StoredSchema.Read(Database.Connection);
            Trees = new BTreeReader(pages);
            TextEncoding = ReadEncoding(Database.Connection);
        }
        catch (SqliteException e)
        {
            Database.Dispose();
            throw Database.Failure(e);
        }
        catch
        {
            Database.Dispose();
            throw;
        }
    }

    public IPlacedPages Pages { get; }

    public ReadOnlyDatabase Database { get; }

    public StoredSchema Schema { get; }

    public BTreeReader Trees { get; }

    /// <summary>How the database keeps text.</summary>
    public Encoding TextEncoding { get; }

    /// <summary>The tables that have pages.</summary>
    public IEnumerable<StoredTable> StoredTables => Schema.Tables.Where(table => table.RootPage >= 0);

    /// <summary>The first column of what a query gives, which is never NULL.</summary>
    public IEnumerable<string> ReadTexts(string sql)
    {
        using var command = Database.Connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        while (reader.Read())
            yield return reader.GetString(0);
    }

    public void Dispose() => Database.Dispose();

    private static Encoding ReadEncoding(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA encoding";
        return (string)command.ExecuteScalar()! switch
        {
            "UTF-16le" => Encoding.Unicode,
            "UTF-16be" => Encoding.BigEndianUnicode,
            _ => Encoding.UTF8,
        };
    }
}
