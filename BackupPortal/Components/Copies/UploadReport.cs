using System.Text.Json.Serialization;

namespace BackupPortal.Components.Copies;

/// <summary>How the sending of a file goes, as the page's script tells it.</summary>
/// <param name="Sent">Bytes.</param>
/// <param name="BytesPerSecond">0 while that is not known.</param>
/// <param name="What">Why it is refused, in the reader's language; null when nobody said.</param>
public sealed record UploadReport(UploadState State, long Sent, long BytesPerSecond = 0, string? What = null, string? Hint = null);

[JsonConverter(typeof(JsonStringEnumConverter<UploadState>))]
public enum UploadState
{
    Sending,

    /// <summary>For the connection, which was lost.</summary>
    Waiting,

    /// <summary>All has been sent, and the portal looks at it.</summary>
    Finishing,
    Done,
    Refused,
}
