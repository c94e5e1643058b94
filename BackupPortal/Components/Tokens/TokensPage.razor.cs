using System.Security.Claims;
using BackupPortal.Access;
using BackupPortal.Components.Shared;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Tenancy;
using Microsoft.AspNetCore.Components;
using Radzen;
using static BackupPortal.Components.Tokens.TokensTexts;

namespace BackupPortal.Components.Tokens;

/// <summary>A person's own tokens for programs: what each may do, when it was used, and its end.</summary>
public sealed partial class TokensPage
{
    private IReadOnlyList<AccessToken>? tokens;
    private IReadOnlyList<Tenant> schools = [];
    private bool isOperator;
    private Guid account;
    private string? done;

    [Inject]
    private AccessTokenStore Tokens { get; set; } = default!;

    [Inject]
    private TenantAccess Access { get; set; } = default!;

    [Inject]
    private DialogService Dialogs { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        account = Guid.Parse((await UserAsync()).FindFirstValue(ClaimTypes.NameIdentifier)!);
        Follow(null);
        await LoadAsync();
    }

    /// <summary>So that the last use, and an end that has come, are seen while the page is open.</summary>
    protected override Task TickedAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        var user = await UserAsync();
        isOperator = await Access.DecideOperatorAsync(user, Gone) == AccessVerdict.Allowed;
        schools = [.. (await Access.ListAsync(user, Gone)).Select(static grant => grant.Tenant)];
        tokens = await Tokens.ListAsync(account, Gone);
    }

    private async Task CreateAsync()
    {
        done = null;
        CreatedAccessToken? created = null;
        var parameters = new Dictionary<string, object>
        {
            [nameof(CreateTokenDialog.Schools)] = schools,
            [nameof(CreateTokenDialog.IsOperator)] = isOperator,
            [nameof(CreateTokenDialog.Create)] = (Func<TokenWish, Task>)(async wish => created = await CreateAsync(wish)),
        };
        await Dialogs.AskAsync<CreateTokenDialog, Confirmed>(this, Texts["CreateTitle"], parameters);
        if (created is null)
            return;
        await LoadAsync();
        await Dialogs.AskAsync<NewTokenDialog, Confirmed>(
            this, Texts["NewTitle", created.Token.Name], new Dictionary<string, object> { [nameof(NewTokenDialog.Token)] = created.Text });
    }

    private async Task<CreatedAccessToken> CreateAsync(TokenWish wish)
    {
        var user = await RequireAccountAsync();
        return await Tokens.CreateAsync(
            new NewAccessToken(account, wish.Name, wish.Rights, wish.Schools, Now + wish.Life), user.Identity?.Name ?? "", Gone);
    }

    private async Task RevokeAsync(AccessToken token)
    {
        done = null;
        var parameters = new Dictionary<string, object> { [nameof(RevokeTokenDialog.Name)] = token.Name };
        if (await Dialogs.AskAsync<RevokeTokenDialog, Confirmed>(this, Texts["RevokeTitle"], parameters) is null)
            return;
        if (await TryAsync(async () => await Tokens.RevokeAsync(account, token.Id, (await RequireAccountAsync()).Identity?.Name ?? "", Gone)))
            done = Texts["Revoked", token.Name];
        await LoadAsync();
    }

    /// <summary>Asked right before something is done for the person, whatever the page has shown so far.</summary>
    private async Task<ClaimsPrincipal> RequireAccountAsync()
    {
        var user = await UserAsync();
        var verdict = await Access.DecideOperatorAsync(user, Gone);
        return verdict == AccessVerdict.SignInNeeded ? throw new AccessDeniedException(verdict) : user;
    }
}
