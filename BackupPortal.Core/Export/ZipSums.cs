using System.IO.Compression;

namespace BackupPortal.Core.Export;

/// <summary>The lines of <see cref="ZipLayout.Sums"/>, as <c>sha256sum</c> writes and reads them.</summary>
internal static class ZipSums
{
    // Of st_mode, in the upper half of an entry's attributes.
    private const int KindMask = 0xF000;
    private const int SymbolicLink = 0xA000;

    public static bool IsListed(ZipArchiveEntry entry) =>
        entry.FullName != ZipLayout.Sums && !entry.FullName.EndsWith('/') && ((entry.ExternalAttributes >> 16) & KindMask) != SymbolicLink;

    /// <summary>Without its end. A backslash and a line break in a name are told by a backslash in front of the line.</summary>
    public static string LineOf(string hash, string name) => name.AsSpan().IndexOfAny('\\', '\n', '\r') < 0
        ? $"{hash}  {name}"
        : $"\\{hash}  {name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal)}";
}
