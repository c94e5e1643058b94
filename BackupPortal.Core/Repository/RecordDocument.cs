using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Repository;

/// <summary>
/// A snapshot record as JSON that ends with its own checksum: the SHA-256 of the document in which the checksum's digits are zeros. Any change of any
/// byte is noticed.
/// </summary>
internal static class RecordDocument
{
    private const int DigitCount = RepositoryLayout.HashSize * 2;

    private static readonly JsonSerializerOptions options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter<SnapshotOrigin>(JsonNamingPolicy.CamelCase), new SnapshotIdJson(), new TenantIdJson() },
        TypeInfoResolver = RecordJson.Default,
    };

    private static ReadOnlySpan<byte> ObjectEnd => "\n}"u8;

    private static ReadOnlySpan<byte> ChecksumStart => ",\n  \"checksum\": \""u8;

    private static ReadOnlySpan<byte> DocumentEnd => "\"\n}\n"u8;

    public static byte[] Write(SnapshotRecord record)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(record, options);
        byte[] document = [.. json.AsSpan(0, json.Length - ObjectEnd.Length), .. ChecksumStart, .. new byte[DigitCount], .. DocumentEnd];
        var digits = document.AsSpan(document.Length - DocumentEnd.Length - DigitCount, DigitCount);
        digits.Fill((byte)'0');
        Encoding.ASCII.GetBytes(RepositoryLayout.Hex(SHA256.HashData(document)), digits);
        return document;
    }

    /// <exception cref="RepositoryException">It is damaged, belongs to another snapshot, or is newer than this program.</exception>
    public static SnapshotRecord Read(ReadOnlySpan<byte> document, SnapshotId id, int revision = 0)
    {
        try
        {
            var format = FormatOf(document.ToArray());
            if (format > RepositoryLayout.Format)
                throw RepositoryFault.Newer(RepositoryLayout.SnapshotKey(id, revision), format);
            if (!ChecksumFits(document))
                throw RepositoryFault.DamagedRecord(id.Value, "it does not fit its checksum");
            var record = JsonSerializer.Deserialize<SnapshotRecord>(document, options);
            if (record?.Id != id || record.Revision != revision)
                throw RepositoryFault.DamagedRecord(id.Value, "it is the record of another backup");
            return RecordRules.AreKept(record) ? record : throw RepositoryFault.DamagedRecord(id.Value, "it says what cannot be");
        }
        // The second one: text with half a character in it.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw RepositoryFault.DamagedRecord(id.Value, "it is not a record", e);
        }
    }

    /// <summary>Reads the record that a local copy carries: of a backup that this repository may not have, and perhaps without its checksum.</summary>
    /// <returns>Null when it is no record.</returns>
    public static SnapshotRecord? TryReadCopy(ReadOnlySpan<byte> document)
    {
        try
        {
            return JsonSerializer.Deserialize<SnapshotRecord>(document, options) is { } record && RecordRules.AreKept(record) ? record : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static long FormatOf(byte[] document)
    {
        using var json = JsonDocument.Parse(document);
        return json.RootElement.ValueKind == JsonValueKind.Object
            && json.RootElement.TryGetProperty("format", out var format)
            && format.ValueKind == JsonValueKind.Number
            && format.TryGetInt64(out var number)
                ? number
                : throw new JsonException("There is no format.");
    }

    private static bool ChecksumFits(ReadOnlySpan<byte> document)
    {
        var tail = ChecksumStart.Length + DigitCount + DocumentEnd.Length;
        if (document.Length < tail || !document[^tail..].StartsWith(ChecksumStart) || !document.EndsWith(DocumentEnd))
            return false;
        var zeroed = document.ToArray();
        var digits = zeroed.AsSpan(document.Length - DocumentEnd.Length - DigitCount, DigitCount);
        var claimed = Encoding.ASCII.GetString(digits);
        digits.Fill((byte)'0');
        return claimed == RepositoryLayout.Hex(SHA256.HashData(zeroed));
    }
}
