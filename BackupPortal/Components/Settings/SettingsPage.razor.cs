using System.Globalization;
using BackupPortal.Core.Catalog;
using Microsoft.AspNetCore.Components;

namespace BackupPortal.Components.Settings;

/// <summary>When a school's nightly backup runs.</summary>
public sealed partial class SettingsPage
{
    private NightlySchedule? schedule;
    private bool isOn;
    private string time = "";
    private bool isTimeWrong;
    private bool isSaved;

    [Inject]
    private ScheduleStore Schedules { get; set; } = default!;

    private protected override async Task LoadAsync()
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
            await LoadAsync();
        });
    }
}
