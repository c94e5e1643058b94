using BackupPortal.Core.Demo;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Tests.Cli;

/// <summary>A small demo school whose live data is outside the data root, added by the command line as <c>park</c>.</summary>
internal sealed class CommandLineSchool : IDisposable
{
    private static readonly DemoSchool _school = DemoSchool.Park with { LastGrade = 2, ClassesPerGrade = 2 };

    public CommandLineSchool() => Program = new ProgramUnderTest(Folder["data"]);

    public TestFolder Folder { get; } = new();

    public ProgramUnderTest Program { get; }

    public string Live => Folder["school/app.db"];

    public static long StudentCount => _school.StudentCount;

    public async Task AddAsync()
    {
        await DemoSchoolGenerator.WriteAsync(_school, Live, Folder["school/files"], TestContext.Current.CancellationToken);
        await Program.ReadAsync("tenant", "add", "park", "--name", "Grundschule am Park", "--database", Live, "--files", Folder["school/files"]);
    }

    /// <summary>A number that another day at school changes.</summary>
    public static async Task<long> CountAsync(string database)
    {
        await using var connection = new SqliteConnection($"Data Source={database};Pooling=False;Mode=ReadOnly");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT (SELECT count(*) FROM attendance) * 1000000 + (SELECT count(*) FROM grades) * 1000 + (SELECT count(*) FROM messages)";
        return (long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    public void Dispose() => Folder.Dispose();
}
