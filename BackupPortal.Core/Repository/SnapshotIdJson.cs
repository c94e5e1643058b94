using System.Text.Json;
using System.Text.Json.Serialization;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Repository;

/// <summary>A snapshot's identifier as plain text.</summary>
internal sealed class SnapshotIdJson : JsonConverter<SnapshotId>
{
    public override SnapshotId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        SnapshotId.TryParse(reader.GetString(), out var id) ? id : throw new JsonException("Not a snapshot's identifier.");

    public override void Write(Utf8JsonWriter writer, SnapshotId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
