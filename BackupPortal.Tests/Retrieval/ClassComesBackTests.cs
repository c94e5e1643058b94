using BackupPortal.Core.Demo;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Retrieval;
using BackupPortal.Tests.Scenarios;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Retrieval;

/// <summary>A school deletes a class by mistake, goes on for a day, and gets the class back.</summary>
public sealed class ClassComesBackTests
{
    private static readonly string[] Tables = ["classes", "students", "guardians", "lessons", "grades", "attendance", "messages", "certificates"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Class_DeletedADayAgo_ComesBackBesideTheOtherWork()
    {
        await using var world = await RestoreWorld.CreateAsync();
        File.Delete(world.Database);
        await DemoSchoolGenerator.WriteAsync(DemoSchool.Park with { StudentsPerClass = 12 }, world.Database, world.Files, Token);
        var then = await world.BackupAsync();
        var ofClass = CountsOfClass(world);
        Assert.All(ofClass.Values, count => Assert.True(count > 0, string.Join(", ", ofClass)));
        world.Execute(
            """
            PRAGMA foreign_keys = ON;
            DELETE FROM messages WHERE guardian_id IN (SELECT id FROM guardians WHERE student_id IN (SELECT id FROM students WHERE class_id = 5));
            DELETE FROM students WHERE class_id = 5; DELETE FROM lessons WHERE class_id = 5; DELETE FROM classes WHERE id = 5;
            """);
        Assert.All(CountsOfClass(world).Values, static count => Assert.Equal(0, count));
        await DemoDay.LiveAsync(world.Database, seed: 3, Token);
        var others = OtherRows(world);

        var done = await world.SucceedAsync(OperationKind.Retrieve, new RetrievalArguments(then.Value, ["classes"], "id = 5", WithDependents: true).ToJson());

        Assert.Equal(ofClass, CountsOfClass(world));
        Assert.Equal(others, OtherRows(world));
        Assert.Null(done.Outcome!.Downtime);
        Assert.Equal("ok", TestDatabase.Scalar(world.Database, "PRAGMA integrity_check"));
        Assert.Null(TestDatabase.Scalar(world.Database, "SELECT 1 FROM pragma_foreign_key_check LIMIT 1"));
    }

    private static Dictionary<string, long> CountsOfClass(RestoreWorld world)
    {
        using var live = TestDatabase.Open(world.Database);
        return Tables.ToDictionary(table => table, table => (long)TestDatabase.Scalar(live, $"SELECT count(*) FROM {table} WHERE {OfClass(table)}")!);
    }

    /// <summary>Every row of the school that is not the class's, with all that is in it.</summary>
    private static string OtherRows(RestoreWorld world)
    {
        using var live = TestDatabase.Open(world.Database);
        return string.Join('\n', Tables.Select(table =>
        {
            var columns = (string)TestDatabase.Scalar(live, $"SELECT group_concat('quote(' || name || ')', ' || ') FROM pragma_table_info('{table}')")!;
            return $"{table} {TestDatabase.Scalar(live, $"SELECT count(*) || ' ' || sum(length({columns})) || ' ' || hex(group_concat({columns})) FROM (SELECT * FROM {table} WHERE NOT ({OfClass(table)}) ORDER BY id)")}";
        }));
    }

    private static string OfClass(string table) => table switch
    {
        "classes" => "id = 5",
        "students" or "lessons" => "class_id = 5",
        "messages" => "coalesce(guardian_id IN (SELECT id FROM guardians WHERE student_id IN (SELECT id FROM students WHERE class_id = 5)), 0)",
        _ => "student_id IN (SELECT id FROM students WHERE class_id = 5)",
    };
}
