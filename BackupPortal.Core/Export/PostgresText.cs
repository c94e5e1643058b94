namespace BackupPortal.Core.Export;

/// <summary>The one place that puts names and texts into PostgreSQL's SQL.</summary>
internal static class PostgresText
{
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    public static string List(IEnumerable<string> names) => string.Join(", ", names.Select(Quote));

    /// <summary>
    /// A statement that may fail without the import failing: it is then left out, with a warning. For what SQLite allows and PostgreSQL may not, depending on rules that only PostgreSQL itself knows
    /// in full.
    /// </summary>
    public static string Attempt(string statement, string subject)
    {
        var tag = "$try$";
        for (var number = 2; statement.Contains(tag, StringComparison.Ordinal) || subject.Contains(tag, StringComparison.Ordinal); number++)
            tag = $"$try{number}$";
        return $"""
            DO {tag}
            BEGIN
              {statement};
            EXCEPTION WHEN OTHERS THEN
              RAISE WARNING '%', {Literal($"left out: {SqlComment.Of(subject)}")} || ': ' || SQLERRM;
            END
            {tag}
            """;
    }
}
