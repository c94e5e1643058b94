using System.Text;

namespace BackupPortal.Core.Export;

/// <summary>Translates expressions of SQLite that mean the same in PostgreSQL, and no others.</summary>
internal static class PostgresExpression
{
    private static readonly string[] words = ["AND", "OR", "NOT", "NULL", "IN", "BETWEEN", "CASE", "WHEN", "THEN", "ELSE", "END"];
    private static readonly string[] symbols = ["(", ")", ",", "+", "-", "*", "||", "=", "<>", "!=", "<", ">", "<=", ">="];

    private static readonly Dictionary<string, string> functions = new(StringComparer.OrdinalIgnoreCase)
    {
        ["lower"] = "lower",
        ["upper"] = "upper",
        ["length"] = "length",
        ["abs"] = "abs",
        ["coalesce"] = "coalesce",
        ["ifnull"] = "coalesce",
        ["nullif"] = "nullif",
        ["trim"] = "trim",
        ["ltrim"] = "ltrim",
        ["rtrim"] = "rtrim",
        ["substr"] = "substr",
        ["substring"] = "substr",
    };

    /// <returns>Null where something in it is not sure to mean the same.</returns>
    public static string? Translate(IReadOnlyList<SqlToken> tokens, PostgresTable table)
    {
        var sql = new StringBuilder();
        for (var i = 0; i < tokens.Count; i++)
        {
            if (One(tokens, i, table) is not { } one)
                return null;
            sql.Append(sql.Length > 0 ? " " : "").Append(one);
        }
        return sql.Length == 0 ? null : sql.ToString();
    }

    private static string? One(IReadOnlyList<SqlToken> tokens, int i, PostgresTable table)
    {
        var token = tokens[i];
        var isCall = i + 1 < tokens.Count && tokens[i + 1].Is("(");
        switch (token.Kind)
        {
            case SqlTokenKind.Number:
                return token.Text.All(static c => char.IsAsciiDigit(c) || c is '.' or 'e' or 'E' or '+' or '-') ? token.Text : null;
            case SqlTokenKind.Text:
                return token.Text;
            case SqlTokenKind.Symbol when token.Is("=="):
                return "=";
            case SqlTokenKind.Symbol:
                return symbols.Contains(token.Text) ? token.Text : null;
            case SqlTokenKind.Word when token.Is("IS"):
                var next = tokens.Skip(i + 1).SkipWhile(static one => one.Is("NOT")).FirstOrDefault();
                return next.Kind == SqlTokenKind.Word && next.Is("NULL") ? "IS" : null;
            case SqlTokenKind.Word when token.Is("ISNULL"):
                return "IS NULL";
            case SqlTokenKind.Word when token.Is("NOTNULL"):
                return "IS NOT NULL";
            case SqlTokenKind.Word when words.Contains(token.Text, StringComparer.OrdinalIgnoreCase):
                return token.Text.ToUpperInvariant();
            case SqlTokenKind.Word when isCall:
                return functions.GetValueOrDefault(token.Text);
            case SqlTokenKind.Word or SqlTokenKind.Quoted:
                return table.Find(token.Unquoted) is { } column ? Column(column) : null;
            default:
                return null;
        }
    }

    // SQLite's truth values are numbers.
    private static string Column(PostgresColumn column) =>
        column.Kind == PostgresKind.Boolean ? $"{PostgresText.Quote(column.Name)}::int" : PostgresText.Quote(column.Name);
}
