using System.Globalization;
using BackupPortal.Core.Messages;

namespace BackupPortal.Core.Repository;

/// <summary>The failures of leases, each naming who has it.</summary>
internal static class LeaseFault
{
    private const string Unknown = "?";

    /// <param name="holder">Null when it cannot be told.</param>
    public static LeaseException Busy(LeaseHolder? holder) =>
        new(new Message("Repository", "LeaseBusy", Describe(holder)), new Message("Repository", "LeaseBusyHint"));

    /// <param name="holder">Who has it now, or had it last; null when it was given back already.</param>
    public static LeaseException Lost(LeaseHolder? holder) => new(
        holder is null ? new Message("Repository", "LeaseLost") : new Message("Repository", "LeaseLostTo", Describe(holder)),
        new Message("Repository", "LeaseLostHint"));

    private static string[] Describe(LeaseHolder? holder) => holder is null
        ? [Unknown, Unknown, Unknown]
        : [
            holder.Process.Host,
            holder.Process.Number.ToString(CultureInfo.InvariantCulture),
            holder.SinceUtc.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        ];
}
