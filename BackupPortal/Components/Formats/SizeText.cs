using System.Globalization;
using static BackupPortal.Components.Formats.FormatsTexts;

namespace BackupPortal.Components.Formats;

/// <summary>Sizes for people: decimal units, three significant digits at most, in the reader's notation.</summary>
internal static class SizeText
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB", "PB"];

    public static string Format(long bytes)
    {
        var value = (double)Math.Abs(bytes);
        var unit = 0;
        // 999.5 would be written as 1000 of the smaller unit.
        while (value >= (unit == 0 ? 1000 : 999.5) && unit < Units.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        var digits = unit == 0 || value >= 99.95 ? "0" : value >= 9.995 ? "0.#" : "0.##";
        return string.Create(CultureInfo.CurrentCulture, $"{(bytes < 0 ? "−" : "")}{value.ToString(digits, CultureInfo.CurrentCulture)}\u00a0{Units[unit]}");
    }

    public static string FormatRate(long bytesPerSecond) => Texts["Rate", Format(bytesPerSecond)];
}
