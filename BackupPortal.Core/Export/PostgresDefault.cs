using System.Globalization;
using System.Text;

namespace BackupPortal.Core.Export;

/// <summary>Translates defaults of columns.</summary>
internal static class PostgresDefault
{
    private const string Now = "now() AT TIME ZONE 'UTC'";

    /// <returns>SQL; empty for none; null where there is one that cannot be translated.</returns>
    public static string? Of(PostgresColumn column)
    {
        if (column.Source.Default is not { } text)
            return "";
        var tokens = SqlToken.Read(text).Where(static token => token.IsCode).ToList();
        while (tokens.Count > 2 && tokens[0].Is("(") && TableDefinition.Within(tokens, 0).Count == tokens.Count - 2)
            tokens = [.. tokens.Skip(1).SkipLast(1)];
        var isNegative = tokens.Count == 2 && tokens[0].Is("-");
        if (tokens.Count == 2 && (isNegative || tokens[0].Is("+")))
            tokens.RemoveAt(0);
        return tokens is not [var value] ? null
            : value.Is("NULL") ? ""
            : value.Kind == SqlTokenKind.Number ? Number(column.Kind, (isNegative ? "-" : "") + value.Text)
            : isNegative ? null
            : value.Kind is SqlTokenKind.Text or SqlTokenKind.Quoted ? Text(column.Kind, value.Unquoted)
            : value.Kind == SqlTokenKind.Word ? Word(column.Kind, value)
            : null;
    }

    private static string? Number(PostgresKind kind, string number) => kind switch
    {
        PostgresKind.Integer when long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) => number,
        PostgresKind.Boolean when number is "0" or "1" => number == "1" ? "true" : "false",
        PostgresKind.Real or PostgresKind.Numeric when double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out _) => number,
        PostgresKind.Text => PostgresText.Literal(number),
        _ => null,
    };

    private static string? Text(PostgresKind kind, string text) => kind switch
    {
        PostgresKind.Text => PostgresText.Literal(text),
        PostgresKind.Date when PostgresTime.IsDate(Encoding.UTF8.GetBytes(text)) => PostgresText.Literal(text),
        PostgresKind.Timestamp when PostgresTime.IsTimestamp(Encoding.UTF8.GetBytes(text)) => PostgresText.Literal(text),
        PostgresKind.Text or PostgresKind.Date or PostgresKind.Timestamp or PostgresKind.Bytes => null,
        _ => Number(kind, text),
    };

    private static string? Word(PostgresKind kind, SqlToken word) => kind switch
    {
        PostgresKind.Boolean when word.Is("TRUE") || word.Is("FALSE") => word.Text.ToLowerInvariant(),
        PostgresKind.Integer when word.Is("TRUE") || word.Is("FALSE") => word.Is("TRUE") ? "1" : "0",
        PostgresKind.Timestamp when word.Is("CURRENT_TIMESTAMP") => $"date_trunc('second', {Now})",
        PostgresKind.Date when word.Is("CURRENT_DATE") => $"({Now})::date",
        PostgresKind.Text when word.Is("CURRENT_TIMESTAMP") => $"to_char({Now}, 'YYYY-MM-DD HH24:MI:SS')",
        PostgresKind.Text when word.Is("CURRENT_DATE") => $"to_char({Now}, 'YYYY-MM-DD')",
        PostgresKind.Text when word.Is("CURRENT_TIME") => $"to_char({Now}, 'HH24:MI:SS')",
        _ => null,
    };
}
