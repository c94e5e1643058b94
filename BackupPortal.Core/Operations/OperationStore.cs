using System.Linq.Expressions;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;

namespace BackupPortal.Core.Operations;

/// <summary>
/// Operations in the catalog. Each change of state is one conditional statement, so that of several processes exactly one makes it. Safe for
/// concurrent use.
/// </summary>
internal sealed class OperationStore(IDbContextFactory<CatalogContext> contexts, TimeProvider time)
{
    private const string Queued = nameof(OperationState.Queued);
    private const string Running = nameof(OperationState.Running);

    /// <param name="runner">The process that will run it; null for whoever comes first.</param>
    public async Task<OperationView> InsertAsync(
        TenantId tenant, OperationKind kind, string arguments, string requestedBy, Guid? runner, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var row = new OperationRow
        {
            Id = OperationId.Create().Value,
            TenantId = tenant.Value,
            Kind = kind.ToString(),
            State = Queued,
            Arguments = arguments,
            RequestedBy = requestedBy,
            QueuedUtc = time.GetUtcNow(),
            CanCancel = true,
            Runner = runner,
            Change = await HighestChangeAsync(context, cancellationToken) + 1,
        };
        context.Operations.Add(row);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return row.ToView();
    }

    /// <summary>Makes a queued operation a running one of this process.</summary>
    /// <returns>Null when it is no longer queued, or another process will run it.</returns>
    public async Task<OperationView?> ClaimAsync(
        OperationId id, Guid runner, IReadOnlyList<OperationPhase> phases, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var names = phases.ToText();
        var claimed = await UpdateAsync(
            row => row.Id == id.Value && row.State == Queued && (row.Runner == null || row.Runner == runner),
            set => set
                .SetProperty(row => row.State, Running)
                .SetProperty(row => row.Runner, runner)
                .SetProperty(row => row.StartedUtc, now)
                .SetProperty(row => row.Phases, names),
            cancellationToken);
        return claimed ? await FindAsync(id, cancellationToken) : null;
    }

    /// <summary>Keeps what was told since the last time.</summary>
    public async Task KeepAsync(OperationId id, OperationProgress progress, IReadOnlyList<LogEntry> lines, CancellationToken cancellationToken)
    {
        var json = progress.ToJson();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        context.OperationLogs.AddRange(lines.Select(line => line.ToRow(id)));
        await context.SaveChangesAsync(cancellationToken);
        await UpdateAsync(
            context, row => row.Id == id.Value && row.State == Running, set => set.SetProperty(row => row.Progress, json), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>True when somebody asks a running operation to stop.</summary>
    public async Task<bool> IsCancelRequestedAsync(OperationId id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Operations.AnyAsync(row => row.Id == id.Value && row.CancelRequested, cancellationToken);
    }

    /// <summary>Closes the door to a cancel. Not asynchronous: it decides between a cancel and a commit right where the commit begins.</summary>
    /// <returns>False when a cancel came first.</returns>
    public bool TryBeginCommit(OperationId id)
    {
        using var context = contexts.CreateDbContext();
        return context.Operations
            .Where(row => row.Id == id.Value && row.State == Running && !row.CancelRequested)
            .ExecuteUpdate(set => set
                .SetProperty(row => row.CanCancel, false)
                .SetProperty(row => row.Change, row => context.Operations.Max(other => other.Change) + 1)) == 1;
    }

    /// <summary>Writes the end of an operation that has none yet.</summary>
    /// <returns>False when it has one.</returns>
    public Task<bool> EndAsync(OperationId id, OperationEnd end, OperationProgress? progress, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var state = end.State.ToString();
        var (outcome, error, hint) = (end.Outcome?.ToJson(), end.Error?.ToJson(), end.Hint?.ToJson());
        var json = progress?.ToJson();
        return UpdateAsync(
            row => row.Id == id.Value && (row.State == Running || row.State == Queued),
            set => set
                .SetProperty(row => row.State, state)
                .SetProperty(row => row.EndedUtc, now)
                .SetProperty(row => row.Progress, row => json ?? row.Progress)
                .SetProperty(row => row.Outcome, outcome)
                .SetProperty(row => row.Error, error)
                .SetProperty(row => row.Hint, hint)
                .SetProperty(row => row.CanCancel, false),
            cancellationToken);
    }

    /// <summary>Takes a queued operation back. False when it is no longer queued.</summary>
    public Task<bool> CancelQueuedAsync(TenantId tenant, OperationId id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var why = new Message("Operations", "CancelledQueued").ToJson();
        return UpdateAsync(
            row => row.Id == id.Value && row.TenantId == tenant.Value && row.State == Queued,
            set => set
                .SetProperty(row => row.State, nameof(OperationState.Cancelled))
                .SetProperty(row => row.EndedUtc, now)
                .SetProperty(row => row.Error, why)
                .SetProperty(row => row.CanCancel, false),
            cancellationToken);
    }

    /// <summary>Asks a running operation to stop. False when it no longer can.</summary>
    public Task<bool> RequestCancelAsync(TenantId tenant, OperationId id, CancellationToken cancellationToken) => UpdateAsync(
        row => row.Id == id.Value && row.TenantId == tenant.Value && row.State == Running && row.CanCancel,
        set => set.SetProperty(row => row.CancelRequested, true),
        cancellationToken);

    public Task<bool> DismissAsync(TenantId tenant, OperationId id, CancellationToken cancellationToken) => UpdateAsync(
        row => row.Id == id.Value && row.TenantId == tenant.Value && row.State != Running && row.State != Queued,
        set => set.SetProperty(row => row.Dismissed, true),
        cancellationToken);

    public async Task<OperationView?> FindAsync(OperationId id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return (await context.Operations.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id.Value, cancellationToken))?.ToView();
    }

    private static async Task<long> HighestChangeAsync(CatalogContext context, CancellationToken cancellationToken) =>
        await context.Operations.MaxAsync(row => (long?)row.Change, cancellationToken) ?? 0;

    private async Task<bool> UpdateAsync(
        Expression<Func<OperationRow, bool>> condition, Action<UpdateSettersBuilder<OperationRow>> set, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await UpdateAsync(context, condition, set, cancellationToken);
    }

    // The number comes from the same statement that writes the row: whoever writes later has the higher one.
    private static async Task<bool> UpdateAsync(
        CatalogContext context, Expression<Func<OperationRow, bool>> condition, Action<UpdateSettersBuilder<OperationRow>> set,
        CancellationToken cancellationToken) =>
        await context.Operations.Where(condition).ExecuteUpdateAsync(
            setters =>
            {
                set(setters);
                setters.SetProperty(row => row.Change, row => context.Operations.Max(other => other.Change) + 1);
            },
            cancellationToken) > 0;
}

/// <summary>How an operation ended.</summary>
internal sealed record OperationEnd(OperationState State, OperationOutcome? Outcome = null, Message? Error = null, Message? Hint = null);
