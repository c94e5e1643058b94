namespace BackupPortal.Tests.Cli;

public sealed class KeyCommandTests : IDisposable
{
    private readonly CommandLineSchool _school = new();

    private ProgramUnderTest Program => _school.Program;

    public void Dispose() => _school.Dispose();

    [Fact]
    public async Task Keys_FromTheFirstToTheSecond_BackupsStayReadable()
    {
        await _school.AddAsync();
        var plain = await Program.ReadAsync("backup", "park");
        var first = await CreateAsync("first.key");
        Program.Variables["Encryption__Enabled"] = "true";
        Program.Variables["Encryption__MasterKeyFile"] = _school.Folder["first.key"];
        var encrypted = await Program.ReadAsync("backup", "park");
        var before = await StatusAsync();

        var second = await CreateAsync("second.key");
        Program.Variables["Encryption__MasterKeyFile"] = _school.Folder["second.key"];
        var refused = await Program.RunAsync("backup", "park");
        var closed = await Program.RunAsync("key", "status");
        Program.Variables["Encryption__PreviousMasterKeyFile"] = _school.Folder["first.key"];
        var rotated = await Program.ReadAsync("key", "rotate", "--all");
        Program.Variables.Remove("Encryption__PreviousMasterKeyFile");
        var after = await StatusAsync();

        Assert.Equal((1, 1, true), (before.GetProperty("encryptedSnapshots").GetInt32(), before.GetProperty("plainSnapshots").GetInt32(), before.GetProperty("opens").GetBoolean()));
        Assert.Equal(first, before.GetProperty("masterKeys")[0].GetString());
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains($"wrapped by master key {first}; the one configured is {second}", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("hint: Configure master key", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(1, closed.ExitCode);
        Assert.Equal(first, rotated[0].GetProperty("removed")[0].GetString());
        Assert.Equal([second], after.GetProperty("masterKeys").EnumerateArray().Select(one => one.GetString()));
        foreach (var (backup, folder) in new[] { (plain, "one"), (encrypted, "two") })
        {
            await Program.ReadAsync("restore", "park", backup.GetProperty("snapshot").GetString()!, "--to", _school.Folder[folder]);
            Assert.Equal(await CommandLineSchool.CountAsync(_school.Live), await CommandLineSchool.CountAsync(Path.Combine(_school.Folder[folder], "app.db")));
        }
    }

    [Fact]
    public async Task Create_ForPeople_PrintsTheKeyAloneAndWarns()
    {
        var result = await Program.RunAsync("key", "create");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(32, Convert.FromBase64String(result.Output.Trim()).Length);
        Assert.Contains("whoever loses it loses every backup", result.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Program.DataRoot));
    }

    [Fact]
    public async Task Rotate_WithoutSayingWhich_IsWrongUsage()
    {
        var result = await Program.RunAsync("key", "rotate");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--all", result.Errors, StringComparison.Ordinal);
    }

    private async Task<string> CreateAsync(string name)
    {
        var made = await Program.ReadAsync("key", "create", "--file", _school.Folder[name]);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(_school.Folder[name]).UnixFileMode);
        return made.GetProperty("fingerprint").GetString()!;
    }

    private async Task<System.Text.Json.JsonElement> StatusAsync() => (await Program.ReadAsync("key", "status", "park"))[0];
}
