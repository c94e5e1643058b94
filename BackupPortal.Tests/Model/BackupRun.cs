using System.Runtime.Versioning;
using BackupPortal.Core.Backup;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Encryption;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Storage;
using BackupPortal.Core.Tenancy;
using BackupPortal.Tests.Contracts;
using Microsoft.Extensions.Options;

namespace BackupPortal.Tests.Model;

/// <summary>One backup with the steps of the real operation, on any store.</summary>
[UnsupportedOSPlatform("windows")]
internal static class BackupRun
{
    /// <param name="masterKey">Null: not encrypted.</param>
    public static SnapshotRepository Open(Tenant tenant, WorldStore store, string? masterKey, TimeProvider time)
    {
        IRepositoryLeases leases = store.Inner is LocalDirectoryStore directory
            ? new WorldLeases(new DirectoryLeases(directory, new LeaseOptions(), time), store)
            : new MemoryLeases(store);
        var encryption = Options.Create(masterKey is null ? new EncryptionOptions() : new EncryptionOptions { Enabled = true, MasterKey = masterKey });
        return new SnapshotRepository(store, leases, Path.Combine(tenant.Home.Scratch, "cache"))
        {
            Cipher = new RepositoryCiphers(new MasterKeys(encryption), encryption).Of(store, isOutside: false),
        };
    }

    public static async Task<SnapshotRecord> RunAsync(
        Tenant tenant, SnapshotRepository repository, SnapshotIndex index, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var draft = await SnapshotDraft.BeginAsync(
            tenant, repository, index.AddAsync, static (one, _) => Task.FromResult(new TenantDetails(one.TimeZone.Id, one.DatabasePath, one.FilesPath, true, "02:00", [])), time, cancellationToken);
        if (await draft.PinLiveDatabaseAsync(cancellationToken) is not null)
            await draft.StorePinnedDatabaseAsync(null, cancellationToken);
        else
            await draft.StoreDatabaseAsync(await draft.CopyLiveDatabaseAsync(null, cancellationToken), null, cancellationToken);
        await draft.StoreFilesAsync(tenant.FilesPath, [], null, cancellationToken);
        await draft.StoreManifestAsync(cancellationToken);
        return await draft.CommitAsync(SnapshotOrigin.Manual, null, "model");
    }
}
