using System.Globalization;
using BackupPortal.Components.Shared;
using BackupPortal.Core.Catalog;
using Microsoft.AspNetCore.Components;

namespace BackupPortal.Components.Restores;

/// <summary>Asks what the school is to be called that a backup becomes, until it could be queued.</summary>
public sealed partial class NewSchoolDialog
{
    private string slug = "";
    private Dictionary<string, string> problems = [];
    private Problem? failure;
    private bool isBusy;

    /// <summary>What the new school may be called.</summary>
    [Parameter, EditorRequired]
    public string Name { get; set; } = "";

    /// <summary>Queues it, by short name and name; what it throws is shown here.</summary>
    [Parameter, EditorRequired]
    public Func<string, string, Task> Make { get; set; } = default!;

    private async Task SubmitAsync()
    {
        (isBusy, failure) = (true, null);
        problems = [];
        try
        {
            await Make(slug.Trim(), Name.Trim());
            await OnAnswer.InvokeAsync(new Confirmed());
        }
        catch (InvalidTenantException invalid)
        {
            // The usual places come from the short name: with another one they are other places.
            problems = invalid.Problems
                .GroupBy(static one => one.Field == nameof(NewTenant.Name) ? one.Field : nameof(NewTenant.Slug))
                .ToDictionary(static field => field.Key, static field => field.First().Problem.Format(CultureInfo.CurrentUICulture));
        }
        catch (Exception refused) when (Problem.From(refused) is { } problem)
        {
            failure = problem;
        }

        isBusy = false;
    }
}
