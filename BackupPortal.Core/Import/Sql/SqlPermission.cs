using SQLitePCL;

namespace BackupPortal.Core.Import.Sql;

/// <summary>
/// Answers SQLite, for each thing that a statement is about to do, whether it may: just what making and filling tables needs. Whatever is not named here is refused.
/// </summary>
internal sealed class SqlPermission
{
    private static readonly HashSet<string> Pragmas = new(StringComparer.OrdinalIgnoreCase)
    {
        "foreign_keys", "page_size", "encoding", "auto_vacuum", "user_version", "application_id", "data_version", "ignore_check_constraints",
    };

    private static readonly HashSet<string> Modules = new(StringComparer.OrdinalIgnoreCase) { "fts3", "fts4", "fts5", "rtree", "rtree_i32", "geopoly" };

    // What exports write texts and numbers with, and count what came of it.
    private static readonly string[] FunctionsOfExports = ["replace", "char", "unistr", "count", "like"];

    // Not even in a schema: they make files, load programs, or give gigabytes for a number.
    private static readonly HashSet<string> NeverFunctions = new(StringComparer.OrdinalIgnoreCase)
    {
        "load_extension", "fts3_tokenizer", "readfile", "writefile", "edit", "zeroblob", "randomblob",
    };

    private readonly HashSet<string> functions = new(FunctionsOfExports, StringComparer.OrdinalIgnoreCase);
    private bool isMaking;
    private bool isOfModule;

    /// <summary>What was refused last, for a person; null while nothing was.</summary>
    public string? Refused { get; private set; }

    /// <summary>To be told before each statement.</summary>
    /// <param name="making">Whether it makes something: what functions its schema uses, rows may use later.</param>
    public void Begin(bool making) => (isMaking, isOfModule) = (making, false);

    /// <summary>While our own statements run.</summary>
    public bool IsOurs { get; set; }

    public void Guard(sqlite3 handle) =>
        raw.sqlite3_set_authorizer(handle, (delegate_authorizer)((_, action, first, second, place, _) => Answer(action, first.utf8_to_string(), second.utf8_to_string(), place.utf8_to_string())), null);

    private int Answer(int action, string? first, string? second, string? place)
    {
        if (IsOurs || (place is null or "main" && Allows(action, first, second)) || (place == "temp" && AllowsTemporary(action)))
            return raw.SQLITE_OK;
        Refused = $"{NameOf(action)} {first} {second}".Trim();
        return raw.SQLITE_DENY;
    }

    private bool Allows(int action, string? first, string? second) => action switch
    {
        raw.SQLITE_TRANSACTION => first is "BEGIN" or "COMMIT",
        raw.SQLITE_PRAGMA => first is not null && Pragmas.Contains(first),
        raw.SQLITE_CREATE_TABLE or raw.SQLITE_CREATE_INDEX or raw.SQLITE_CREATE_VIEW or raw.SQLITE_CREATE_TRIGGER => true,
        // From here on it is the module that makes its tables.
        raw.SQLITE_CREATE_VTABLE => isOfModule = second is not null && Modules.Contains(second),
        raw.SQLITE_INSERT or raw.SQLITE_DELETE or raw.SQLITE_UPDATE or raw.SQLITE_SELECT or raw.SQLITE_READ or raw.SQLITE_REINDEX or raw.SQLITE_ANALYZE => true,
        raw.SQLITE_FUNCTION => second is not null && AllowsFunction(second),
        _ => false,
    };

    // An export notes its steps in a table that goes with the connection; how much of it there may be is limited.
    private static bool AllowsTemporary(int action) => action is raw.SQLITE_CREATE_TEMP_TABLE or raw.SQLITE_DROP_TEMP_TABLE
        or raw.SQLITE_INSERT or raw.SQLITE_DELETE or raw.SQLITE_UPDATE or raw.SQLITE_SELECT or raw.SQLITE_READ;

    private bool AllowsFunction(string name)
    {
        if (NeverFunctions.Contains(name))
            return isOfModule && name == "zeroblob";
        if (isMaking)
            functions.Add(name);
        return functions.Contains(name);
    }

    private static string NameOf(int action) => action switch
    {
        raw.SQLITE_ATTACH => "ATTACH",
        raw.SQLITE_DETACH => "DETACH",
        raw.SQLITE_PRAGMA => "PRAGMA",
        raw.SQLITE_FUNCTION => "function",
        raw.SQLITE_RECURSIVE => "WITH RECURSIVE",
        raw.SQLITE_CREATE_VTABLE => "CREATE VIRTUAL TABLE",
        raw.SQLITE_ALTER_TABLE => "ALTER TABLE",
        raw.SQLITE_TRANSACTION or raw.SQLITE_SAVEPOINT => "transaction",
        raw.SQLITE_DROP_TABLE or raw.SQLITE_DROP_INDEX or raw.SQLITE_DROP_VIEW or raw.SQLITE_DROP_TRIGGER or raw.SQLITE_DROP_VTABLE => "DROP",
        _ => $"action {action}",
    };
}
