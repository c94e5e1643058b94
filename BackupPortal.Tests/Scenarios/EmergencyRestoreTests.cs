using System.Diagnostics;
using System.Text.RegularExpressions;
using BackupPortal.Core.Backup;
using BackupPortal.Core.Encryption;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;
using BackupPortal.Tests.Catalog;
using BackupPortal.Tests.MaintenanceMode;
using BackupPortal.Tests.Sources;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Tests.Scenarios;

/// <summary>
/// Types what docs/emergency-restore.md says into a real shell, with nothing changed but places and the names of services: the application is a process that is killed with a
/// full write-ahead log beside its database.
/// </summary>
public sealed partial class EmergencyRestoreTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly string _key = MasterKey.Create().Reveal();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Way 1: the command line", "whole", false)]
    [InlineData("Way 1: the command line", "damaged", false)]
    [InlineData("The catalog is lost", "whole", false)]
    [InlineData("Way 2: the backups alone", "plain", false)]
    [InlineData("Way 2: the backups alone", "encrypted", true)]
    [InlineData("Way 3: a local copy", "plain", false)]
    public async Task Commands_OfTheDocument_BringTheSchoolBack(string way, string variant, bool isEncrypted)
    {
        var tenant = await BackUpAsync(isEncrypted, withCopy: way.Contains('3', StringComparison.Ordinal));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(tenant.DatabasePath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        var damaged = variant == "damaged";
        using (var application = await SchoolApplication.StartAsync(tenant.DatabasePath))
        {
            using var user = new HttpClient { BaseAddress = application.Address };
            await user.GetStringAsync("/lost", Cancel);
            File.WriteAllText(Path.Combine(tenant.FilesPath, "letter.txt"), "ruined");
            await WriteToolsAsync(application.ProcessId);
            Assert.True(new FileInfo(tenant.DatabasePath + "-wal").Length > 0);
            if (damaged)
                await DamageAsync(tenant.DatabasePath);
            if (way == "The catalog is lost")
                LoseCatalog();

            var sections = new List<string> { "First", way };
            if (way == "The catalog is lost")
                sections.Add("Way 1: the command line");
            else if (!way.Contains('1', StringComparison.Ordinal))
                sections.Add("Put it in place");
            sections.Add("Start again");
            var printed = await TypeAsync(sections, variant);

            Assert.Contains("nobody", printed, StringComparison.Ordinal);
            Assert.Contains("\nok\n", printed, StringComparison.Ordinal);
        }

        Assert.Equal("stop school-app\nstop backupportal\nstart backupportal\nstart school-app\n", await File.ReadAllTextAsync(_folder["services"], Cancel));
        await CheckSchoolAsync(tenant);
        if (MovesAside(way))
        {
            var old = Assert.Single(Directory.GetDirectories(_folder["data/emergency"], "old-*"));
            Assert.Equal("lost", TestDatabase.Scalar(Path.Combine(old, "app.db"), "SELECT path FROM visits")?.ToString()?.Trim('/'));
            Assert.Equal("ruined", await File.ReadAllTextAsync(Path.Combine(old, "files", "letter.txt"), Cancel));
        }

        if (way == "The catalog is lost")
            await CheckPortalAsync();

        static bool MovesAside(string way) => way.Contains('2', StringComparison.Ordinal) || way.Contains('3', StringComparison.Ordinal);
    }

    [Fact]
    public void Commands_OfTheGermanDocument_AreTheSame()
    {
        var (english, german) = (CommandsOf("emergency-restore.md"), CommandsOf("emergency-restore.de.md"));

        Assert.NotEmpty(english);
        Assert.Equal(english, german);

        static List<string> CommandsOf(string name) =>
            [.. Block().Matches(File.ReadAllText(Path.Combine(ProgramUnderTest.Root, "docs", name))).Select(block => block.Value)];
    }

    // By a third party, and by the application itself, which starts on it.
    private static async Task CheckSchoolAsync(Tenant tenant)
    {
        Assert.Equal(0L, TestDatabase.Scalar(tenant.DatabasePath, "SELECT count(*) FROM visits"));
        Assert.Equal("dear parents", await File.ReadAllTextAsync(Path.Combine(tenant.FilesPath, "letter.txt"), Cancel));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(tenant.DatabasePath));
        using var application = await SchoolApplication.StartAsync(tenant.DatabasePath);
        using var user = new HttpClient { BaseAddress = application.Address };
        Assert.StartsWith("the application", await user.GetStringAsync("/", Cancel), StringComparison.Ordinal);
    }

    private async Task CheckPortalAsync()
    {
        using var portal = new ProgramUnderTest(_folder["data"]).Start("serve", "--urls", "http://127.0.0.1:0");
        try
        {
            await ProgramUnderTest.WaitForLineAsync(portal.StandardOutput, "set-up code: ");
            await ProgramUnderTest.WaitForLineAsync(portal.StandardOutput, "listens on");
        }
        finally
        {
            portal.Kill(entireProcessTree: true);
        }
    }

    private async Task<Tenant> BackUpAsync(bool isEncrypted, bool withCopy)
    {
        await using var portal = TestPortal.OverFolder(_folder, services =>
        {
            if (isEncrypted)
                services.Configure<EncryptionOptions>(options => (options.Enabled, options.MasterKey) = (true, _key));
        });
        await portal.Get<Core.Catalog.CatalogMigration>().ApplyAsync(Cancel);
        var tenant = await portal.AddTenantAsync("goethe");
        TestDatabase.Create(tenant.DatabasePath, "PRAGMA journal_mode = WAL; CREATE TABLE visits (path TEXT); CREATE TABLE pupils (name TEXT); INSERT INTO pupils VALUES ('Mia');");
        await File.WriteAllTextAsync(Path.Combine(tenant.FilesPath, "letter.txt"), "dear parents", Cancel);
        var done = await portal.Get<OperationRunner>().RunNowAsync(
            tenant, OperationKind.Backup, new BackupArguments(SnapshotOrigin.Manual, null).ToJson(), "test", null, Cancel);
        Assert.True(done.State == OperationState.Succeeded, $"{done.Error}");
        SqliteConnection.ClearAllPools();
        if (withCopy)
        {
            var export = await new ProgramUnderTest(_folder["data"]).RunAsync("export", "goethe", "latest", "--format", "zip", "--output", _folder["goethe.zip"]);
            Assert.True(export.ExitCode == 0, export.Errors);
        }

        return tenant;
    }

    private static async Task DamageAsync(string database)
    {
        await File.WriteAllBytesAsync(database, new byte[8192], Cancel);
    }

    private void LoseCatalog()
    {
        foreach (var file in Directory.GetFiles(_folder["data"], "portal.db*"))
            File.Delete(file);
    }

    /// <summary>In the place of systemd: stopping really kills the application, without giving it time to tidy up.</summary>
    private async Task WriteToolsAsync(int application)
    {
        Directory.CreateDirectory(_folder["bin"]);
        await WriteScriptAsync("systemctl", $"""
            echo "$*" >> "{_folder["services"]}"
            if [ "$*" = "stop school-app" ]; then
              kill -9 {application}
              while kill -0 {application} 2> /dev/null && ! grep -q '^State:.Z' /proc/{application}/status 2> /dev/null; do :; done
            fi
            """);
        await WriteScriptAsync("BackupPortal", $"exec dotnet \"{Path.Combine(AppContext.BaseDirectory, "BackupPortal.dll")}\" \"$@\"");
        await File.WriteAllTextAsync(_folder["master.key"], _key + "\n", Cancel);
    }

    private async Task WriteScriptAsync(string name, string text)
    {
        await File.WriteAllTextAsync(_folder[$"bin/{name}"], "#!/bin/sh\n" + text + "\n", Cancel);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder[$"bin/{name}"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private async Task<string> TypeAsync(IEnumerable<string> sections, string variant)
    {
        var document = await File.ReadAllTextAsync(Path.Combine(ProgramUnderTest.Root, "docs", "emergency-restore.md"), Cancel);
        var commands = "set -eu\n" + string.Concat(sections.SelectMany(section => Blocks(document, section, variant)));
        commands = commands.Replace("/var/lib/backupportal", _folder["data"], StringComparison.Ordinal)
            .Replace("/opt/backupportal/BackupPortal", _folder["bin/BackupPortal"], StringComparison.Ordinal)
            .Replace("/root/backupportal-docs", Path.Combine(ProgramUnderTest.Root, "docs"), StringComparison.Ordinal)
            .Replace("/etc/backupportal/master.key", _folder["master.key"], StringComparison.Ordinal)
            .Replace("/mnt/disk/goethe.zip", _folder["goethe.zip"], StringComparison.Ordinal);
        var start = new ProcessStartInfo("bash", ["-c", commands]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["PATH"] = $"{_folder["bin"]}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        using var shell = Process.Start(start)!;
        shell.StandardInput.Close();
        var result = await ProgramUnderTest.EndAsync(shell);
        Assert.True(result.ExitCode == 0, $"{commands}\n{result.Output}\n{result.Errors}");
        return result.Output;
    }

    /// <summary>The commands of a section; those that are for one case alone name it behind the language.</summary>
    private static List<string> Blocks(string document, string section, string variant)
    {
        var text = Section().Split(document).FirstOrDefault(part => part.StartsWith(section + "\n", StringComparison.Ordinal));
        Assert.False(text is null, $"There is no section '{section}'.");
        var blocks = Block().Matches(text).Where(block => block.Groups["case"].Value is var only && (only.Length == 0 || only == variant))
            .Select(block => block.Groups["commands"].Value).ToList();
        Assert.NotEmpty(blocks);
        return blocks;
    }

    [GeneratedRegex("^## ", RegexOptions.Multiline)]
    private static partial Regex Section();

    [GeneratedRegex("^ *```sh ?(?<case>[a-z]*)\n(?<commands>.*?)^ *```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
