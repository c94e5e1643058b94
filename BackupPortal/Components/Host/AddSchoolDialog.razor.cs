using System.Globalization;
using BackupPortal.Components.Shared;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Tenancy;
using Microsoft.AspNetCore.Components;

namespace BackupPortal.Components.Host;

/// <summary>Asks for a new school until it could be added; every problem stands beside its field.</summary>
public sealed partial class AddSchoolDialog
{
    private static readonly (string Name, string Label, string? Hint, bool IsRequired, bool IsPlain)[] Fields =
    [
        (nameof(NewTenant.Name), "NameLabel", "NameHint", true, false),
        (nameof(NewTenant.Slug), "SlugLabel", "SlugHint", true, true),
        (nameof(NewTenant.TimeZone), "ZoneLabel", null, true, true),
        (nameof(NewTenant.DatabasePath), "DatabaseLabel", "DatabaseHint", false, true),
        (nameof(NewTenant.FilesPath), "FilesLabel", "FilesHint", false, true),
    ];

    // The names that people know; the system also has hundreds of old ones, which still may be typed.
    private static readonly string[] TimeZones =
        [.. TimeZoneInfo.GetSystemTimeZones().Select(static zone => zone.Id).Where(static id => id.Contains('/')).Order(StringComparer.Ordinal)];

    private readonly Dictionary<string, string> values = Fields.ToDictionary(static field => field.Name, static _ => "");
    private readonly Dictionary<string, ElementReference> inputs = [];
    private Dictionary<string, string> problems = [];
    private bool isToBeCorrected;
    private Problem? failure;
    private bool isBusy;

    /// <summary>Adds the school; what it throws is shown here.</summary>
    [Parameter, EditorRequired]
    public Func<NewTenant, Task<Tenant>> Add { get; set; } = default!;

    protected override void OnInitialized() => values[nameof(NewTenant.TimeZone)] = "Europe/Berlin";

    private async Task SubmitAsync()
    {
        isBusy = true;
        problems = [];
        failure = null;
        try
        {
            await OnAnswer.InvokeAsync(await Add(new NewTenant(
                values[nameof(NewTenant.Slug)].Trim(), values[nameof(NewTenant.Name)].Trim(), Given(nameof(NewTenant.TimeZone)),
                Given(nameof(NewTenant.DatabasePath)), Given(nameof(NewTenant.FilesPath)))));
        }
        catch (InvalidTenantException invalid)
        {
            problems = invalid.Problems.Where(one => !FollowsFromSlug(one.Field, invalid)).GroupBy(static one => one.Field).ToDictionary(
                static field => field.Key,
                static field => string.Join(' ', field.Select(static one => one.Problem.Format(CultureInfo.CurrentUICulture))));
            isToBeCorrected = true;
        }
        catch (Exception refused) when (Problem.From(refused) is { } problem)
        {
            failure = problem;
        }

        isBusy = false;
    }

    /// <summary>The reader is brought to the first entry that has to be corrected: the dialog is longer than a small screen.</summary>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!isToBeCorrected)
            return;
        isToBeCorrected = false;
        if (Fields.FirstOrDefault(field => problems.ContainsKey(field.Name)).Name is { } first)
            await inputs[first].FocusAsync();
    }

    // The usual places come from the short name: with another one they are other places, so a field that is left empty is not to blame.
    private bool FollowsFromSlug(string field, InvalidTenantException invalid) =>
        field is nameof(NewTenant.DatabasePath) or nameof(NewTenant.FilesPath)
        && Given(field) is null
        && invalid.Problems.Any(static one => one.Field == nameof(NewTenant.Slug));

    private string? Given(string field) => string.IsNullOrWhiteSpace(values[field]) ? null : values[field].Trim();
}
