using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text;
using BackupPortal.Core.Import;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Sources;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Import;

/// <summary>Thousands of files that were once good: each ends in a database or in words, in time, and writes nowhere else.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class MutatedFilesTests
{
    private const int PreparedInputs = 2_000;
    private const int ImportedInputs = 120;
    private static readonly TimeSpan LongestInput = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static int Seed => int.TryParse(Environment.GetEnvironmentVariable("BACKUPPORTAL_FUZZ_SEED"), out var seed) ? seed : 20261122;

    [Fact]
    public void Prepare_MutatedFiles_EndsInADatabaseOrInWords()
    {
        using var folder = TestFolder.InMemory(200_000_000);
        var samples = Samples();
        for (var number = 0; number < PreparedInputs; number++)
        {
            var (seed, begun) = (Seed + number, Stopwatch.GetTimestamp());
            var scratch = Directory.CreateDirectory(folder["scratch"]).FullName;
            File.WriteAllBytes(folder["input"], Mutate(samples[number % samples.Count], new Random(seed)));
            try
            {
                using var file = IncomingFile.Open(folder["input"], new ExcludedFiles([]));
                var limits = new WorkLimits(new ImportOptions { Patience = TimeSpan.FromSeconds(5), LargestUnpackedBytes = 20_000_000 }, TimeProvider.System, file.Length, Token);
                new ImportPreparation(file, scratch, limits).Run(static _ => { }, static _ => { }, static (_, _) => { });
            }
            catch (PortalException known)
            {
                Assert.NotNull(known.Hint);
            }
            catch (Exception unknown)
            {
                Assert.Fail($"seed {seed}: {unknown}");
            }
            Assert.True(Stopwatch.GetElapsedTime(begun) < LongestInput, $"seed {seed} took {Stopwatch.GetElapsedTime(begun)}");
            Assert.True(Directory.GetFileSystemEntries(folder.Path).Length == 2, $"seed {seed} wrote beside the scratch folder");
            Directory.Delete(scratch, recursive: true);
        }
    }

    [Fact]
    public async Task Import_MutatedFiles_NeverCrashesAndLeavesNothing()
    {
        await using var world = await ImportWorld.CreateAsync(options => options.LargestUnpackedBytes = 20_000_000);
        var samples = Samples();
        for (var number = 0; number < ImportedInputs; number++)
        {
            var seed = Seed - 1 - number;
            var view = await world.RunAsync(world.Outside("input", Mutate(samples[number % samples.Count], new Random(seed))));
            Assert.True(view.State is OperationState.Succeeded or OperationState.Failed && view.Error?.Key != "Unexpected", $"seed {seed}: {view.State} {view.Error}");
            world.AssertNothingIsLeft();
        }
    }

    private static List<byte[]> Samples()
    {
        using var folder = new TestFolder();
        TestDatabase.Create(folder["made.db"], """
            PRAGMA page_size=1024; CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT CHECK (length(name) < 99), b AS (upper(name)));
            CREATE INDEX i ON t (lower(name)); CREATE VIEW v AS SELECT * FROM t; CREATE TRIGGER r AFTER DELETE ON t BEGIN SELECT 1; END;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60) INSERT INTO t (name) SELECT 'pupil ' || i FROM n;
            CREATE TABLE w (k TEXT PRIMARY KEY, v BLOB) WITHOUT ROWID; INSERT INTO w VALUES ('long', zeroblob(3000)), ('short', x'00ff');
            """);
        var database = File.ReadAllBytes(folder["made.db"]);
        var sql = Encoding.UTF8.GetBytes("PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE \"t; x\" (id INTEGER PRIMARY KEY, name TEXT DEFAULT ('a''b'), b BLOB);\n"
            + string.Concat(Enumerable.Range(1, 40).Select(static one => $"INSERT INTO \"t; x\" VALUES({one},'pupil {one} -- ; /*',X'00ff{one:x4}');\n"))
            + "CREATE VIRTUAL TABLE f USING fts5(body);\nCREATE TRIGGER r AFTER DELETE ON \"t; x\" BEGIN\n  SELECT 1; -- END;\nEND;\nCREATE VIEW v AS SELECT 1 /* x */;\nCOMMIT;\n");
        var zip = new TestZip().Add("README.txt", "how to").Add("app.db", database).Add("files/", "", TestZip.Folder).Add("files/a.txt", "live")
            .Add("files/deep/b.bin", new byte[500]).Add("files/link", "a.txt", TestZip.Link).ToBytes(comment: "a comment");
        return [zip, database, sql, ImportTests.Gzip(sql), zip, ImportTests.Gzip(database)];
    }

    private static byte[] Mutate(byte[] sample, Random random)
    {
        var mutated = sample.ToList();
        for (var times = random.Next(1, 4); times > 0 && mutated.Count > 0; times--)
        {
            var at = random.Next(mutated.Count);
            switch (random.Next(8))
            {
                case 0:
                    mutated[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    mutated.RemoveRange(at, mutated.Count - at);
                    break;
                case 2:
                    mutated.RemoveRange(at, Math.Min(random.Next(1, 64), mutated.Count - at));
                    break;
                case 3:
                    mutated.InsertRange(at, mutated.GetRange(random.Next(mutated.Count), 1));
                    break;
                case 4:
                    // A piece of it elsewhere.
                    var from = random.Next(mutated.Count);
                    mutated.InsertRange(at, mutated.GetRange(from, Math.Min(random.Next(1, 200), mutated.Count - from)));
                    break;
                case 5:
                    // A length or an offset that is far too large.
                    for (var one = at; one < Math.Min(at + 4, mutated.Count); one++)
                        mutated[one] = (byte)(random.Next(2) == 0 ? 0xFF : random.Next(256));
                    break;
                case 6:
                    // The end of a ZIP, where its directory is; the header of a database is hit by chance often enough.
                    mutated[Math.Max(0, mutated.Count - 1 - random.Next(400))] = (byte)random.Next(256);
                    break;
                default:
                    mutated[random.Next(Math.Min(120, mutated.Count))] = (byte)random.Next(256);
                    break;
            }
        }
        return [.. mutated];
    }
}
