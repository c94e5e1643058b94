using System.Globalization;
using BackupPortal.Core.Browsing;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Sources;
using Microsoft.AspNetCore.Components;

namespace BackupPortal.Components.Settings;

/// <summary>When a school's nightly backup runs, and what its people call their tables.</summary>
public sealed partial class SettingsPage
{
    private NightlySchedule? schedule;
    private bool isOn;
    private string time = "";
    private bool isTimeWrong;
    private bool isSaved;
    private IReadOnlyList<TableDescription>? tables;
    private FriendlyNames? names;
    private IReadOnlyList<(FriendlyName Name, Message Problem)> nameProblems = [];
    private bool areNamesSaved;

    [Inject]
    private ScheduleStore Schedules { get; set; } = default!;

    [Inject]
    private FriendlyNameStore Names { get; set; } = default!;

    [Inject]
    private LiveDatabases Live { get; set; } = default!;

    private protected override async Task LoadAsync()
    {
        await LoadScheduleAsync();
        tables = await FindTablesAsync();
        names = await Names.GetAsync(Tenant.Id, Gone);
    }

    private async Task LoadScheduleAsync()
    {
        schedule = await Schedules.GetAsync(Tenant.Id, Gone);
        isOn = schedule.IsOn;
        time = schedule.At.ToString("HH:mm", CultureInfo.InvariantCulture);
    }

    // The form's entries stay as they are typed; only what is shown as the next run moves on.
    protected override async Task TickedAsync() => schedule = await Schedules.GetAsync(Tenant.Id, Gone);

    private void ChangeTime(ChangeEventArgs change)
    {
        time = change.Value as string ?? "";
        isSaved = false;
    }

    private async Task SaveAsync()
    {
        isSaved = false;
        isTimeWrong = !TimeOnly.TryParse(time, CultureInfo.InvariantCulture, out var at) && isOn;
        if (isTimeWrong)
            return;
        if (!isOn)
            at = schedule!.At;
        isSaved = await TryAsync(async () =>
        {
            var grant = await RequireAsync(TenantRole.Admin);
            await Schedules.SaveAsync(grant.Tenant.Id, isOn, at, (await UserAsync()).Identity?.Name ?? "", Gone);
            await LoadScheduleAsync();
        });
    }

    private async Task SaveNamesAsync(IReadOnlyCollection<FriendlyName> wanted)
    {
        areNamesSaved = false;
        nameProblems = [];
        areNamesSaved = await TryAsync(async () =>
        {
            var grant = await RequireAsync(TenantRole.Admin);
            try
            {
                await Names.SaveAsync(grant.Tenant.Id, wanted, (await UserAsync()).Identity?.Name ?? "", Gone);
            }
            catch (InvalidNamesException invalid)
            {
                nameProblems = invalid.Problems;
            }
            names = await Names.GetAsync(Tenant.Id, Gone);
        }) && nameProblems.Count == 0;
    }

    /// <summary>Null when live data cannot be read, which must not keep anybody from the other settings.</summary>
    private async Task<IReadOnlyList<TableDescription>?> FindTablesAsync()
    {
        try
        {
            await using var reader = await Live.OpenReaderAsync(Tenant, Gone);
            return await TableBrowser.ListUncountedTablesAsync(reader.Connection, Gone);
        }
        catch (PortalException)
        {
            return null;
        }
    }
}
