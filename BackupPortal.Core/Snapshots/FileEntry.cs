namespace BackupPortal.Core.Snapshots;

public enum FileEntryKind
{
    File,
    Folder,

    /// <summary>A symbolic link, stored as what it says, never followed.</summary>
    Link,
}

/// <summary>One entry of a snapshot's files manifest.</summary>
/// <param name="Path">Relative to the files folder, <c>/</c> between parts, never empty, no <c>.</c> or <c>..</c> part.</param>
/// <param name="SizeBytes">Of a file's content; 0 otherwise.</param>
/// <param name="ModifiedUnixNanoseconds">Last modification, as the file system tells it.</param>
/// <param name="Mode">Permission bits (the low twelve of <c>st_mode</c>).</param>
/// <param name="LinkTarget">What a link says; null otherwise.</param>
/// <param name="Sha256">Of a file's content, lower-case hexadecimal; null otherwise.</param>
/// <param name="Pieces">Where a file's content is in the repository, in order; empty for an empty file and for anything else.</param>
public sealed record FileEntry(
    string Path,
    FileEntryKind Kind,
    long SizeBytes,
    long ModifiedUnixNanoseconds,
    int Mode,
    int UserId,
    int GroupId,
    string? LinkTarget,
    string? Sha256,
    IReadOnlyList<FilePiece> Pieces)
{
    // As text it would take five times the room.
    private readonly ContentHash? hash = Sha256 is null ? null : ContentHash.Of(Sha256);

    public string? Sha256
    {
        get => hash?.ToString();
        init => hash = value is null ? null : ContentHash.Of(value);
    }

    /// <summary><see cref="Sha256"/> without making text of it.</summary>
    internal ContentHash? Hash
    {
        get => hash;
        init => hash = value;
    }
}

/// <summary>A run of a file's bytes inside a frame of a pack.</summary>
/// <param name="Offset">Of the run in the frame's decoded bytes.</param>
public readonly record struct FilePiece(string Pack, int Frame, int Offset, int Length);
