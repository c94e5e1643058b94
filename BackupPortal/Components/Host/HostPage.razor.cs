using BackupPortal.Access;
using BackupPortal.Components.Operations;
using BackupPortal.Components.Shared;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Tenancy;
using Microsoft.AspNetCore.Components;
using Radzen;
using static BackupPortal.Components.Host.HostTexts;

namespace BackupPortal.Components.Host;

/// <summary>All schools at a glance, the accounts, and how the system itself is.</summary>
public sealed partial class HostPage
{
    private const int Remembered = 10;

    private IReadOnlyList<SchoolStanding>? schools;
    private IReadOnlyList<AccountSummary> accounts = [];
    private DriveInfo disk = default!;
    private string? done;

    [Inject]
    private TenantAccess Access { get; set; } = default!;

    [Inject]
    private SchoolStandings Standings { get; set; } = default!;

    [Inject]
    private TenantRegistration Registration { get; set; } = default!;

    [Inject]
    private AccountStore Accounts { get; set; } = default!;

    [Inject]
    private IServiceScopeFactory Scopes { get; set; } = default!;

    [Inject]
    private DataRoot Root { get; set; } = default!;

    [Inject]
    private DialogService Dialogs { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        disk = new DriveInfo(Root.Path);
        await Access.RequireOperatorAsync(await UserAsync(), Gone);
        Follow(null);
        await LoadAsync();
    }

    protected override async Task ReceiveAsync(OperationView view)
    {
        if (view.IsOver())
            schools = await Standings.ReadAsync(Remembered, Gone);
    }

    protected override Task TickedAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        schools = await Standings.ReadAsync(Remembered, Gone);
        accounts = await Accounts.ListAsync(Gone);
    }

    private async Task AddSchoolAsync()
    {
        var parameters = new Dictionary<string, object> { [nameof(AddSchoolDialog.Add)] = (Func<NewTenant, Task<Tenant>>)AddAsync };
        if (await Dialogs.AskAsync<AddSchoolDialog, Tenant>(this, Texts["AddTitle"], parameters) is not { } added)
            return;
        done = Texts["Added", added.Name];
        await LoadAsync();
    }

    private async Task<Tenant> AddAsync(NewTenant wanted)
    {
        var user = await UserAsync();
        await Access.RequireOperatorAsync(user, Gone);
        return await Registration.AddAsync(wanted, trustPaths: false, user.Identity?.Name ?? "", Gone);
    }

    private async Task AddAccountAsync()
    {
        var parameters = new Dictionary<string, object>
        {
            [nameof(AddAccountDialog.Schools)] = (IReadOnlyList<Tenant>)[.. (schools ?? []).Select(static school => school.Tenant).OrderBy(static tenant => tenant.Name)],
        };
        if (await Dialogs.AskAsync<AddAccountDialog, AccountWish>(this, Texts["AddAccount"], parameters) is { } wish)
            await RegisterAsync(new NewAccount(wish.Email, null, wish.School is null, wish.School?.Id, wish.Role));
    }

    private async Task ResetAsync(AccountSummary account)
    {
        var parameters = new Dictionary<string, object> { [nameof(ResetPasswordDialog.Email)] = account.Email };
        if (await Dialogs.AskAsync<ResetPasswordDialog, Confirmed>(this, Texts["ResetTitle"], parameters) is not null)
            await RegisterAsync(new NewAccount(account.Email, AccountRegistration.MakePassword(), account.IsOperator));
    }

    private async Task RegisterAsync(NewAccount wanted)
    {
        AddedAccount? added = null;
        done = null;
        await TryAsync(async () =>
        {
            var user = await UserAsync();
            await Access.RequireOperatorAsync(user, Gone);
            // A scope of its own: what a circuit's scope has read of accounts grows old.
            await using var scope = Scopes.CreateAsyncScope();
            try
            {
                added = await scope.ServiceProvider.GetRequiredService<AccountRegistration>().AddAsync(wanted, user.Identity?.Name ?? "", Gone);
            }
            catch (AccountRefusedException)
            {
                Problem = new Problem(Texts["Refused"], null);
            }
        });
        if (added is null)
            return;
        accounts = await Accounts.ListAsync(Gone);
        if (added.Password is { } password)
            await Dialogs.AskAsync<PasswordDialog, Confirmed>(
                this, Texts["PasswordTitle", wanted.Email], new Dictionary<string, object> { [nameof(PasswordDialog.Password)] = password });
        else
            done = Texts["RoleChanged", wanted.Email];
    }
}
