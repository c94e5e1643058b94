using BackupPortal.Access;
using BackupPortal.Core.Backup;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Demo;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Hosting;

/// <summary>Fills an installation with invented schools and accounts before the portal opens. What is there already is left as it is.</summary>
internal sealed class DemoStart(
    IReadOnlyList<DemoSchool> schools, DataRoot root, TenantStore tenants, TenantRegistration registration, SnapshotIndex snapshots, OperationQueue queue,
    IServiceScopeFactory scopes) : StartStep
{
    private const string By = "demo";
    private const string Domain = "demo.example";

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var added = new List<Tenant>();
        foreach (var school in schools)
            added.Add(await AddSchoolAsync(school, cancellationToken));
        await AddAccountsAsync(added, cancellationToken);
        foreach (var tenant in added)
            if ((await snapshots.ListAsync(tenant, cancellationToken)).Count == 0)
                await queue.EnqueueAsync(tenant.Id, OperationKind.Backup, new BackupArguments(SnapshotOrigin.Automatic, null).ToJson(), By, cancellationToken);
    }

    private async Task<Tenant> AddSchoolAsync(DemoSchool school, CancellationToken cancellationToken)
    {
        var slug = TenantSlug.Parse(school.Slug);
        if (await tenants.FindAsync(slug, cancellationToken) is { } there)
            return there;
        var home = root.HomeOf(slug);
        if (!Path.Exists(home.DefaultDatabase))
        {
            Console.Out.WriteLine($"Inventing {school.Name} ({school.StudentCount} students, about {school.EstimatedBytes / 1_000_000} MB)...");
            await DemoSchoolGenerator.WriteAsync(school, home.DefaultDatabase, home.DefaultFiles, cancellationToken);
        }

        return await registration.AddAsync(new NewTenant(school.Slug, school.Name, "Europe/Berlin", null, null), trustPaths: true, By, cancellationToken);
    }

    /// <summary>Each start gives the accounts new passwords: they are printed once, and nobody finds the old print again.</summary>
    private async Task AddAccountsAsync(List<Tenant> added, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<AccountRegistration>();
        Console.Out.WriteLine("Demo accounts (passwords are new at each start with --demo):");
        await AddAsync(new NewAccount($"operator@{Domain}", AccountRegistration.MakePassword(), IsOperator: true), "operator");
        foreach (var tenant in added)
            foreach (var role in new[] { TenantRole.Admin, TenantRole.Member })
            {
                var name = role.ToString().ToLowerInvariant();
                await AddAsync(new NewAccount($"{name}.{tenant.Slug}@{Domain}", AccountRegistration.MakePassword(), IsOperator: false, tenant.Id, role), $"{name} of {tenant.Name}");
            }

        async Task AddAsync(NewAccount account, string what)
        {
            var password = (await accounts.AddAsync(account, By, cancellationToken)).Password;
            Console.Out.WriteLine($"  {account.Email,-30} {password}   {what}");
        }
    }
}
