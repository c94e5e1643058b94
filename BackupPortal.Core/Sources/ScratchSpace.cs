using System.Globalization;
using BackupPortal.Core.Messages;

namespace BackupPortal.Core.Sources;

/// <summary>Knows whether a scratch copy fits.</summary>
internal static class ScratchSpace
{
    private const long SpareBytes = 16 * 1024 * 1024;

    /// <exception cref="PortalException">It does not fit.</exception>
    public static void Check(string scratchFile, long neededBytes)
    {
        var folder = Path.GetDirectoryName(scratchFile)!;
        if (new DriveInfo(folder).AvailableFreeSpace < neededBytes + SpareBytes)
            throw Full(scratchFile, neededBytes);
    }

    /// <summary>Whether a little more fits.</summary>
    public static bool HasRoom(string scratchFile) => new DriveInfo(Path.GetDirectoryName(scratchFile)!).AvailableFreeSpace >= SpareBytes;

    public static PortalException Full(string scratchFile, long neededBytes)
    {
        var folder = Path.GetDirectoryName(scratchFile)!;
        return new PortalException(
            SourcesText.Of("ScratchFull", Megabytes(neededBytes + SpareBytes), folder, Megabytes(new DriveInfo(folder).AvailableFreeSpace)),
            SourcesText.Of("ScratchFullHint"));
    }

    private static string Megabytes(long bytes) => (bytes / 1_000_000).ToString(CultureInfo.InvariantCulture);
}
