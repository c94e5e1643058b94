using BackupPortal.Core.Operations;

namespace BackupPortal.Api;

/// <summary>Takes long work in: 202 with the operation, and its address in <c>Location</c>.</summary>
internal sealed class QueuedWork(OperationQueue queue, OperationHistory history)
{
    public async Task<IResult> QueueAsync(CalledTenant called, OperationKind kind, string arguments, CancellationToken cancellationToken)
    {
        var id = await queue.EnqueueAsync(called.Id, kind, arguments, called.By, cancellationToken);
        // It is queued: whoever asked is told so, also when they no longer listen.
        var view = await history.FindAsync(called.Id, id, CancellationToken.None);
        return Results.Accepted($"{called.Address}/operations/{id}", OperationResource.From(view!, called.Slug));
    }
}
