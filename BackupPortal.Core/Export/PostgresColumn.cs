namespace BackupPortal.Core.Export;

/// <summary>A column as PostgreSQL gets it.</summary>
/// <param name="Name">There; <see cref="SourceColumn.Name"/> here.</param>
/// <param name="Type">SQL of the type.</param>
/// <param name="Widened">What it holds beside what it was declared for, so that its type is another one; null where there is nothing to say.</param>
internal sealed record PostgresColumn(SourceColumn Source, string Name, PostgresKind Kind, string Type, ColumnFacts Facts, string? Widened)
{
    /// <summary>Chooses a type that holds everything that is there, the declared one wherever that does.</summary>
    public static PostgresColumn Of(SourceColumn source, string name, ColumnFacts facts, DeclaredType declared)
    {
        var (kind, type) = Choose(facts, declared);
        var expected = declared.Kind ?? kind;
        var isUsual = kind == expected || expected switch
        {
            // A class of its own in PostgreSQL, and none in SQLite: nothing was promised.
            PostgresKind.Boolean or PostgresKind.Numeric => kind is PostgresKind.Integer or PostgresKind.Real,
            PostgresKind.Date or PostgresKind.Timestamp => kind is PostgresKind.Text or PostgresKind.Date or PostgresKind.Timestamp or PostgresKind.Integer or PostgresKind.Real,
            _ => false,
        };
        var isMixed = new[] { facts.Integers, facts.Reals, facts.Texts, facts.Blobs }.Count(static count => count > 0) > 1 && kind is PostgresKind.Text or PostgresKind.Bytes && facts.Blobs != Held(facts);
        return new PostgresColumn(source, name, kind, type, facts, isUsual && !isMixed ? null : Describe(facts));
    }

    private static long Held(ColumnFacts facts) => facts.Integers + facts.Reals + facts.Texts + facts.Blobs;

    private static (PostgresKind Kind, string Type) Choose(ColumnFacts facts, DeclaredType declared)
    {
        if (declared.Kind is { } kind && (facts.IsEmpty || facts.FitDeclared && facts.Blobs == 0))
            return (kind, declared.Narrow ?? NameOf(kind));
        if (facts.Blobs > 0 || facts.TextsThatAreNone > 0 || facts.IsEmpty)
            return facts.IsEmpty ? (PostgresKind.Text, "text") : (PostgresKind.Bytes, "bytea");
        if (facts.Texts > 0)
            return facts.Texts == Held(facts) && declared.Kind == PostgresKind.Timestamp && facts.AreDates ? (PostgresKind.Date, "date") : (PostgresKind.Text, "text");
        if (facts.Reals == 0)
            return declared.Kind == PostgresKind.Numeric ? (PostgresKind.Numeric, "numeric") : (PostgresKind.Integer, "bigint");
        return declared.Kind == PostgresKind.Numeric && !facts.HasNegativeZero || !facts.AreIntegersExactReals ? (PostgresKind.Numeric, "numeric") : (PostgresKind.Real, "double precision");
    }

    private static string NameOf(PostgresKind kind) => kind switch
    {
        PostgresKind.Boolean => "boolean",
        PostgresKind.Integer => "bigint",
        PostgresKind.Real => "double precision",
        PostgresKind.Numeric => "numeric",
        PostgresKind.Date => "date",
        PostgresKind.Timestamp => "timestamp",
        PostgresKind.Bytes => "bytea",
        _ => "text",
    };

    private static string Describe(ColumnFacts facts) => string.Join(", ", new[]
    {
        (facts.Integers, "integer"), (facts.Reals, "real"), (facts.Texts, "text"), (facts.TextsThatAreNone, "text with NUL or not valid"), (facts.Blobs, "blob"),
    }.Where(static one => one.Item1 > 0).Select(static one => $"{one.Item2}: {one.Item1}"));
}
