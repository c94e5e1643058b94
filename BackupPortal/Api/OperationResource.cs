using System.Globalization;
using BackupPortal.Core.Copies;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Operations;

namespace BackupPortal.Api;

/// <summary>How an operation stands. Times are UTC; sentences are in the caller's language.</summary>
/// <param name="State">Queued, Running, Succeeded, Failed, Cancelled or Interrupted: the last four are final.</param>
/// <param name="Percent">Of the whole operation; null until it runs.</param>
/// <param name="Message">The result in one sentence, or what went wrong; null while there is neither.</param>
/// <param name="Code">What went wrong, for programs; null when nothing did.</param>
/// <param name="File">What an export wrote, as place and name among the copies; null for anything else.</param>
internal sealed record OperationResource(
    string Id, string Tenant, string Kind, string State, IReadOnlyList<string> Phases, string? Phase, double? Percent, long? DoneBytes, long? TotalBytes,
    long? BytesPerSecond, double? SecondsLeft, string RequestedBy, DateTimeOffset QueuedUtc, DateTimeOffset? StartedUtc, DateTimeOffset? EndedUtc, bool CanCancel,
    bool Dismissed, string? Snapshot, string? SafetySnapshot, string? Message, string? Hint, string? Code, string? File)
{
    public static OperationResource From(OperationView view, string tenant) => new(
        view.Id.ToString(), tenant, view.Kind.ToString(), view.State.ToString(), [.. view.Phases.Select(static phase => phase.ToString())],
        view.Progress?.Phase.ToString(),
        view.Progress is { } progress ? Math.Round(progress.Fraction * 100, 1) : null,
        view.Progress?.DoneBytes, view.Progress?.TotalBytes, view.Progress?.BytesPerSecond, view.Progress?.TimeLeft?.TotalSeconds,
        view.RequestedBy, view.QueuedUtc, view.StartedUtc, view.EndedUtc, view.CanCancel, view.Dismissed,
        view.Outcome?.Snapshot?.ToString(), view.Outcome?.SafetySnapshot?.ToString(),
        (view.Error ?? view.Outcome?.Summary)?.Format(CultureInfo.CurrentUICulture), view.Hint?.Format(CultureInfo.CurrentUICulture),
        view.Error is { } error ? ProblemCode.Of(error) : null,
        ExportDetails.Find(view) is { } export ? $"{export.Place}/{export.Name}" : null);
}

/// <summary>One line of an operation's log.</summary>
/// <param name="Number">Counted from 1.</param>
internal sealed record LogLineResource(int Number, DateTimeOffset TimeUtc, string Severity, string Text)
{
    public static LogLineResource From(LogEntry entry, int number) =>
        new(number, entry.TimeUtc, entry.Severity.ToString(), entry.Text.Format(CultureInfo.CurrentUICulture));
}

/// <summary>What programs know a message for people by: <c>pruning.refused_last_good</c>.</summary>
internal static class ProblemCode
{
    public static string Of(Message message) => $"{Snake(message.Area)}.{Snake(message.Key)}";

    private static string Snake(string name) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}
