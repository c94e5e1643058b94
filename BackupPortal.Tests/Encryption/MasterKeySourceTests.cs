using BackupPortal.Core.Encryption;
using Microsoft.Extensions.Options;

namespace BackupPortal.Tests.Encryption;

/// <summary>Where a master key comes from, and what is said when it does not.</summary>
public sealed class MasterKeySourceTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly MasterKey key = MasterKey.Create();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public void TryParse_BothForms_GiveTheSameKey()
    {
        var hexadecimal = Convert.ToHexString(Convert.FromBase64String(key.Reveal()));

        Assert.True(MasterKey.TryParse($" {key.Reveal()}\n", out var first));
        Assert.True(MasterKey.TryParse(hexadecimal, out var second));
        Assert.Equal([key.Fingerprint, key.Fingerprint], [first.Fingerprint, second.Fingerprint]);
        Assert.DoesNotContain(key.Reveal(), $"{key}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("password")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==")]
    [InlineData("00000000000000000000000000000000000000000000000000000000000000zz")]
    public void TryParse_AnythingElse_IsNoKey(string text) => Assert.False(MasterKey.TryParse(text, out _));

    [Fact]
    public async Task Current_FileOfTheOwnerAlone_IsRead()
    {
        await MasterKeyFile.CreateAsync(folder["key"], key, Cancel);

        Assert.Equal(key.Fingerprint, (await FetchAsync(new() { MasterKeyFile = folder["key"] })).Fingerprint);
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public async Task Current_FileThatOthersMayUse_IsRefused(UnixFileMode more)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Files have no modes there.");
        await MasterKeyFile.CreateAsync(folder["key"], key, Cancel);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder["key"], File.GetUnixFileMode(folder["key"]) | more);

        var failure = await Assert.ThrowsAsync<EncryptionException>(() => FetchAsync(new() { MasterKeyFile = folder["key"] }));

        Assert.Equal("FileIsOpen", failure.What.Key);
        Assert.Contains($"chmod 600 {folder["key"]}", failure.Hint!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Current_FileMissing_NamesIt() => await AssertFailsAsync(new() { MasterKeyFile = folder["nothing"] }, folder["nothing"]);

    [Fact]
    public async Task Current_FileWithSomethingElse_SaysSo()
    {
        await MasterKeyFile.CreateAsync(folder["key"], key, Cancel);
        await File.WriteAllTextAsync(folder["key"], "not a key", Cancel);

        await AssertFailsAsync(new() { MasterKeyFile = folder["key"] }, "no key of 32 bytes");
    }

    [Fact]
    public async Task Create_FileThere_LeavesItAlone()
    {
        await MasterKeyFile.CreateAsync(folder["key"], key, Cancel);

        var failure = await Assert.ThrowsAsync<EncryptionException>(() => MasterKeyFile.CreateAsync(folder["key"], MasterKey.Create(), Cancel));

        Assert.Equal("FileExists", failure.What.Key);
        Assert.Equal(key.Reveal(), (await File.ReadAllTextAsync(folder["key"], Cancel)).Trim());
    }

    [Fact]
    public async Task Current_Command_GivesWhatItPrints()
    {
        await MasterKeyFile.CreateAsync(folder["a key"], key, Cancel);

        Assert.Equal(key.Fingerprint, (await FetchAsync(new() { MasterKeyCommand = $"cat \"{folder["a key"]}\"" })).Fingerprint);
    }

    [Theory]
    [InlineData("false", "exit code 1")]
    [InlineData("sh -c \"echo vault is sealed >&2; exit 3\"", "exit code 3: vault is sealed")]
    [InlineData("echo password", "no key of 32 bytes")]
    [InlineData("backupportal-no-such-program", "backupportal-no-such-program")]
    [InlineData("sh -c \"yes | head -c 1000000\"", "no key of 32 bytes")]
    public async Task Current_CommandThatGivesNone_SaysWhy(string command, string reason) =>
        await AssertFailsAsync(new() { MasterKeyCommand = command }, reason);

    [Fact]
    public async Task Current_CommandThatDoesNotEnd_GivesUp() => await AssertFailsAsync(
        new() { MasterKeyCommand = "sleep 60", CommandTimeout = TimeSpan.FromSeconds(1) }, "did not end within 1 seconds");

    [Theory]
    [InlineData("a b", "a|b")]
    [InlineData("  a   \"b c\"d  ", "a|b cd")]
    [InlineData("a \"\" b", "a||b")]
    [InlineData("a $HOME ; 'b c'", "a|$HOME|;|'b|c'")]
    public void Split_OfACommand_KnowsSpacesAndDoubleQuotesAlone(string command, string parts) =>
        Assert.Equal(parts, string.Join('|', MasterKeyCommand.Split(command)));

    [Fact]
    public void Validate_SeveralSourcesAndOddValues_NamesAll()
    {
        var options = new EncryptionOptions
        {
            MasterKey = "x",
            MasterKeyCommand = "y",
            PreviousMasterKeyFile = "relative",
            CommandTimeout = TimeSpan.Zero,
        };

        var problems = new EncryptionOptionsValidator().Validate(null, options).Failures!.ToList();

        Assert.Equal(3, problems.Count);
        Assert.True(new EncryptionOptionsValidator().Validate(null, new()).Succeeded);
    }

    private static async Task<MasterKey> FetchAsync(EncryptionOptions options)
    {
        using var keys = new MasterKeys(Options.Create(options));
        return (await keys.CurrentAsync(Cancel))!;
    }

    private static async Task AssertFailsAsync(EncryptionOptions options, string reason)
    {
        var failure = await Assert.ThrowsAsync<EncryptionException>(() => FetchAsync(options));
        Assert.Equal("SourceFailed", failure.What.Key);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }
}
