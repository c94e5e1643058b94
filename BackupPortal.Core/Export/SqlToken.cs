namespace BackupPortal.Core.Export;

/// <summary>A word of SQL, as SQLite parts it.</summary>
/// <param name="Text">As it stands there, quotes included.</param>
internal readonly record struct SqlToken(SqlTokenKind Kind, string Text)
{
    public bool IsCode => Kind is not SqlTokenKind.Space and not SqlTokenKind.LineComment and not SqlTokenKind.BlockComment;

    public bool Is(string word) => Kind is SqlTokenKind.Word or SqlTokenKind.Symbol && Text.Equals(word, StringComparison.OrdinalIgnoreCase);

    /// <summary>What is in the quotes; the word itself where there are none.</summary>
    public string Unquoted => Text.Length < 2 ? Text : Text[0] switch
    {
        '"' or '\'' or '`' when Text[^1] == Text[0] => Text[1..^1].Replace($"{Text[0]}{Text[0]}", $"{Text[0]}", StringComparison.Ordinal),
        '[' when Text[^1] == ']' => Text[1..^1],
        _ => Text,
    };

    /// <summary>Parts a statement, also one that is not complete. Together the tokens are the whole statement.</summary>
    public static IEnumerable<SqlToken> Read(string sql)
    {
        for (var start = 0; start < sql.Length;)
        {
            var (kind, end) = Next(sql, start);
            yield return new SqlToken(kind, sql[start..end]);
            start = end;
        }
    }

    private static (SqlTokenKind Kind, int End) Next(string sql, int start)
    {
        var next = start + 1 < sql.Length ? sql[start + 1] : '\0';
        switch (sql[start])
        {
            case ' ' or '\t' or '\n' or '\f' or '\r':
                return (SqlTokenKind.Space, While(sql, start, static c => c is ' ' or '\t' or '\n' or '\f' or '\r'));
            case '-' when next == '-':
                return (SqlTokenKind.LineComment, Behind(sql, '\n', start + 2, inclusive: false));
            case '/' when next == '*':
                var end = start + 2 < sql.Length ? sql.IndexOf("*/", start + 2, StringComparison.Ordinal) : -1;
                return (SqlTokenKind.BlockComment, end < 0 ? sql.Length : end + 2);
            case '\'':
                return (SqlTokenKind.Text, BehindQuote(sql, start));
            case '"' or '`':
                return (SqlTokenKind.Quoted, BehindQuote(sql, start));
            case '[':
                return (SqlTokenKind.Quoted, Behind(sql, ']', start + 1, inclusive: true));
            case 'x' or 'X' when next == '\'':
                return (SqlTokenKind.Blob, BehindQuote(sql, start + 1));
            case var digit when char.IsAsciiDigit(digit) || digit == '.' && char.IsAsciiDigit(next):
                return (SqlTokenKind.Number, BehindNumber(sql, start));
            case var letter when IsWord(letter):
                return (SqlTokenKind.Word, While(sql, start, IsWord));
            default:
                var isPair = next != '\0' && sql.AsSpan(start, 2) is "||" or "<=" or ">=" or "<>" or "!=" or "==" or "<<" or ">>" or "->";
                return (SqlTokenKind.Symbol, start + (isPair ? 2 : 1));
        }
    }

    private static bool IsWord(char one) => char.IsAsciiLetterOrDigit(one) || one is '_' or '$' || one >= 0x80;

    private static int While(string sql, int from, Func<char, bool> belongs)
    {
        while (from < sql.Length && belongs(sql[from]))
            from++;
        return from;
    }

    private static int Behind(string sql, char last, int from, bool inclusive)
    {
        var at = from < sql.Length ? sql.IndexOf(last, from) : -1;
        return at < 0 ? sql.Length : inclusive ? at + 1 : at;
    }

    private static int BehindQuote(string sql, int start)
    {
        for (var at = start + 1; at < sql.Length; at++)
        {
            if (sql[at] != sql[start])
                continue;
            if (at + 1 < sql.Length && sql[at + 1] == sql[start])
                at++;
            else
                return at + 1;
        }
        return sql.Length;
    }

    private static int BehindNumber(string sql, int start)
    {
        var at = While(sql, start, static c => char.IsAsciiLetterOrDigit(c) || c == '.');
        return at < sql.Length && sql[at] is '+' or '-' && sql[at - 1] is 'e' or 'E' && !sql.AsSpan(start).StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? While(sql, at + 1, char.IsAsciiDigit)
            : at;
    }
}

internal enum SqlTokenKind
{
    Word,
    Quoted,
    Text,
    Blob,
    Number,
    Symbol,
    Space,
    LineComment,
    BlockComment,
}
