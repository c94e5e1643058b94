using System.Globalization;
using BackupPortal.Components.Shared;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Messages;
using Microsoft.AspNetCore.Components;

namespace BackupPortal.Components.Restores;

/// <summary>Asks what the school is to be called that a backup becomes, until it could be queued; every problem stands beside its field.</summary>
public sealed partial class NewSchoolDialog
{
    private ElementReference slugInput;
    private ElementReference nameInput;
    private string slug = "";
    private string? slugProblem;
    private string? nameProblem;
    private Problem? failure;
    private bool isToBeCorrected;
    private bool isBusy;

    /// <summary>What the new school may be called.</summary>
    [Parameter, EditorRequired]
    public string Name { get; set; } = "";

    /// <summary>Queues it, by short name and name; what it throws is shown here.</summary>
    [Parameter, EditorRequired]
    public Func<string, string, Task> Make { get; set; } = default!;

    /// <summary>The reader is brought to the first entry that has to be corrected.</summary>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!isToBeCorrected)
            return;
        isToBeCorrected = false;
        await (slugProblem is null ? nameInput : slugInput).FocusAsync();
    }

    private async Task SubmitAsync()
    {
        isBusy = true;
        (slugProblem, nameProblem, failure) = (null, null, null);
        try
        {
            await Make(slug.Trim(), Name.Trim());
            await OnAnswer.InvokeAsync(new Confirmed());
        }
        catch (InvalidTenantException invalid)
        {
            var problems = invalid.Problems.ToLookup(static one => one.Field == nameof(NewTenant.Name), static one => one.Problem);
            // The usual places come from the short name: with another one they are other places. What is wrong with the name itself comes first.
            (slugProblem, nameProblem) = (First(problems[false]), First(problems[true]));
            isToBeCorrected = true;
        }
        catch (Exception refused) when (Problem.From(refused) is { } problem)
        {
            failure = problem;
        }

        isBusy = false;
    }

    private static string? First(IEnumerable<Message> problems) => problems.FirstOrDefault()?.Format(CultureInfo.CurrentUICulture);
}
