using System.Text;
using System.Text.RegularExpressions;
using BackupPortal.Core.Sources;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace BackupPortal.Core.Import.Sql;

/// <summary>Makes a database of SQL as the <c>sqlite3</c> export writes it, and of what the shell's <c>.dump</c> writes. Runs nothing else.</summary>
internal sealed partial class SqlLoading
{
    private const int LongestShown = 80;
    private const int SmallestPage = 512;

    // Kept in memory: the steps of an export, a few bytes each.
    private const int LargestTemporaryBytes = 64 * 1024 * 1024;

    private static readonly string[] Beginnings = ["BEGIN", "COMMIT", "END", "PRAGMA", "CREATE", "INSERT", "REPLACE", "DELETE", "ANALYZE", "DROP"];

    private readonly string file;
    private readonly WorkLimits limits;
    private readonly SqlPermission permission = new();

    private SqlLoading(string file, WorkLimits limits) => (this.file, this.limits) = (file, limits);

    /// <param name="file">Of the new database; must not exist.</param>
    /// <exception cref="UnfitFileException">It is no such SQL, or does what it may not.</exception>
    public static void Run(Stream text, string file, WorkLimits limits) => new SqlLoading(file, limits).Run(text);

    private void Run(Stream text)
    {
        using var database = UntrustedDatabase.Create(file, limits);
        permission.Guard(database.Handle);
        LimitSize(database);
        var statements = new SqlStatements(text, limits);
        var count = 0L;
        for (; statements.TryRead(out var statement); count++)
            RunOne(database, statement, statements.Line);
        if (count == 0)
            throw ImportText.Unfit("SqlNothing");
        // Whoever began and did not commit was cut off.
        if (raw.sqlite3_get_autocommit(database.Handle) == 0)
            throw ImportText.Unfit("SqlCutOff", ImportText.Number(statements.Line));
    }

    private void RunOne(UntrustedDatabase database, ReadOnlySpan<byte> statement, long line)
    {
        limits.ThrowIfOverdue();
        var word = FirstWord(statement);
        if (!Beginnings.Contains(word) || (word == "ANALYZE" && !AnalyzeSchema().IsMatch(TextOf(statement))))
            throw NotAllowed(line, statement);
        try
        {
            if (word is "PRAGMA" && WritableSchema().IsMatch(TextOf(statement)))
                return;
            if (word is "INSERT" && RowOfVirtualTable(statement) is { } made)
                MakeVirtualTable(database, made.Name, made.Sql);
            else
                Execute(database, statement, isMaking: word == "CREATE");
            if (word is "PRAGMA")
                LimitSize(database);
        }
        catch (SqliteException failure)
        {
            throw Explain(failure, line, statement);
        }
    }

    private void Execute(UntrustedDatabase database, ReadOnlySpan<byte> statement, bool isMaking)
    {
        permission.Begin(isMaking);
        database.Check(raw.sqlite3_prepare_v2(database.Handle, statement, out var prepared, out _));
        using (prepared)
            database.Step(prepared);
    }

    /// <summary>The shell writes virtual tables into the schema by hand; here they are made, and what their module puts into them at once is taken out again.</summary>
    private void MakeVirtualTable(UntrustedDatabase database, string name, string sql)
    {
        Execute(database, Encoding.UTF8.GetBytes(sql + "\0"), isMaking: true);
        permission.IsOurs = true;
        var shadows = database.Rows("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow'").OfType<string>().ToList();
        foreach (var shadow in shadows.Where(shadow => shadow.StartsWith(name + "_", StringComparison.OrdinalIgnoreCase)))
            database.Run(Encoding.UTF8.GetBytes($"DELETE FROM main.{SqlIdentifier.Quote(shadow)}"));
        permission.IsOurs = false;
    }

