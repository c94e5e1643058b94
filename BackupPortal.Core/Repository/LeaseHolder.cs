using System.Text.Json;
using System.Text.Json.Serialization;

namespace BackupPortal.Core.Repository;

/// <summary>Who has, or had, a lease: what the file of it says.</summary>
/// <param name="Nonce">Random: two leases are never mistaken for each other, not even when their folder was deleted by hand and counts anew.</param>
/// <param name="LengthMilliseconds">After so long without renewal it may be taken over.</param>
/// <param name="SinceUtc">By the holder's clock; for people only.</param>
internal sealed record LeaseHolder(string Nonce, long LengthMilliseconds, DateTimeOffset SinceUtc, LeaseProcess Process)
{
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, LeaseJson.Default.LeaseHolder);

    /// <summary>Null when a power failure left something else.</summary>
    public static LeaseHolder? Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, LeaseJson.Default.LeaseHolder) is { Nonce: not null, Process.Host: not null } holder ? holder : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Generated, because a short command has no time to find it out by reflection.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(LeaseHolder))]
internal sealed partial class LeaseJson : JsonSerializerContext;
