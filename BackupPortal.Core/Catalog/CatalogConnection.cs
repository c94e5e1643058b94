using System.Data.Common;
using BackupPortal.Core.Catalog.Compiled;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace BackupPortal.Core.Catalog;

/// <summary>How the catalog's SQLite file is opened, each time and by everybody.</summary>
internal sealed class CatalogConnection : DbConnectionInterceptor
{
    private const string Settings = "PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = ON;";

    /// <summary>With the compiled model (see <see cref="CatalogDesignTime"/>): building it anew is most of what a short command would do.</summary>
    public static void Configure(DbContextOptionsBuilder options, string file) => options
        .UseSqlite(TextOf(file))
        .UseModel(CatalogContextModel.Instance)
        .AddInterceptors(new CatalogConnection());

    /// <summary>The connection string. The same for everybody, so that there is one pool of open connections.</summary>
    public static string TextOf(string file) => new SqliteConnectionStringBuilder { DataSource = file, DefaultTimeout = 30 }.ToString();

    /// <summary>What every connection needs after each opening.</summary>
    public static void Set(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Settings;
        command.ExecuteNonQuery();
    }

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Set(connection);

    public override async Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = Settings;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
