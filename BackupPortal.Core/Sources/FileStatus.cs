using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Sources;

/// <summary>What the file system says of a name, without opening it.</summary>
/// <param name="Kind">Null for a socket, a pipe or a device.</param>
/// <param name="ChangedUnixNanoseconds">Last change of the content or of anything else; cannot be set by a program.</param>
/// <param name="Links">Names that lead to it.</param>
internal sealed record FileStatus(
    FileEntryKind? Kind, long SizeBytes, long ModifiedUnixNanoseconds, long ChangedUnixNanoseconds, int Mode, int UserId, int GroupId,
    FileIdentity Identity, uint Links);

/// <summary>The same for all names of one file.</summary>
internal readonly record struct FileIdentity(ulong Device, ulong Inode);
