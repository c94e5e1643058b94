using BackupPortal.Components.Shared;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Tenancy;
using Microsoft.AspNetCore.Components;

namespace BackupPortal.Components.Tokens;

/// <summary>Asks what a new token is for, until it could be made.</summary>
public sealed partial class CreateTokenDialog
{
    private static readonly int[] Lives = [7, 30, 90, 180, 365];

    private readonly HashSet<TenantId> chosen = [];
    private string name = "";
    private int days = 90;
    private bool isForAll = true;
    private TokenRights rights = TokenRights.Read;
    private Problem? problem;
    private bool isBusy;

    [Parameter, EditorRequired]
    public IReadOnlyList<Tenant> Schools { get; set; } = [];

    /// <summary>Only operators can give the right to what concerns the whole host.</summary>
    [Parameter, EditorRequired]
    public bool IsOperator { get; set; }

    /// <summary>Makes it; what it throws is shown here.</summary>
    [Parameter, EditorRequired]
    public Func<TokenWish, Task> Create { get; set; } = default!;

    private void Toggle(TenantId school)
    {
        if (!chosen.Remove(school))
            chosen.Add(school);
    }

    private async Task SubmitAsync()
    {
        isBusy = true;
        problem = null;
        try
        {
            await Create(new TokenWish(name, rights, isForAll ? null : [.. chosen], TimeSpan.FromDays(days)));
            await OnAnswer.InvokeAsync(new Confirmed());
        }
        catch (Exception refused) when (Problem.From(refused) is { } told)
        {
            problem = told;
        }

        isBusy = false;
    }
}
