using BackupPortal.Core.Catalog;
using BackupPortal.Core.Catalog.Compiled;
using BackupPortal.Core.Messages;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;

namespace BackupPortal.Tests.Catalog;

public class CatalogMigrationTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Apply_FreshDataRoot_MakesWalCatalogWithForeignKeys()
    {
        await using var portal = await TestPortal.CreateAsync();
        await using var context = await portal.Get<IDbContextFactory<CatalogContext>>().CreateDbContextAsync(None);

        Assert.Equal("wal", await ScalarAsync(context, "PRAGMA journal_mode"));
        Assert.Equal(1L, await ScalarAsync(context, "PRAGMA foreign_keys"));
        Assert.Equal(10000L, await ScalarAsync(context, "PRAGMA busy_timeout"));
    }

    [Fact]
    public async Task Migrations_WrittenDown_AreThoseThatEfFinds()
    {
        await using var portal = await TestPortal.CreateAsync();
        await using var context = await portal.Get<IDbContextFactory<CatalogContext>>().CreateDbContextAsync(None);

        Assert.Equal(context.Database.GetMigrations(), CatalogMigration.Migrations);
    }

    [Fact]
    public async Task Apply_Twice_ChangesNothing()
    {
        await using var portal = await TestPortal.CreateAsync();
        var tenant = await portal.AddTenantAsync();

        await portal.Get<CatalogMigration>().ApplyAsync(None);

        Assert.Equal(tenant, await portal.Get<TenantStore>().FindAsync(tenant.Slug, None));
    }

    [Fact]
    public async Task Apply_FourAtOnce_AllSucceed()
    {
        using var folder = new TestFolder();
        var portals = Enumerable.Range(0, 4).Select(_ => TestPortal.OverFolder(folder)).ToList();

        await Task.WhenAll(portals.Select(portal => Task.Run(() => portal.Get<CatalogMigration>().ApplyAsync(None))));

        foreach (var portal in portals)
        {
            Assert.False(await portal.Get<AccountStore>().AnyAsync(None));
            await portal.DisposeAsync();
        }
    }

    [Fact]
    public async Task Apply_AfterKilledMigration_IsNotHeldUpByItsLock()
    {
        using var folder = new TestFolder();
        await using var portal = TestPortal.OverFolder(folder);
        Directory.CreateDirectory(portal.Root.Path);
        await using (var context = await portal.Get<IDbContextFactory<CatalogContext>>().CreateDbContextAsync(None))
        {
            await context.Database.ExecuteSqlRawAsync(
                """CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER PRIMARY KEY, "Timestamp" TEXT); INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-01-01');""", None);
        }
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));

        await portal.Get<CatalogMigration>().ApplyAsync(bound.Token);

        Assert.Empty(await portal.Get<TenantStore>().ListAsync(None));
    }

    [Fact]
    public async Task Apply_CatalogOfNewerProgram_IsRefused()
    {
        await using var portal = await TestPortal.CreateAsync();
        await using (var context = await portal.Get<IDbContextFactory<CatalogContext>>().CreateDbContextAsync(None))
            await context.Database.ExecuteSqlRawAsync("""INSERT INTO "__EFMigrationsHistory" VALUES ('29991231000000_Later', '99.0')""", None);

        var refused = await Assert.ThrowsAsync<PortalException>(() => portal.Get<CatalogMigration>().ApplyAsync(None));

        Assert.Equal(new Message("Catalog", "CatalogIsNewer", "29991231000000_Later"), refused.What);
    }

    [Fact]
    public async Task Model_ComparedWithMigrations_HasNoPendingChanges()
    {
        await using var portal = await TestPortal.CreateAsync();
        await using var context = await portal.Get<IDbContextFactory<CatalogContext>>().CreateDbContextAsync(None);

        Assert.False(context.Database.HasPendingModelChanges());
    }

    [Fact]
    public async Task Apply_CurrentCatalog_DoesNotWaitForAnyone()
    {
        await using var portal = await TestPortal.CreateAsync();
        using var taken = FileLock.TryTake(Path.Combine(portal.Root.Path, "portal.db.lock"));
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));

        await portal.Get<CatalogMigration>().ApplyAsync(bound.Token);

        Assert.NotNull(taken);
    }

    [Fact]
    public async Task CompiledModel_ComparedWithModel_IsUpToDate()
    {
        await using var portal = await TestPortal.CreateAsync();
        await using var context = await portal.Get<IDbContextFactory<CatalogContext>>().CreateDbContextAsync(None);
        var built = context.GetService<IModelSource>().GetModel(context, context.GetService<ModelCreationDependencies>(), designTime: false);

        Assert.NotSame(CatalogContextModel.Instance, built);
        // How to bring it up to date: CatalogDesignTime.
        Assert.Equal(Text(built), Text(CatalogContextModel.Instance));
        Assert.Equal(Tables(built), Tables(CatalogContextModel.Instance));
        Assert.Equal(ProductInfo.GetVersion(), CatalogContextModel.Instance.GetProductVersion());

        static string Text(IModel model) => model.ToDebugString(MetadataDebugStringOptions.LongDefault);
        static string Tables(IModel model) => model.GetRelationalModel().ToDebugString(MetadataDebugStringOptions.LongDefault);
    }

    private static async Task<object?> ScalarAsync(CatalogContext context, string sql)
    {
        await context.Database.OpenConnectionAsync(None);
        await using var command = context.Database.GetDbConnection().CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync(None);
    }
}
