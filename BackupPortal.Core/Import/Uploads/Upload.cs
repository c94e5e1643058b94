using System.Text.Json.Serialization;
using BackupPortal.Core.Messages;

namespace BackupPortal.Core.Import.Uploads;

/// <summary>A file that is being sent to the portal, piece by piece, as it stands now.</summary>
/// <param name="Name">What the file was called where it came from; only ever shown.</param>
/// <param name="SizeBytes">What was announced.</param>
/// <param name="ReceivedBytes">What is here; the next piece begins there.</param>
/// <param name="IsComplete">True once all of it is here and was found right.</param>
public sealed record Upload(string Id, string Name, long SizeBytes, long ReceivedBytes, bool IsComplete, string By, DateTimeOffset CreatedUtc, DateTimeOffset ExpiresUtc);

/// <summary>What somebody wants to send.</summary>
/// <param name="Sha256">Of the whole file, lower-case hexadecimal; null when it is not known before.</param>
public sealed record NewUpload(string Name, long SizeBytes, string? Sha256 = null);

/// <summary>What an upload may take.</summary>
/// <param name="LargestBytes">What is configured.</param>
/// <param name="FreeBytes">What is free on the disk, less what uploads under way still need and what must stay free.</param>
public sealed record UploadRoom(long LargestBytes, long FreeBytes);

/// <summary>Why an upload does not go on.</summary>
public enum UploadProblem
{
    NotFound,
    TooLarge,
    TooMany,
    NoRoom,

    /// <summary>The piece does not begin where the last one ended; see <see cref="UploadException.Offset"/>.</summary>
    WrongOffset,

    /// <summary>The piece is another one than was sent.</summary>
    PieceDamaged,

    /// <summary>Not all of it is here.</summary>
    Incomplete,

    /// <summary>All of it is here, and it is not the file that was announced.</summary>
    Damaged,

    /// <summary>What was announced makes no sense.</summary>
    Invalid,
}

/// <summary>An upload does not go on.</summary>
/// <param name="offset">Where the next piece must begin.</param>
public sealed class UploadException(UploadProblem problem, Message what, Message hint, long offset = 0) : PortalException(what, hint)
{
    public UploadProblem Problem { get; } = problem;

    public long Offset { get; } = offset;
}

/// <summary>What is kept of an upload, in <c>upload.json</c> beside its content.</summary>
internal sealed record UploadNote(string Name, long SizeBytes, string? Sha256, string By, DateTimeOffset CreatedUtc);

/// <summary>How notes of uploads are kept as JSON.</summary>
[JsonSerializable(typeof(UploadNote))]
internal sealed partial class UploadJson : JsonSerializerContext;
