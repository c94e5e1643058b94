using System.Diagnostics;
using System.Text.Json;

namespace BackupPortal.Tests.MaintenanceMode;

/// <summary>A school's own application: a process that has the school's database open and writes a row for each request.</summary>
internal sealed class SchoolApplication : IDisposable
{
    private readonly Process process;
    private readonly HttpClient client;

    private SchoolApplication(Process process, Uri address)
    {
        this.process = process;
        Address = address;
        client = new HttpClient { BaseAddress = address };
    }

    public Uri Address { get; }

    public int ProcessId => process.Id;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<SchoolApplication> StartAsync(string database)
    {
        var script = Path.Combine(ProgramUnderTest.Root, "BackupPortal.Tests", "MaintenanceMode", "school-app.py");
        var process = Process.Start(new ProcessStartInfo("python3", [script, database]) { RedirectStandardOutput = true })!;
        var line = await ProgramUnderTest.WaitForLineAsync(process.StandardOutput, "listens on");
        return new SchoolApplication(process, new Uri(line.Split(' ')[^1]));
    }

    /// <summary>Begins to write, and is not done before <see cref="LetGoAsync"/>.</summary>
    public Task HoldAsync() => client.GetStringAsync("/-hold", Cancel);

    public Task LetGoAsync() => client.GetStringAsync("/-let-go", Cancel);

    /// <summary>When requests came in.</summary>
    public async Task<IReadOnlyList<DateTimeOffset>> ArrivalsAsync()
    {
        var seconds = JsonSerializer.Deserialize<double[]>(await client.GetStringAsync("/-arrivals", Cancel))!;
        return [.. seconds.Select(one => DateTimeOffset.UnixEpoch.AddSeconds(one))];
    }

    public void Dispose()
    {
        client.Dispose();
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
    }
}
