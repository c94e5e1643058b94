using System.Text.Json;

namespace BackupPortal.Tests.Cli;

public sealed class UserCommandTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly ProgramUnderTest _program;

    public UserCommandTests() => _program = new ProgramUnderTest(_folder["data"]);

    [Fact]
    public async Task Add_TwoPeople_GetDifferentPasswords()
    {
        var one = await _program.ReadAsync("user", "add", "one@school.example", "--role", "operator");
        var two = await _program.ReadAsync("user", "add", "two@school.example", "--role", "operator");

        Assert.Equal(["email", "role", "tenant", "password"], one.EnumerateObject().Select(property => property.Name));
        Assert.Equal(23, one.GetProperty("password").GetString()!.Length);
        Assert.NotEqual(one.GetProperty("password").GetString(), two.GetProperty("password").GetString());
    }

    [Fact]
    public async Task Add_SamePersonForAnotherSchool_KeepsThePassword()
    {
        await _program.ReadAsync("tenant", "add", "goethe", "--name", "Goethe-Gymnasium");
        await _program.ReadAsync("tenant", "add", "park", "--name", "Grundschule am Park");
        await _program.ReadAsync("user", "add", "one@school.example", "--role", "admin", "--tenant", "goethe");

        var again = await _program.ReadAsync("user", "add", "one@school.example", "--role", "member", "--tenant", "park");

        Assert.Equal(JsonValueKind.Null, again.GetProperty("password").ValueKind);
        Assert.Equal("park", again.GetProperty("tenant").GetString());
    }

    [Fact]
    public async Task Add_WeakPasswordOnStandardInput_FailsWithoutAccount()
    {
        using var weak = _program.Start("user", "add", "one@school.example", "--role", "operator", "--password-stdin");
        await weak.StandardInput.WriteLineAsync("short");
        weak.StandardInput.Close();
        var refused = await ProgramUnderTest.EndAsync(weak);
        var added = await _program.ReadAsync("user", "add", "one@school.example", "--role", "operator");

        Assert.Equal(1, refused.ExitCode);
        Assert.StartsWith("error: ", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.String, added.GetProperty("password").ValueKind);
    }

    [Fact]
    public async Task Add_UnknownSchool_Fails()
    {
        var result = await _program.RunAsync("user", "add", "one@school.example", "--role", "member", "--tenant", "nobody", "--json");

        Assert.Equal(1, result.ExitCode);
        Assert.Empty(result.Output);
    }

    public void Dispose() => _folder.Dispose();
}
