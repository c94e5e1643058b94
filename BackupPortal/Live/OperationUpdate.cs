using BackupPortal.Core.Operations;

namespace BackupPortal.Live;

/// <summary>How an operation stands, for programs. Words are English; times are UTC.</summary>
/// <param name="Percent">Of the whole operation; null until it runs.</param>
/// <param name="Message">The result in one sentence, or what went wrong; null while there is neither.</param>
internal sealed record OperationUpdate(
    string Id,
    string Tenant,
    string Kind,
    string State,
    string? Phase,
    double? Percent,
    long? DoneBytes,
    long? TotalBytes,
    long? BytesPerSecond,
    double? SecondsLeft,
    DateTimeOffset QueuedUtc,
    DateTimeOffset? StartedUtc,
    DateTimeOffset? EndedUtc,
    string? Snapshot,
    string? Message,
    string? Hint)
{
    public static OperationUpdate From(OperationView view, string tenant) => new(
        view.Id.ToString(),
        tenant,
        view.Kind.ToString(),
        view.State.ToString(),
        view.Progress?.Phase.ToString(),
        view.Progress is { } progress ? Math.Round(progress.Fraction * 100, 1) : null,
        view.Progress?.DoneBytes,
        view.Progress?.TotalBytes,
        view.Progress?.BytesPerSecond,
        view.Progress?.TimeLeft?.TotalSeconds,
        view.QueuedUtc,
        view.StartedUtc,
        view.EndedUtc,
        view.Outcome?.Snapshot?.ToString(),
        (view.Error ?? view.Outcome?.Summary)?.ToString(),
        view.Hint?.ToString());
}
