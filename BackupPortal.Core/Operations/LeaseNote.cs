namespace BackupPortal.Core.Operations;

/// <summary>What the file of a tenant's lease says.</summary>
/// <param name="Owner">Process and machine.</param>
/// <param name="Operation">What it is for; null for recovery.</param>
internal sealed record LeaseNote(long Token, string Owner, OperationId? Operation, DateTimeOffset SinceUtc);
