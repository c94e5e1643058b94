namespace BackupPortal.Core.Catalog;

/// <summary>A tenant; its paths are relative to the data root when they are in it, so that a data root can be moved.</summary>
internal sealed class TenantRow
{
    public Guid Id { get; set; }

    public required string Slug { get; set; }

    public required string Name { get; set; }

    public required string TimeZone { get; set; }

    public required string DatabasePath { get; set; }

    public required string FilesPath { get; set; }

    public DateTimeOffset CreatedUtc { get; set; }
}

internal sealed class MembershipRow
{
    public Guid AccountId { get; set; }

    public Guid TenantId { get; set; }

    public TenantRole Role { get; set; }
}

/// <summary>An operation. What only Operations understands is text here.</summary>
internal sealed class OperationRow
{
    public Guid Id { get; set; }

    public Guid TenantId { get; set; }

    public required string Kind { get; set; }

    public required string State { get; set; }

    public required string Arguments { get; set; }

    public required string RequestedBy { get; set; }

    public DateTimeOffset QueuedUtc { get; set; }

    public DateTimeOffset? StartedUtc { get; set; }

    public DateTimeOffset? EndedUtc { get; set; }

    /// <summary>Names, separated by commas.</summary>
    public string Phases { get; set; } = "";

    public string? Progress { get; set; }

    public string? Outcome { get; set; }

    public string? Error { get; set; }

    public string? Hint { get; set; }

    public bool CanCancel { get; set; }

    public bool CancelRequested { get; set; }

    public bool Dismissed { get; set; }

    /// <summary>The process that runs it, or that put it here to run it itself; null for whoever comes first.</summary>
    public Guid? Runner { get; set; }

    /// <summary>Higher than any other row's when this row was last written: a follower asks for what is above the last it saw.</summary>
    public long Change { get; set; }
}

internal sealed class OperationLogRow
{
    public long Id { get; set; }

    public Guid OperationId { get; set; }

    public DateTimeOffset TimeUtc { get; set; }

    public required string Severity { get; set; }

    public required string Text { get; set; }
}

internal sealed class ScheduleRow
{
    public Guid TenantId { get; set; }

    public bool IsOn { get; set; }

    public TimeOnly At { get; set; }

    public DateTimeOffset? NextRunUtc { get; set; }
}

/// <summary>What a tenant's people call a table or column of its database.</summary>
internal sealed class FriendlyNameRow
{
    public Guid TenantId { get; set; }

    public required string Table { get; set; }

    /// <summary>Empty for the table itself.</summary>
    public required string Column { get; set; }

    public required string Name { get; set; }
}

/// <summary>What lists show of a snapshot; the repository is the truth.</summary>
internal sealed class SnapshotRow
{
    public Guid TenantId { get; set; }

    public required string Id { get; set; }

    public DateTimeOffset CreatedUtc { get; set; }

    public required string Origin { get; set; }

    public string? Note { get; set; }

    public long SizeBytes { get; set; }

    public long AddedBytes { get; set; }

    public long DurationMilliseconds { get; set; }

    public DateTimeOffset? ProvenUtc { get; set; }

    /// <summary>How far the proof at <see cref="ProvenUtc"/> went; null without one.</summary>
    public string? ProvenLevel { get; set; }

    public bool IsDamaged { get; set; }

    /// <summary>The highest level that found it damaged; null when it is not.</summary>
    public string? DamagedLevel { get; set; }

    /// <summary>When the last check of any level ended, whatever it found; null before the first.</summary>
    public DateTimeOffset? CheckedUtc { get; set; }

    public string? CheckedLevel { get; set; }

    /// <summary>Null also for a check of a time when it was not kept.</summary>
    public long? CheckedMilliseconds { get; set; }

    public required string CreatedBy { get; set; }
}

/// <summary>Kept apart from tenants and accounts: it outlives both.</summary>
internal sealed class AuditRow
{
    public long Id { get; set; }

    public DateTimeOffset AtUtc { get; set; }

    public required string By { get; set; }

    public Guid? TenantId { get; set; }

    public required string What { get; set; }
}

/// <summary>A person's token; see <see cref="AccessToken"/>.</summary>
internal sealed class AccessTokenRow
{
    public Guid Id { get; set; }

    public Guid AccountId { get; set; }

    public required string Name { get; set; }

    /// <summary>Of the secret, in hexadecimal.</summary>
    public required string Hash { get; set; }

    /// <summary>Names, separated by commas.</summary>
    public required string Rights { get; set; }

    /// <summary>Identifiers, separated by commas; null for every tenant of the account.</summary>
    public string? Tenants { get; set; }

    public DateTimeOffset CreatedUtc { get; set; }

    public DateTimeOffset ExpiresUtc { get; set; }

    public DateTimeOffset? LastUsedUtc { get; set; }

    public string? LastUsedFrom { get; set; }

    public DateTimeOffset? RevokedUtc { get; set; }
}

/// <summary>What was answered to a request that may be sent again; see <see cref="KeptAnswerStore"/>.</summary>
internal sealed class KeptAnswerRow
{
    public Guid TokenId { get; set; }

    /// <summary>Method and address.</summary>
    public required string Route { get; set; }

    public required string Key { get; set; }

    /// <summary>Of the request's body, in hexadecimal.</summary>
    public required string RequestHash { get; set; }

    public DateTimeOffset CreatedUtc { get; set; }

    /// <summary>The process that works on it, or did.</summary>
    public Guid Process { get; set; }

    /// <summary>Null as long as there is no answer.</summary>
    public int? Status { get; set; }

    public string? Headers { get; set; }

    public byte[]? Body { get; set; }
}
