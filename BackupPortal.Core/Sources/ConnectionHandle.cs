using System.Reflection;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace BackupPortal.Core.Sources;

/// <summary>Gives SQLite's own handle of a connection, for the calls that Microsoft.Data.Sqlite does not offer.</summary>
/// <remarks>
/// By reflection, because the compiler refuses a member whose type is from a higher version of SQLitePCLRaw than is referenced (CS1705). It can
/// go together with <see cref="SqliteBinding"/>.
/// </remarks>
internal static class ConnectionHandle
{
    private static readonly Func<SqliteConnection, sqlite3> Read = typeof(SqliteConnection)
        .GetProperty("Handle", BindingFlags.Public | BindingFlags.Instance)!.GetMethod!
        .CreateDelegate<Func<SqliteConnection, sqlite3>>();

    /// <summary>Valid while the connection is open.</summary>
    public static sqlite3 Of(SqliteConnection connection) => Read(connection);
}
