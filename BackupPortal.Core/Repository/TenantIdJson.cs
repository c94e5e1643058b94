using System.Text.Json;
using System.Text.Json.Serialization;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Repository;

/// <summary>A tenant's identifier as plain text.</summary>
internal sealed class TenantIdJson : JsonConverter<TenantId>
{
    public override TenantId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetGuid());

    public override void Write(Utf8JsonWriter writer, TenantId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
