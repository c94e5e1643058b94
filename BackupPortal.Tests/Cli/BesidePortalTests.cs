using System.Diagnostics;
using BackupPortal.Core.Operations;

namespace BackupPortal.Tests.Cli;

/// <summary>The portal and the command line on one data root at the same time, as processes.</summary>
public sealed class BesidePortalTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly ProgramUnderTest _program;

    public BesidePortalTests() => _program = new ProgramUnderTest(_folder["data"]);

    [Fact]
    public async Task Serve_NewInstallation_ListensTellsTheSetUpCodeAndStopsCleanly()
    {
        using var portal = _program.Start("serve", "--urls", "http://127.0.0.1:0");
        try
        {
            await ProgramUnderTest.WaitForLineAsync(portal.StandardOutput, "set-up code: ");
            var address = AddressIn(await ProgramUnderTest.WaitForLineAsync(portal.StandardOutput, "listens on"));
            using var client = new HttpClient { BaseAddress = address };

            Assert.Equal("Healthy", await client.GetStringAsync("/healthz", TestContext.Current.CancellationToken));

            await ProgramUnderTest.InterruptAsync(portal);
            Assert.Equal(0, (await ProgramUnderTest.EndAsync(portal)).ExitCode);
        }
        finally
        {
            Stop(portal);
        }
    }

    [Fact]
    public async Task Serve_MaintenanceSetByHandBefore_IsLiftedAtStart()
    {
        await _program.ReadAsync("tenant", "add", "goethe", "--name", "Goethe-Gymnasium");
        await _program.ReadAsync("maintenance", "goethe", "on");
        using var portal = _program.Start("serve", "--urls", "http://127.0.0.1:0");
        try
        {
            await ProgramUnderTest.WaitForLineAsync(portal.StandardOutput, "listens on");

            Assert.False((await _program.ReadAsync("maintenance", "goethe", "status")).GetProperty("on").GetBoolean());
        }
        finally
        {
            Stop(portal);
        }
    }

    [Fact]
    public async Task Backup_PortalRunsAndAnotherBackupToo_BothSucceed()
    {
        using var school = new CommandLineSchool();
        await school.AddAsync();
        using var portal = school.Program.Start("serve", "--urls", "http://127.0.0.1:0");
        try
        {
            await ProgramUnderTest.WaitForLineAsync(portal.StandardOutput, "listens on");

            var backups = await Task.WhenAll(school.Program.ReadAsync("backup", "park"), school.Program.ReadAsync("backup", "park"));

            Assert.All(backups, backup => Assert.Equal("succeeded", backup.GetProperty("state").GetString()));
            Assert.Equal(2, (await school.Program.ReadAsync("list", "park")).GetArrayLength());
            Assert.False(portal.HasExited);
        }
        finally
        {
            Stop(portal);
        }
    }

    [Fact]
    public async Task Backup_LeaseHeldElsewhere_WaitsSaysSoAndCanBeCancelled()
    {
        await _program.ReadAsync("tenant", "add", "goethe", "--name", "Goethe-Gymnasium");
        var lease = Path.Combine(_folder["data"], "tenants", "goethe", "backups", "lease");
        await using var held = new FileStream(lease, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

        using var backup = _program.Start("backup", "goethe", "--json");
        await ProgramUnderTest.WaitForLineAsync(backup.StandardError, "waiting");
        await ProgramUnderTest.InterruptAsync(backup);
        var result = await ProgramUnderTest.EndAsync(backup);

        Assert.Equal(1, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.Contains("error: Cancelled", result.Errors, StringComparison.Ordinal);
        Assert.Equal(nameof(OperationState.Cancelled), await StateOfLastOperationAsync());
    }

    public void Dispose() => _folder.Dispose();

    private async Task<string?> StateOfLastOperationAsync()
    {
        await using var catalog = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={_folder["data/portal.db"]};Pooling=False");
        await catalog.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = catalog.CreateCommand();
        command.CommandText = "SELECT State FROM operations ORDER BY rowid DESC LIMIT 1";
        return (string?)await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }

    private static Uri AddressIn(string line) => new(line.Split(' ').First(word => word.StartsWith("http://", StringComparison.Ordinal)));

    private static void Stop(Process portal)
    {
        if (!portal.HasExited)
            portal.Kill(entireProcessTree: true);
    }
}
