using BackupPortal.Core.Catalog;
using BackupPortal.Core.Tenancy;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace BackupPortal.Tests.Catalog;

/// <summary>Plain SQL and EF must keep and read the same values in the same way: both work on the same rows.</summary>
public sealed class CatalogSqlTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateTimeOffset Instant = new(2026, 3, 29, 3, 30, 15, 120, TimeSpan.FromHours(2));

    [Fact]
    public async Task Query_RowWrittenByEf_IsTheSame()
    {
        await using var portal = await TestPortal.CreateAsync();
        var written = await AddOperationAsync(portal, await portal.AddTenantAsync());

        var read = (await portal.Get<CatalogSql>().QueryAsync(
            new SqlStatement($"SELECT {CatalogReading.OperationColumns} FROM operations WHERE Id = @id", ("@id", written.Id)), CatalogReading.ReadOperation, None)).Single();

        Assert.Equivalent(written, read, strict: true);
        Assert.Equal(TimeSpan.Zero, read.QueuedUtc.Offset);
    }

    [Fact]
    public async Task Execute_ValuesGivenByName_AreKeptAsEfKeepsThem()
    {
        await using var portal = await TestPortal.CreateAsync();
        var written = await AddOperationAsync(portal, await portal.AddTenantAsync());
        var kept = await RawAsync(portal, written.Id);

        await portal.Get<CatalogSql>().ExecuteAsync(
            new SqlStatement(
                "UPDATE operations SET StartedUtc = @at, Runner = @runner, CanCancel = @can, Change = @change, Hint = @hint WHERE Id = @id",
                ("@at", Instant), ("@runner", written.Runner), ("@can", true), ("@change", 7L), ("@hint", null), ("@id", written.Id)),
            None);

        Assert.Equal(kept, await RawAsync(portal, written.Id));
    }

    [Fact]
    public async Task ExecuteAll_OneFails_KeepsNone()
    {
        await using var portal = await TestPortal.CreateAsync();
        var written = await AddOperationAsync(portal, await portal.AddTenantAsync());
        var sql = portal.Get<CatalogSql>();

        await Assert.ThrowsAsync<SqliteException>(() => sql.ExecuteAllAsync(
            [
                new SqlStatement("UPDATE operations SET Change = 8 WHERE Id = @id", ("@id", written.Id)),
                new SqlStatement("UPDATE operations SET TenantId = @none WHERE Id = @id", ("@none", Guid.NewGuid()), ("@id", written.Id)),
            ],
            None));

        Assert.Equal(7L, await sql.ScalarAsync(new SqlStatement("SELECT Change FROM operations"), None));
    }

    private static async Task<OperationRow> AddOperationAsync(TestPortal portal, Tenant tenant)
    {
        var row = new OperationRow
        {
            Id = Guid.CreateVersion7(),
            TenantId = tenant.Id.Value,
            Kind = "Backup",
            State = "Running",
            Arguments = "{}",
            RequestedBy = "someone",
            QueuedUtc = Instant.ToUniversalTime(),
            StartedUtc = Instant.ToUniversalTime(),
            Phases = "Check,Store",
            CanCancel = true,
            Runner = Guid.NewGuid(),
            Change = 7,
        };
        await using var context = await portal.Get<IDbContextFactory<CatalogContext>>().CreateDbContextAsync(None);
        context.Operations.Add(row);
        await context.SaveChangesAsync(None);
        return row;
    }

    // As SQLite has it: value and type of each column.
    private static async Task<string> RawAsync(TestPortal portal, Guid id)
    {
        var columns = CatalogReading.OperationColumns.Split(", ").Select(column => $"quote({column}) || typeof({column})");
        return (string)(await portal.Get<CatalogSql>().ScalarAsync(
            new SqlStatement($"SELECT {string.Join(" || ' ' || ", columns)} FROM operations WHERE Id = @id", ("@id", id)), None))!;
    }
}
