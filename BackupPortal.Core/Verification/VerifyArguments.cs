using System.Text.Json;
using System.Text.Json.Serialization;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Verification;

/// <summary>What <see cref="OperationKind.Verify"/> is asked for.</summary>
/// <param name="Snapshot">Null for all snapshots of the tenant.</param>
public sealed record VerifyArguments(string? Snapshot, VerifyLevel Level = VerifyLevel.Decode)
{
    private static readonly JsonSerializerOptions options = new() { Converters = { new JsonStringEnumConverter() } };

    public string ToJson() => JsonSerializer.Serialize(this, options);

    public static VerifyArguments FromJson(string json) => JsonSerializer.Deserialize<VerifyArguments>(json, options)!;
}