    // Counted in pages, whose size the text may set.
    private void LimitSize(UntrustedDatabase database)
    {
        permission.IsOurs = true;
        var pageSize = long.Parse(database.Rows("PRAGMA page_size").Single()!, System.Globalization.CultureInfo.InvariantCulture);
        database.Run(Encoding.UTF8.GetBytes($"PRAGMA max_page_count={Math.Clamp(limits.LargestBytes / Math.Max(pageSize, SmallestPage), 1, uint.MaxValue / 2)}"));
        var temporary = long.Parse(database.Rows("PRAGMA temp.page_size").Single()!, System.Globalization.CultureInfo.InvariantCulture);
        database.Run(Encoding.UTF8.GetBytes($"PRAGMA temp.max_page_count={LargestTemporaryBytes / Math.Max(temporary, SmallestPage)}"));
        permission.IsOurs = false;
    }

    private Exception Explain(SqliteException failure, long line, ReadOnlySpan<byte> statement)
    {
        if (permission.Refused is { } refused)
            return ImportText.UnfitWith("SqlRefused", "SqlHint", ImportText.Number(line), ImportText.Shown(refused));
        if (failure.SqliteErrorCode == raw.SQLITE_FULL && new FileInfo(file).Length >= limits.LargestBytes - (1 << 20))
            return ImportText.UnfitWith("TooLarge", "TooLargeHint", ImportText.Megabytes(limits.LargestBytes));
        // What is temporary may be full while the disk is not.
        if (failure.SqliteErrorCode == raw.SQLITE_FULL && !ScratchSpace.HasRoom(file))
            return ScratchSpace.Full(file, new FileInfo(file).Length);
        return ImportText.UnfitWith("SqlFailed", "SqlHint", ImportText.Number(line), ImportText.Shown(failure.Message), ShortOf(statement));
    }

    private static UnfitFileException NotAllowed(long line, ReadOnlySpan<byte> statement) =>
        ImportText.UnfitWith("SqlNotAllowed", "SqlHint", ImportText.Number(line), ShortOf(statement));

    private static string ShortOf(ReadOnlySpan<byte> statement) =>
        ImportText.Shown(Encoding.UTF8.GetString(statement[..Math.Min(statement.Length - 1, LongestShown)]).Replace('\n', ' '));

    private static string FirstWord(ReadOnlySpan<byte> statement)
    {
        var length = 0;
        while (length < 16 && char.IsAsciiLetter((char)statement[length]))
            length++;
        return Encoding.ASCII.GetString(statement[..length]).ToUpperInvariant();
    }

    private static (string Name, string Sql)? RowOfVirtualTable(ReadOnlySpan<byte> statement)
    {
        // Looked at before it is made text of: nearly every statement is an INSERT, and hardly one is this.
        if (statement.Length < 32 || (!statement.StartsWith("INSERT INTO sqlite_schema("u8) && !statement.StartsWith("INSERT INTO sqlite_master("u8)))
            return null;
        var match = VirtualTableRow().Match(TextOf(statement));
        return match.Success ? (Unquoted(match.Groups["name"].Value), Unquoted(match.Groups["sql"].Value)) : null;
    }

    private static string TextOf(ReadOnlySpan<byte> statement) => Encoding.UTF8.GetString(statement[..^1]);

    private static string Unquoted(string text) => text.Replace("''", "'", StringComparison.Ordinal);

    [GeneratedRegex(@"\AANALYZE\s+sqlite_(schema|master)\s*;\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AnalyzeSchema();

    [GeneratedRegex(@"\APRAGMA\s+writable_schema\s*=\s*(ON|OFF)\s*;\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex WritableSchema();

    [GeneratedRegex(@"\AINSERT INTO sqlite_(?:schema|master)\(type,name,tbl_name,rootpage,sql\)VALUES\('table','(?<name>(?:[^']|'')*)','(?:[^']|'')*',0,'(?<sql>CREATE VIRTUAL TABLE (?:[^']|'')*)'\);\z")]
    private static partial Regex VirtualTableRow();
}
