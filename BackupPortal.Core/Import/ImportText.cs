using System.Globalization;
using BackupPortal.Core.Messages;

namespace BackupPortal.Core.Import;

/// <summary>Sentences of this capability; see ImportTexts.resx.</summary>
internal static class ImportText
{
    private const int LongestShown = 120;

    public static Message Of(string key, params string[] arguments) => new("Import", key, arguments);

    /// <summary>What somebody can change and try again with the same file.</summary>
    public static PortalException Refusal(string key, string hint, params string[] arguments) => new(Of(key, arguments), Of(hint));

    /// <summary>The file itself is not fit; its own hint, or that it must be fetched again.</summary>
    public static UnfitFileException Unfit(string key, params string[] arguments) => new(Of(key, arguments), Of("UnfitHint"));

    public static UnfitFileException UnfitWith(string key, string hint, params string[] arguments) => new(Of(key, arguments), Of(hint));

    /// <summary>What somebody else has written, as it can be put into a sentence: short, and without anything that a terminal or a log could take for more.</summary>
    public static string Shown(string foreign)
    {
        var shown = foreign.Length > LongestShown ? foreign[..LongestShown] + "…" : foreign;
        return string.Concat(shown.Select(static one => char.IsControl(one) || char.GetUnicodeCategory(one) is UnicodeCategory.Format or UnicodeCategory.Surrogate ? '?' : one));
    }

    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    public static string Megabytes(long bytes) => (bytes / 1_000_000.0).ToString("0.0", CultureInfo.InvariantCulture);
}
