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
    private IReadOnlyList<AccountStanding> accounts = [];
    private long storedBytes;
    private DriveInfo disk = default!;
    private string? done;

    [Inject]
    private TenantAccess Access { get; set; } = default!;

    [Inject]
    private SchoolStandings Standings { get; set; } = default!;

    [Inject]
    private TenantRegistration Registration { get; set; } = default!;

    [Inject]
    private AccountDirectory Directory { get; set; } = default!;

    [Inject]
    private SnapshotIndex Snapshots { get; set; } = default!;

    [Inject]
    private DataRoot Root { get; set; } = default!;

    [Inject]
    private DialogService Dialogs { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        disk = new DriveInfo(Root.Path);
        await RequireOperatorAsync();
        Follow(null);
        await LoadAsync();
    }

    protected override async Task ReceiveAsync(OperationView view)
    {
        if (view.IsOver())
            await LoadSchoolsAsync();
    }

    protected override Task TickedAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        await LoadSchoolsAsync();
        accounts = await Directory.ReadAsync(Gone);
    }

    private async Task LoadSchoolsAsync()
    {
        schools = await Standings.ReadAsync(Remembered, Gone);
        storedBytes = await Snapshots.StoredBytesAsync(Gone);
    }

    private async Task AddSchoolAsync()
    {
        var parameters = new Dictionary<string, object> { [nameof(AddSchoolDialog.Add)] = (Func<NewTenant, Task<Tenant>>)AddAsync };
        if (await Dialogs.AskAsync<AddSchoolDialog, Tenant>(this, Texts["AddTitle"], parameters) is not { } added)
            return;
        done = Texts["Added", added.Name];
        await LoadAsync();
    }

    private async Task<Tenant> AddAsync(NewTenant wanted) =>
        await Registration.AddAsync(wanted, trustPaths: false, await RequireOperatorAsync(), Gone);

    private async Task AddAccountAsync()
    {
        var parameters = new Dictionary<string, object>
        {
            [nameof(AddAccountDialog.Schools)] = (IReadOnlyList<Tenant>)[.. (schools ?? []).Select(static school => school.Tenant).OrderBy(static tenant => tenant.Name)],
        };
        if (await Dialogs.AskAsync<AddAccountDialog, AccountWish>(this, Texts["AddAccount"], parameters) is not { } wish)
            return;
        AddedAccount? added = null;
        await ChangeAsync(async by => added = await Directory.AddAsync(wish, by, Gone));
        if (added is { Password: { } password })
            await ShowPasswordAsync(wish.Email, password);
        else if (added is not null)
            done = Texts["RoleChanged", wish.Email];
    }

    private async Task ResetAsync(AccountSummary account)
    {
        var parameters = new Dictionary<string, object> { [nameof(ResetPasswordDialog.Email)] = account.Email };
        if (await Dialogs.AskAsync<ResetPasswordDialog, Confirmed>(this, Texts["ResetTitle"], parameters) is null)
            return;
        string? password = null;
        if (!await ChangeAsync(async by => password = await Directory.ResetPasswordAsync(account.Id, by, Gone)))
            return;
        if (password is null)
            Problem = new Problem(Texts["AccountGone"], null);
        else
            await ShowPasswordAsync(account.Email, password);
    }

    private async Task RemoveAsync((AccountSummary Account, Tenant School) membership)
    {
        var (account, school) = membership;
        var parameters = new Dictionary<string, object>
        {
            [nameof(RemoveMembershipDialog.Email)] = account.Email,
            [nameof(RemoveMembershipDialog.School)] = school.Name,
        };
        if (await Dialogs.AskAsync<RemoveMembershipDialog, Confirmed>(this, Texts["RemoveTitle"], parameters) is null)
            return;
        if (await ChangeAsync(by => Directory.RemoveAsync(account.Id, school, by, Gone)))
            done = Texts["Removed", account.Email, school.Name];
    }

    /// <summary>Changes accounts for an operator, whose right is asked now, and shows how they are afterwards.</summary>
    private async Task<bool> ChangeAsync(Func<string, Task> change)
    {
        done = null;
        return await TryAsync(async () =>
        {
            try
            {
                await change(await RequireOperatorAsync());
            }
            catch (AccountRefusedException)
            {
                Problem = new Problem(Texts["Refused"], null);
            }

            accounts = await Directory.ReadAsync(Gone);
        });
    }

    private async Task ShowPasswordAsync(string email, string password) => await Dialogs.AskAsync<PasswordDialog, Confirmed>(
        this, Texts["PasswordTitle", email], new Dictionary<string, object> { [nameof(PasswordDialog.Password)] = password });

    /// <returns>Who does it, for the audit.</returns>
    private async Task<string> RequireOperatorAsync()
    {
        var user = await UserAsync();
        await Access.RequireOperatorAsync(user, Gone);
        return user.Identity?.Name ?? "";
    }
}
