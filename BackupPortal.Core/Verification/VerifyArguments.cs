using System.Text.Json;
using BackupPortal.Core.Operations;

namespace BackupPortal.Core.Verification;

/// <summary>What <see cref="OperationKind.Verify"/> is asked for.</summary>
/// <param name="Snapshot">Null for all snapshots of the tenant.</param>
public sealed record VerifyArguments(string? Snapshot)
{
    public string ToJson() => JsonSerializer.Serialize(this);

    public static VerifyArguments FromJson(string json) => JsonSerializer.Deserialize<VerifyArguments>(json)!;
}
