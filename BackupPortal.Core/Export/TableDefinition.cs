namespace BackupPortal.Core.Export;

/// <summary>What SQLite tells of a table nowhere but in the text of its schema.</summary>
/// <param name="Checks">Expressions, without the brackets around them.</param>
/// <param name="Generated">Expressions of computed columns, by name in lower case.</param>
internal sealed record TableDefinition(IReadOnlyList<IReadOnlyList<SqlToken>> Checks, IReadOnlyDictionary<string, IReadOnlyList<SqlToken>> Generated)
{
    /// <param name="sql">As SQLite keeps it.</param>
    public static TableDefinition Read(string sql)
    {
        var checks = new List<IReadOnlyList<SqlToken>>();
        var generated = new Dictionary<string, IReadOnlyList<SqlToken>>();
        var tokens = SqlToken.Read(sql).Where(static token => token.IsCode).ToList();
        foreach (var part in Split(Within(tokens, tokens.FindIndex(static token => token.Is("(")))))
        {
            var depth = 0;
            for (var i = 0; i < part.Count; i++)
            {
                if (depth == 0 && i + 1 < part.Count && part[i + 1].Is("("))
                {
                    if (part[i].Is("CHECK"))
                        checks.Add(Within(part, i + 1));
                    else if (part[i].Is("AS"))
                        generated[part[0].Unquoted.ToLowerInvariant()] = Within(part, i + 1);
                }
                depth += part[i].Is("(") ? 1 : part[i].Is(")") ? -1 : 0;
            }
        }
        return new TableDefinition(checks, generated);
    }

    /// <summary>What is between a bracket and the one that closes it; nothing where there is none.</summary>
    public static IReadOnlyList<SqlToken> Within(IReadOnlyList<SqlToken> tokens, int bracket)
    {
        var depth = 0;
        for (var i = Math.Max(0, bracket); bracket >= 0 && i < tokens.Count; i++)
        {
            depth += tokens[i].Is("(") ? 1 : tokens[i].Is(")") ? -1 : 0;
            if (depth == 0)
                return [.. tokens.Skip(bracket + 1).Take(i - bracket - 1)];
        }
        return [];
    }

    /// <summary>Parts between commas that are in no brackets.</summary>
    public static IEnumerable<IReadOnlyList<SqlToken>> Split(IReadOnlyList<SqlToken> tokens)
    {
        var part = new List<SqlToken>();
        var depth = 0;
        foreach (var token in tokens)
        {
            depth += token.Is("(") ? 1 : token.Is(")") ? -1 : 0;
            if (depth == 0 && token.Is(","))
            {
                yield return part;
                part = [];
            }
            else
            {
                part.Add(token);
            }
        }
        if (part.Count > 0)
            yield return part;
    }
}
