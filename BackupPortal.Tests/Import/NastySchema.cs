using System.Text;
using BackupPortal.Tests.Export;

namespace BackupPortal.Tests.Import;

/// <summary>A database with everything that makes exports and imports stumble.</summary>
internal static class NastySchema
{
    public const string Sql = """
        PRAGMA page_size=1024;
        PRAGMA user_version=42;
        CREATE TABLE "group; -- not a comment" ("select" TEXT DEFAULT ('x;y'), [from] INTEGER, `end` REAL);
        INSERT INTO "group; -- not a comment" VALUES ('it''s; /* no */', 1, 1e999), ('-- no', -9223372036854775808, 0.1), (NULL, 2, -1e999);
        CREATE TABLE kept (id TEXT PRIMARY KEY, twice INTEGER GENERATED ALWAYS AS (length(id) * 2) STORED, CHECK (length(id) < 100)) WITHOUT ROWID;
        INSERT INTO kept (id) VALUES ('a'), ('ü' || char(10) || 'b'), ('😀');
        CREATE TABLE strict (a INTEGER, b BLOB, c ANY) STRICT;
        INSERT INTO strict VALUES (1, x'00ff27', 'text'), (2, zeroblob(300), 3.5);
        CREATE TABLE numbered (id INTEGER PRIMARY KEY AUTOINCREMENT, parent INTEGER REFERENCES numbered (id), name TEXT COLLATE NOCASE);
        INSERT INTO numbered (id, name) VALUES (5, 'five'); DELETE FROM numbered WHERE id = 5; INSERT INTO numbered (name) VALUES ('six');
        CREATE TABLE changes (what TEXT);
        CREATE TRIGGER follows AFTER INSERT ON numbered BEGIN
          INSERT INTO changes VALUES (CASE WHEN new.name = 'x;' THEN 'a' ELSE 'END;' END);
          -- END;
          UPDATE changes SET what = 'a; END' WHERE 0;
        END;
        INSERT INTO numbered (name) VALUES ('one'), ('two'), ('three');
        CREATE INDEX by_lower ON numbered (lower(name)) WHERE name IS NOT NULL;
        CREATE VIEW names AS SELECT name, (SELECT count(*) FROM changes) n FROM numbered;
        CREATE VIRTUAL TABLE search USING fts5(body, tokenize = 'porter ascii');
        INSERT INTO search VALUES ('the quick brown fox'), ('it''s a lazy dog');
        CREATE VIRTUAL TABLE old USING fts4(body);
        INSERT INTO old VALUES ('words of old');
        CREATE VIRTUAL TABLE places USING rtree(id, minX, maxX);
        INSERT INTO places VALUES (1, 0, 1), (2, 5, 6);
        ANALYZE;
        """;

    /// <summary>What the sqlite3 program's <c>.dump</c> says of it.</summary>
    public static async Task<byte[]> DumpAsync(string database) => Encoding.UTF8.GetBytes(await StockTool.RunAsync("sqlite3", database, ".dump"));
}
