using System.Text;

namespace BackupPortal.Core.Import.Zip;

/// <summary>The <c>SHA256SUMS</c> of a local copy: what each file in it must hash to.</summary>
internal sealed class HashList
{
    private const int DigitCount = 64;

    private readonly Dictionary<string, byte[]> expected = new(StringComparer.Ordinal);

    /// <exception cref="UnfitFileException">It is no such list.</exception>
    public static HashList Read(byte[] content)
    {
        var list = new HashList();
        foreach (var line in Encoding.UTF8.GetString(content).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            // A name with a backslash or a line break in it is told by a backslash in front of the line.
            var isEscaped = line.StartsWith('\\');
            var told = isEscaped ? line[1..] : line;
            if (told.Length < DigitCount + 3 || told[DigitCount] != ' ' || told[DigitCount + 1] is not (' ' or '*') || !TryRead(told[..DigitCount], out var hash)
                || !list.expected.TryAdd(NameOf(told[(DigitCount + 2)..], isEscaped), hash))
            {
                throw ImportText.Unfit("HashListDamaged", ImportText.Shown(line));
            }
        }
        return list;
    }

    /// <exception cref="UnfitFileException">The file is another one, or not in the list.</exception>
    public void Check(string name, byte[] hash)
    {
        if (!expected.Remove(name, out var wanted) || !hash.AsSpan().SequenceEqual(wanted))
            throw ImportText.Unfit("HashDiffers", ImportText.Shown(name));
    }

    /// <exception cref="UnfitFileException">The list has a file that was not there.</exception>
    public void CheckNoneIsLeft()
    {
        if (expected.Count > 0)
            throw ImportText.Unfit("HashedFileMissing", ImportText.Shown(expected.Keys.First()));
    }

    private static string NameOf(string told, bool isEscaped)
    {
        if (!isEscaped)
            return told.TrimEnd('\r');
        var name = new StringBuilder(told.Length);
        for (var at = 0; at < told.Length; at++)
        {
            var isMark = told[at] == '\\' && at + 1 < told.Length;
            name.Append(isMark ? told[++at] switch { 'n' => '\n', 'r' => '\r', var other => other } : told[at]);
        }
        return name.ToString();
    }

    private static bool TryRead(string digits, out byte[] hash)
    {
        hash = new byte[DigitCount / 2];
        return Convert.FromHexString(digits, hash, out _, out var written) == System.Buffers.OperationStatus.Done && written == hash.Length;
    }
}
