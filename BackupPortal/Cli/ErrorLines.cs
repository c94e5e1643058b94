namespace BackupPortal.Cli;

/// <summary>How every failure is told: what happened, then what to do about it, each on a line.</summary>
internal static class ErrorLines
{
    public static void Write(TextWriter errors, string what, string? hint)
    {
        errors.WriteLine($"error: {OnOneLine(what)}");
        if (hint is not null)
            WriteHint(errors, hint);
    }

    public static void WriteHint(TextWriter errors, string hint) => errors.WriteLine($"hint: {OnOneLine(hint)}");

    private static string OnOneLine(string text) => text.ReplaceLineEndings(" ").Replace('\t', ' ');
}
