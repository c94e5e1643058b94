using System.Text.Json.Serialization;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Restore;

internal enum FileChangeKind
{
    /// <summary>A file or link goes.</summary>
    Remove,
    RemoveFolder,
    AddFolder,

    /// <summary>A file or link comes, in the place of another one or of nothing.</summary>
    Put,

    /// <summary>Owner, mode or time only.</summary>
    Attributes,
}

/// <summary>One thing to be done in the files folder.</summary>
/// <param name="Number">Names what is staged for it and what it takes out.</param>
/// <param name="Before">What was there when it was planned; null for nothing.</param>
/// <param name="After">What is to be there; null for nothing.</param>
internal sealed record FileChange(int Number, FileChangeKind Kind, FileEntry? Before, FileEntry? After)
{
    [JsonIgnore]
    public string Path => (After ?? Before)!.Path;
}
