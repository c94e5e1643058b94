using BackupPortal.Core.Messages;
using BackupPortal.Core.Operations;

namespace BackupPortal.Core.Maintenance;

/// <summary>That, since when and why a tenant's ordinary users are kept out.</summary>
/// <param name="Operation">The restore that asked for it; null when a person did.</param>
/// <param name="By">Who asked for it; empty when that cannot be read.</param>
/// <param name="Problem">Set when the notice is there but cannot be read: users are kept out to be safe.</param>
public sealed record MaintenanceNotice(DateTimeOffset SinceUtc, OperationId? Operation, string By, Message? Problem = null);
