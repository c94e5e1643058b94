using System.Security.Claims;
using BackupPortal.Core.Catalog;
using BackupPortal.Tests.Hosting;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Access;

[CollectionDefinition(Name)]
public sealed class WalkCollection : ICollectionFixture<WalkedPortal>
{
    public const string Name = "walks";
}

/// <summary>A portal with two tenants and one person of each kind, started once for all walks; nothing in it is changed by them.</summary>
public sealed class WalkedPortal : IAsyncLifetime
{
    private readonly Dictionary<Walker, Visitor> visitors = [];
    private readonly Dictionary<Walker, Visitor> programs = [];
    private readonly Dictionary<Walker, ClaimsPrincipal> principals = [];

    internal PortalServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await PortalServer.StartAsync();
        var north = await Server.AddTenantAsync("north");
        var south = await Server.AddTenantAsync("south");
        foreach (var tenant in (Core.Tenancy.Tenant[])[north, south])
        {
            TestDatabase.Create(tenant.DatabasePath, "CREATE TABLE students (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO students (name) VALUES ('Mia');");
            Directory.CreateDirectory(tenant.Home.Copies);
            await File.WriteAllTextAsync(Path.Combine(tenant.Home.Copies, "students.zip"), "a copy");
        }
        principals[Walker.Stranger] = TestPrincipal.Stranger;
        visitors[Walker.Stranger] = Server.NewVisitor();
        programs[Walker.Stranger] = visitors[Walker.Stranger];
        await AddAsync(Walker.Operator, await Server.AddAccountAsync("operator@example.org", isOperator: true));
        await AddAsync(Walker.Member, await Server.AddAccountAsync("member@north.example", north, TenantRole.Member));
        await AddAsync(Walker.Admin, await Server.AddAccountAsync("admin@north.example", north, TenantRole.Admin));
        await AddAsync(Walker.MemberOfAnotherTenant, await Server.AddAccountAsync("member@south.example", south, TenantRole.Member));
        await AddAsync(Walker.AdminOfAnotherTenant, await Server.AddAccountAsync("admin@south.example", south, TenantRole.Admin));
    }

    internal Visitor VisitorOf(Walker walker) => visitors[walker];

    /// <summary>With a token of the person that has every right.</summary>
    internal Visitor ProgramOf(Walker walker) => programs[walker];

    internal ClaimsPrincipal PrincipalOf(Walker walker) => principals[walker];

    public async ValueTask DisposeAsync()
    {
        foreach (var visitor in visitors.Values.Concat(programs.Values))
            visitor.Dispose();
        await Server.DisposeAsync();
    }

    private async Task AddAsync(Walker walker, Account account)
    {
        principals[walker] = TestPrincipal.Of(account);
        visitors[walker] = await Server.SignInAsync(account.Email!);
        programs[walker] = await Server.RunProgramAsync(account.Email!);
    }
}
