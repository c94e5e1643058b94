using System.Text.Json;
using BackupPortal.Core.Operations;

namespace BackupPortal.Core.Restore;

/// <summary>What <see cref="OperationKind.RestoreAsTenant"/> is asked for.</summary>
/// <param name="Slug">Of the new tenant.</param>
/// <param name="Name">Of the new tenant.</param>
/// <param name="Admin">The account that becomes its only member; null for none.</param>
public sealed record RestoreAsTenantArguments(string Snapshot, string Slug, string Name, Guid? Admin = null)
{
    public static RestoreAsTenantArguments FromJson(string json) => JsonSerializer.Deserialize<RestoreAsTenantArguments>(json)!;

    public string ToJson() => JsonSerializer.Serialize(this);
}
