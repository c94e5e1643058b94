using System.Globalization;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Tenancy;
using Microsoft.Extensions.Options;

namespace BackupPortal.Cli;

/// <summary>Runs an operation in this process while a person waits for it: kept in the catalog like any other, so that the portal shows it live.</summary>
internal static class ForegroundOperation
{
    /// <returns>The operation as it ended: it succeeded.</returns>
    /// <exception cref="PortalException">It failed.</exception>
    public static async Task<OperationView> RunAsync(
        CommandSession session, Tenant tenant, OperationKind kind, string arguments, CancellationToken cancellationToken)
    {
        using var progress = new ProgressLine(session.Errors);
        using var following = session.Get<OperationFeed>().Subscribe(tenant.Id, view => progress.Show(LineOf(view)));
        var ended = await session.Get<OperationRunner>().RunNowAsync(
            tenant, kind, arguments, session.RequestedBy,
            _ => session.Errors.WriteLine($"Another operation of {tenant.Name} is running; waiting for it to end."), cancellationToken);
        following.Dispose();
        progress.Clear();
        return ended.State switch
        {
            OperationState.Succeeded => ended,
            OperationState.Cancelled => throw new OperationCanceledException(),
            _ => throw new CommandException(ended.Error?.ToString() ?? $"The operation ended as {NameOf.State(ended.State)}.", ended.Hint?.ToString()),
        };
    }

    public static TimeSpan TimeTaken(OperationView ended) => (ended.EndedUtc - ended.StartedUtc) ?? TimeSpan.Zero;

    /// <summary>What a restore and an undo print when they are done.</summary>
    public static void WriteRestored(CommandSession session, Tenant tenant, OperationView done)
    {
        var outcome = done.Outcome!;
        var downtime = outcome.Downtime ?? TimeSpan.Zero;
        var document = new RestoreDocument(done.Id.ToString(), NameOf.State(done.State), (long)Math.Ceiling(downtime.TotalMilliseconds), outcome.SafetySnapshot?.Value);
        session.Output.Write(document, static json => json.RestoreDocument, text =>
        {
            text.WriteLine(outcome.Summary);
            text.WriteLine($"{tenant.Name} was in maintenance mode for {HumanText.Duration(downtime)}.");
            if (outcome.SafetySnapshot is { } safety)
            {
                var until = TimeZoneInfo.ConvertTime(done.EndedUtc!.Value + session.Get<IOptions<RestoreKeepOptions>>().Value.UndoTime, tenant.TimeZone);
                text.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"What was live before is kept as {safety}. Until {until:yyyy-MM-dd HH:mm} go back to it with: undo {tenant.Slug} --yes"));
            }
        });
    }

    private static string LineOf(OperationView view) => view.Progress is { } progress
        ? string.Create(CultureInfo.InvariantCulture,
            $"{progress.Phase} {progress.Fraction:0%}{(progress.BytesPerSecond > 0 ? $", {HumanText.Size(progress.BytesPerSecond)}/s" : "")}{(progress.Wait is { } wait ? $", users are locked out in {HumanText.Duration(wait)}" : "")}{(progress.TimeLeft is { } left ? $", {HumanText.Duration(left)} left" : "")}")
        : $"{view.State}";
}
