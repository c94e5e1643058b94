namespace BackupPortal.Core.Import.Zip;

/// <summary>Gives what was unpacked the permissions and the time that its entry tells.</summary>
internal static class EntryAttributes
{
    private const int OwnerReads = 0x100;
    private const int OwnerOpens = 0x140;
    private const int DefaultFile = 0x1A4; // 0644
    private const int DefaultFolder = 0x1ED; // 0755

    public static void Apply(string path, ZipEntry entry)
    {
        // What its owner may not read could not be stored.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, (UnixFileMode)((entry.Mode ?? (entry.IsFolder ? DefaultFolder : DefaultFile)) | (entry.IsFolder ? OwnerOpens : OwnerReads)));
        if (entry.IsFolder)
            Directory.SetLastWriteTimeUtc(path, entry.Modified.UtcDateTime);
        else
            File.SetLastWriteTimeUtc(path, entry.Modified.UtcDateTime);
    }

    /// <summary>Of the link itself, not of what it leads to.</summary>
    public static void ApplyToLink(string path, ZipEntry entry) => new FileInfo(path).LastWriteTimeUtc = entry.Modified.UtcDateTime;
}
