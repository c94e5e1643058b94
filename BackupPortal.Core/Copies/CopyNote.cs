using System.Text.Json;
using System.Text.Json.Serialization;
using BackupPortal.Core.Maintenance;

namespace BackupPortal.Core.Copies;

/// <summary>What is known of an exported file: a small file beside it, with the same name and <c>.note</c>.</summary>
/// <param name="Format">As <see cref="Export.ExportFormats.NameOf"/> says it.</param>
/// <param name="Origin">Why the snapshot was made.</param>
/// <param name="SnapshotUtc">The instant whose state the file holds.</param>
/// <param name="Sha256">Of the file, lower-case hexadecimal, as it was read back.</param>
/// <param name="VerifiedUtc">When it was.</param>
public sealed record CopyNote(
    string Format, string Snapshot, string Origin, string? Note, DateTimeOffset SnapshotUtc, DateTimeOffset WrittenUtc, string By, long SizeBytes, string Sha256,
    DateTimeOffset VerifiedUtc, bool IsEncrypted)
{
    internal const string Suffix = ".note";

    private const int LargestBytes = 64 * 1024;

    /// <returns>Null when there is none that can be read, or when it tells of a file of another size: somebody has put that there.</returns>
    internal static CopyNote? Find(string file)
    {
        try
        {
            var note = new FileInfo(file + Suffix);
            if (!note.Exists || note.Length > LargestBytes)
                return null;
            var read = JsonSerializer.Deserialize(File.ReadAllBytes(note.FullName), CopiesJson.Default.CopyNote);
            return read?.SizeBytes == new FileInfo(file).Length ? read : null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or IOException or UnauthorizedAccessException)
        {
            // The file is there all the same; only nothing is known of it.
            return null;
        }
    }

    internal Task WriteAsync(string file) => DurableFile.WriteAsync(file + Suffix, JsonSerializer.SerializeToUtf8Bytes(this, CopiesJson.Default.CopyNote));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(CopyNote))]
[JsonSerializable(typeof(ExportArguments))]
[JsonSerializable(typeof(ExportDetails))]
internal sealed partial class CopiesJson : JsonSerializerContext;
