using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Import.Zip;

/// <summary>One entry, as the directory of a ZIP tells it.</summary>
/// <param name="Name">Checked by <see cref="EntryNames"/>; without the slash at the end of a folder's.</param>
/// <param name="NameBytes">Length of the name as it is stored.</param>
/// <param name="Mode">The nine permission bits; null when the entry does not say.</param>
/// <param name="IsDeflated">Otherwise stored as it is.</param>
/// <param name="StoredBytes">What it takes in the file.</param>
/// <param name="SizeBytes">What it says that it unpacks to.</param>
/// <param name="Offset">Of its local header.</param>
/// <param name="Next">Where the next entry, or the directory, begins.</param>
internal sealed record ZipEntry(
    string Name, int NameBytes, FileEntryKind Kind, int? Mode, DateTimeOffset Modified, bool IsDeflated, uint Crc32, long StoredBytes, long SizeBytes, long Offset, long Next = 0)
{
    public bool IsFolder => Kind == FileEntryKind.Folder;
}
