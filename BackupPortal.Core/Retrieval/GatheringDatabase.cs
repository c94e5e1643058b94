using BackupPortal.Core.Comparison;
using BackupPortal.Core.Sources;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace BackupPortal.Core.Retrieval;

/// <summary>A scratch database with both states of a comparison attached, as <c>kept</c> and <c>live</c>. Not safe for concurrent use.</summary>
internal sealed class GatheringDatabase : IDisposable
{
    private readonly SqliteConnection connection;

    public GatheringDatabase(ComparedStates states, string folder)
    {
        File = Path.Combine(folder, $"retrieval.{Guid.NewGuid():N}");
        // As an address, so that the two states can be attached by theirs.
        connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = new Uri(File).AbsoluteUri, Pooling = false }.ToString());
        try
        {
            connection.Open();
            Execute("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA trusted_schema=OFF; PRAGMA cache_size=-8192");
            Execute($"ATTACH '{states.Snapshot.Database.Uri}' AS kept; ATTACH '{states.Other.Database.Uri}' AS live");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string File { get; }

    /// <exception cref="Messages.PortalException">The scratch place is full.</exception>
    public void Execute(string sql)
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

    public long Number(string sql)
    {
        using var command = Command(sql);
        return (long)command.ExecuteScalar()!;
    }

    public SqliteCommand Command(string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 0;
        return command;
    }

    /// <summary>Ends the use of the file here, so that it can be attached elsewhere.</summary>
    public void Close() => connection.Close();

    public void Dispose()
    {
        connection.Dispose();
        try
        {
            System.IO.File.Delete(File);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It is in the way of nobody, and deleted when nothing runs; what was done with it must not fail for it.
        }
    }
}
