using BackupPortal.Core.Operations;

namespace BackupPortal.Core.Maintenance;

/// <summary>That a tenant's ordinary users will be kept out soon, so that they can finish what they are doing.</summary>
/// <param name="BeginsUtc">When the lock-out begins; the restore may be a little late.</param>
/// <param name="Operation">The restore; until then it can be cancelled.</param>
/// <param name="By">Who asked for it.</param>
public sealed record MaintenanceAnnouncement(DateTimeOffset BeginsUtc, OperationId Operation, string By);
