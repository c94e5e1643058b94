using BackupPortal.Tests.Cli;

namespace BackupPortal.Tests.Browser;

/// <summary>A portal with one small school, <c>park</c>, and its people, for one test.</summary>
internal sealed class SchoolStage : IAsyncDisposable
{
    private SchoolStage(CommandLineSchool school, BrowserPortal portal, Credentials admin, Credentials member)
    {
        School = school;
        Portal = portal;
        Admin = admin;
        Member = member;
    }

    public CommandLineSchool School { get; }

    public BrowserPortal Portal { get; }

    public Credentials Admin { get; }

    public Credentials Member { get; }

    public static async Task<SchoolStage> SetAsync()
    {
        var school = new CommandLineSchool();
        try
        {
            await school.AddAsync();
            var admin = await AddAsync(school, "admin");
            var member = await AddAsync(school, "member");
            return new SchoolStage(school, await BrowserPortal.StartAsync(school.Program), admin, member);
        }
        catch
        {
            school.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Portal.DisposeAsync();
        School.Dispose();
    }

    private static async Task<Credentials> AddAsync(CommandLineSchool school, string role)
    {
        var account = await school.Program.ReadAsync("user", "add", $"{role}@park.example", "--role", role, "--tenant", "park");
        return new Credentials(account.GetProperty("email").GetString()!, account.GetProperty("password").GetString()!);
    }
}
