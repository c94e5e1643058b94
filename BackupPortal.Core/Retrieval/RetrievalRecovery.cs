using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Retrieval;

/// <summary>Tells how a retrieval ended whose process is gone, and takes files back that a failed one could not. Its transaction needs no help.</summary>
public sealed partial class RetrievalRecovery : ICrashRecovery
{
    private readonly TenantStore tenants;
    private readonly TenantLeases leases;
    private readonly OperationStore operations;
    private readonly OperationRecovery settlement;
    private readonly IRestoreCheckpoint checkpoint;
    private readonly ILogger<RetrievalRecovery> logger;

    internal RetrievalRecovery(
        TenantStore tenants, TenantLeases leases, OperationStore operations, OperationRecovery settlement, IRestoreCheckpoint checkpoint, ILogger<RetrievalRecovery> logger)
    {
        this.tenants = tenants;
        this.leases = leases;
        this.operations = operations;
        this.settlement = settlement;
        this.checkpoint = checkpoint;
        this.logger = logger;
    }

    /// <summary>
    /// Call it when the portal starts, at the start of every command, and now and then. Cheap when nothing is open; does nothing to a tenant whose lease another
    /// process holds. May be interrupted and repeated at any point.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var tenant in await tenants.ListAsync(cancellationToken))
        {
            if (!RetrievalNote.List(tenant.Home).Any())
                continue;
            using var lease = leases.TryAcquire(tenant, operation: null);
            if (lease is not null)
                await TrySettleAsync(tenant, cancellationToken);
        }
    }

    public Task RecoverAsync(Tenant tenant, TenantLease lease, CancellationToken cancellationToken) => SettleAsync(tenant, cancellationToken);

    /// <summary>The caller holds the tenant's lease.</summary>
    internal async Task SettleAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        foreach (var file in RetrievalNote.List(tenant.Home).ToList())
        {
            var note = RetrievalNote.Read(file);
            switch ((await operations.FindAsync(note.OperationId, cancellationToken))?.State)
            {
                // One that the catalog does not know may not have got far either.
                case OperationState.Running or null:
                    await SettleAsync(tenant, note, cancellationToken);
                    break;
                // It has taken its rows back, and not yet its files. The note of one that came through says nothing about live data any more.
                case not OperationState.Succeeded when Directory.Exists(note.FilesPlace) && FilesOf(tenant, note) is { } files:
                    Settle(files, happened: false);
                    break;
            }
            File.Delete(file);
        }
        RetrievalNote.ClearStaging(tenant.Home);
    }

    // What one school's disk refuses must not keep the others waiting.
    private async Task TrySettleAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        try
        {
            await SettleAsync(tenant, cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Log.NotSettled(logger, failure, tenant.Slug);
        }
    }

    private async Task SettleAsync(Tenant tenant, RetrievalNote note, CancellationToken cancellationToken)
    {
        var happened = HasHappened(tenant.DatabasePath, note);
        if (Directory.Exists(note.FilesPlace) && FilesOf(tenant, note) is { } files)
            Settle(files, happened);
        if (happened)
            await settlement.SettleAsync(note.OperationId, OperationState.Succeeded, note.Outcome(downtime: null), null, null, cancellationToken);
        else
            await settlement.SettleAsync(
                note.OperationId, OperationState.Interrupted, null, RetrievalText.Of("InterruptedUnchanged"), RetrievalText.Of("RepeatHint"), cancellationToken);
    }

    private RetrievingFiles? FilesOf(Tenant tenant, RetrievalNote note) => note is { Files: { } plan, FilesPlace: { } place }
        ? new RetrievingFiles(new FilePlaces(tenant.FilesPath, place), plan, checkpoint, (path, why) => Log.FileLeft(logger, tenant.Slug, path, why))
        : null;

    private static void Settle(RetrievingFiles files, bool happened)
    {
        if (happened)
            files.Finish();
        else
            files.Reverse();
        files.Clear();
    }

    // Files alone are finished from wherever they got to.
    private static bool HasHappened(string livePath, RetrievalNote note)
    {
        if (note.Probes.Count == 0)
            return true;
        using var live = RestoreConnection.OpenReadOnly(livePath);
        return note.Probes.Any(probe => live.Text(probe) is not null);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "What a retrieval of {Tenant} left could not be settled yet; it is tried again")]
        public static partial void NotSettled(ILogger logger, Exception failure, TenantSlug tenant);

        [LoggerMessage(LogLevel.Warning, "{Tenant}: {Path} was left as it is: {Reason}")]
        public static partial void FileLeft(ILogger logger, TenantSlug tenant, string path, string reason);
    }
}
