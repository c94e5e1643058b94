using System.Text;

namespace BackupPortal.Core.Import.Zip;

/// <summary>Decides which names of entries are safe to make files of, on any system.</summary>
internal static class EntryNames
{
    private const int LongestPartBytes = 255;
    private const int LongestBytes = 4000;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether a file of that name would be trouble for whoever lists it. Such a one is left out.</summary>
    public static bool IsUnspeakable(string name) => name.Any(char.IsControl);

    /// <returns>The name, a folder's with its slash at the end.</returns>
    /// <exception cref="UnfitFileException">It is none that may be used.</exception>
    public static string Read(ReadOnlySpan<byte> stored)
    {
        string name;
        try
        {
            name = Strict.GetString(stored);
        }
        catch (DecoderFallbackException)
        {
            throw ImportText.UnfitWith("NameNotUtf8", "NameNotUtf8Hint", ImportText.Shown(Encoding.Latin1.GetString(stored)));
        }
        return IsSafe(name, stored.Length) ? name : throw ImportText.UnfitWith("NameUnsafe", "NameUnsafeHint", ImportText.Shown(name));
    }

    private static bool IsSafe(string name, int bytes)
    {
        if (name.Length == 0 || bytes > LongestBytes || name.Contains('\0', StringComparison.Ordinal) || (name is [_, ':', ..] && char.IsAsciiLetter(name[0])))
            return false;
        var parts = (name.EndsWith('/') ? name[..^1] : name).Split('/');
        return parts.All(IsSafePart);
    }

    // A backslash parts folders on some systems; elsewhere it is a letter like others, which a school's file may have in its name.
    private static bool IsSafePart(string part) =>
        part is not ("" or "." or "..") && Encoding.UTF8.GetByteCount(part) <= LongestPartBytes
        && (!part.Contains('\\', StringComparison.Ordinal)
            || (!OperatingSystem.IsWindows() && part.Split('\\').All(static inner => inner is not ("" or "." or "..") && inner is not [_, ':', ..])));
}
