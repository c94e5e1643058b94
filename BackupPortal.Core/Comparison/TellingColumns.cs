namespace BackupPortal.Core.Comparison;

/// <summary>Guesses by which columns a person knows a row: its key, and what is named like a name, in German or English.</summary>
internal static class TellingColumns
{
    private const int MostNames = 3;

    private static readonly string[] nameWords =
    [
        "name", "title", "titel", "subject", "betreff", "fach", "label", "bezeichnung", "caption", "email", "mail", "login", "code", "kuerzel", "kürzel", "short", "class", "klasse", "date", "datum",
    ];

    public static IReadOnlySet<string> Of(StoredTable table)
    {
        var names = table.Columns
            .Where(column => column.KeyPosition == 0 && RankOf(column) < nameWords.Length)
            .OrderBy(RankOf)
            .Take(MostNames);
        return table.Key.Concat(names).Select(column => column.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
    }

    private static int RankOf(StoredColumn column)
    {
        var found = Array.FindIndex(nameWords, word => column.Name.Contains(word, StringComparison.OrdinalIgnoreCase));
        return found < 0 ? nameWords.Length : found;
    }
}
