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
    private Dictionary<string, string> problems = [];
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
            problems = invalid.Problems.GroupBy(static one => one.Field).ToDictionary(
                static field => field.Key,
                static field => string.Join(' ', field.Select(static one => one.Problem.Format(CultureInfo.CurrentUICulture))));
        }
        catch (Exception refused) when (Problem.From(refused) is { } problem)
        {
            failure = problem;
        }

        isBusy = false;
    }

    private string? Given(string field) => string.IsNullOrWhiteSpace(values[field]) ? null : values[field].Trim();
}
