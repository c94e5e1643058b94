using System.Text;

namespace BackupPortal.Core.Export;

/// <summary>Names files after tables so that every system can unpack them: without what some take for a path or a device, not too long, and no two that differ in case alone.</summary>
internal sealed class CsvFileNames
{
    private const string Folder = "tables/";
    private const int LongestName = 80;

    // Windows takes these for devices, whatever comes behind a point.
    private static readonly string[] devices = ["CON", "PRN", "AUX", "NUL", "COM", "LPT"];

    private readonly HashSet<string> used = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A path in the archive that no earlier table has.</summary>
    public string Next(string table)
    {
        var name = Safe(table);
        var unique = name;
        for (var number = 2; !used.Add(unique); number++)
            unique = $"{name}-{number}";
        return $"{Folder}{unique}.csv";
    }

    private static string Safe(string table)
    {
        var name = new StringBuilder();
        foreach (var rune in table.Normalize(NormalizationForm.FormC).EnumerateRunes())
        {
            if (name.Length >= LongestName)
                break;
            name.Append(Rune.IsLetterOrDigit(rune) || rune.Value is '_' or '-' or ' ' ? rune.ToString() : "_");
        }
        var safe = name.ToString().Trim(' ');
        return safe.Length == 0 || devices.Any(device => safe.StartsWith(device, StringComparison.OrdinalIgnoreCase) && safe.Length - device.Length <= 1) ? safe + "_" : safe;
    }
}
