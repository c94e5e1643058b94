using System.Diagnostics;
using System.Text.Json;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Scenarios;

/// <summary>A school's application as a process of its own: keeps a database open, reads all of a table again and again, and notes what it finds.</summary>
internal sealed class ReadingProcess : IDisposable
{
    public const string Argument = "--reading-process";

    private readonly Process process;

    private ReadingProcess(Process process) => this.process = process;

    /// <summary>Starts it, and waits until it has read for the first time.</summary>
    public static async Task<ReadingProcess> StartAsync(string database)
    {
        var reading = new ReadingProcess(Process.Start(ChildProcess.Program(Argument, database))!);
        Assert.Equal("reading", await reading.ReadLineAsync());
        return reading;
    }

    /// <summary>Lets it write one row more and end.</summary>
    /// <returns>How often it found what: the kinds of rows and their number.</returns>
    public async Task<Dictionary<string, int>> EndAsync()
    {
        process.StandardInput.Close();
        var found = JsonSerializer.Deserialize<Dictionary<string, int>>(await ReadLineAsync())!;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return found;
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
    }

    public static async Task RunAsync(string database)
    {
        using var connection = TestDatabase.Open(database);
        var found = new Dictionary<string, int>();
        // What the console gives is read synchronously, whatever its name says.
        var ending = Task.Run(Console.In.ReadToEnd);
        do
        {
            var seen = (string)TestDatabase.Scalar(connection, "SELECT group_concat(value || ' ' || n, ', ') FROM (SELECT value, count(*) n FROM state GROUP BY value)")!;
            found[seen] = found.GetValueOrDefault(seen) + 1;
            if (found.Values.Sum() == 1)
                Console.WriteLine("reading");
        }
        while (!ending.IsCompleted);
        TestDatabase.Execute(connection, "INSERT INTO state (value) VALUES ('written later')");
        Console.WriteLine(JsonSerializer.Serialize(found));
        await ending;
    }

    private async Task<string> ReadLineAsync()
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        bound.CancelAfter(ChildProcess.AtMost);
        return await process.StandardOutput.ReadLineAsync(bound.Token) ?? await process.StandardError.ReadToEndAsync(bound.Token);
    }
}
