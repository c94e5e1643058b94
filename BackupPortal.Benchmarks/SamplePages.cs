using System.Text;

namespace BackupPortal.Benchmarks;

/// <summary>Bytes that compress about like pages of a school's database: rows of names, dates and numbers. Always the same.</summary>
internal static class SamplePages
{
    public const int PageSize = 4096;

    private static readonly string[] Words =
        ["present", "absent", "late", "excused", "Mathematik", "Deutsch", "Englisch", "Klasse 7b", "Raum 204", "Elternabend", "Klassenarbeit", "Hausaufgaben"];

    public static byte[] Create(int length, int seed = 1)
    {
        var random = new Random(seed);
        var text = new StringBuilder(length + 100);
        for (var row = 0; text.Length < length; row++)
            text.Append(row).Append(Words[random.Next(Words.Length)]).Append("2025-0").Append(random.Next(1, 10)).Append('-').Append(random.Next(10, 29)).Append((char)random.Next(1, 127))
                .Append(random.Next(1_000_000)).Append(Words[random.Next(Words.Length)]);
        return Encoding.Latin1.GetBytes(text.ToString(0, length));
    }

    /// <summary>The same pages after a school day: a few bytes of each differ.</summary>
    public static byte[] Changed(byte[] pages, int changesPerPage = 3)
    {
        var random = new Random(2);
        byte[] changed = [.. pages];
        for (var page = 0; page < pages.Length; page += PageSize)
        {
            for (var i = 0; i < changesPerPage; i++)
                random.NextBytes(changed.AsSpan(page + random.Next(PageSize - 8), 8));
        }
        return changed;
    }
}
