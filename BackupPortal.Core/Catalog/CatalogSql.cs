using System.Data.Common;
using BackupPortal.Core.Tenancy;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Core.Catalog;

/// <summary>
/// Plain SQL on the catalog, for what commands and operations do again and again: EF takes longer to prepare its first queries than a short command takes
/// in all. Values are kept as EF keeps them, so that both read the same rows. Safe for concurrent use.
/// </summary>
public sealed class CatalogSql(DataRoot root)
{
    private readonly string connectionText = CatalogConnection.TextOf(root.CatalogFile);

    /// <returns>How many rows it changed.</returns>
    internal int Execute(SqlStatement statement)
    {
        using var connection = Open();
        using var command = statement.On(connection);
        return command.ExecuteNonQuery();
    }

    /// <returns>How many rows it changed.</returns>
    internal async Task<int> ExecuteAsync(SqlStatement statement, CancellationToken cancellationToken)
    {
        await using var connection = Open();
        await using var command = statement.On(connection);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>All or none of them.</summary>
    /// <returns>How many rows the last one changed.</returns>
    internal async Task<int> ExecuteAllAsync(IEnumerable<SqlStatement> statements, CancellationToken cancellationToken)
    {
        await using var connection = Open();
        await using var transaction = connection.BeginTransaction();
        var changed = 0;
        foreach (var statement in statements)
        {
            await using var command = statement.On(connection);
            command.Transaction = transaction;
            changed = await command.ExecuteNonQueryAsync(cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
        return changed;
    }

    /// <summary>The first value of the first row; null when there is none.</summary>
    internal async Task<object?> ScalarAsync(SqlStatement statement, CancellationToken cancellationToken)
    {
        await using var connection = Open();
        await using var command = statement.On(connection);
        return await command.ExecuteScalarAsync(cancellationToken) is var value && value is DBNull ? null : value;
    }

    internal async Task<List<T>> QueryAsync<T>(SqlStatement statement, Func<DbDataReader, T> read, CancellationToken cancellationToken)
        where T : class
    {
        await using var connection = Open();
        await using var command = statement.On(connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(read(reader));
        return rows;
    }

    // Opening never waits: it takes a connection out of the pool that EF uses, too.
    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(connectionText);
        try
        {
            connection.Open();
            CatalogConnection.Set(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
