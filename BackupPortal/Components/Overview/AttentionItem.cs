using System.Globalization;
using BackupPortal.Components.Formats;
using BackupPortal.Components.Layout;
using BackupPortal.Components.Operations;
using BackupPortal.Components.Shared;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Tenancy;
using static BackupPortal.Components.Overview.OverviewTexts;

namespace BackupPortal.Components.Overview;

/// <summary>Something that a school's admin should look at, and what to do about it.</summary>
/// <param name="Dismissible">The operation that can be taken note of; null when the matter itself must be dealt with.</param>
public sealed record AttentionItem(NoticeTone Tone, string Title, string? Text, string Address, string AddressText, OperationId? Dismissible = null)
{
    private const int MostDamaged = 3;

    /// <summary>The gravest first.</summary>
    public static IReadOnlyList<AttentionItem> Of(
        Tenant tenant, bool isDatabaseThere, IReadOnlyList<SnapshotSummary> snapshots, NightlySchedule schedule, IReadOnlyList<OperationView> operations, DateTimeOffset now)
    {
        List<AttentionItem> items = [];
        if (!isDatabaseThere)
            items.Add(new AttentionItem(NoticeTone.Bad, Texts["AttentionDatabaseMissing"], Texts["AttentionDatabaseMissingHint"], PortalAddress.Backups(tenant.Slug), Texts["GoToBackups"]));
        items.AddRange(snapshots.Where(static snapshot => snapshot.IsDamaged).Take(MostDamaged).Select(snapshot => new AttentionItem(
            NoticeTone.Bad, Texts["AttentionDamaged", TimeText.Near(snapshot.CreatedUtc, now, tenant.TimeZone)], Texts["AttentionDamagedHint"],
            PortalAddress.Backup(tenant.Slug, snapshot.Id), Texts["GoToBackup"])));
        items.AddRange(operations.Where(IsUnsettled).Select(view => OfOperation(view, tenant, now)));
        if (!schedule.IsOn)
            items.Add(new AttentionItem(NoticeTone.Warning, Texts["AttentionOff"], Texts["AttentionOffHint"], PortalAddress.Settings(tenant.Slug), Texts["GoToSettings"]));
        return items;
    }

    private static bool IsUnsettled(OperationView view) => view is { Dismissed: false, State: OperationState.Failed or OperationState.Interrupted };

    private static AttentionItem OfOperation(OperationView view, Tenant tenant, DateTimeOffset now) => new(
        view.State == OperationState.Failed ? NoticeTone.Bad : NoticeTone.Warning,
        Texts[
            view.State == OperationState.Failed ? "AttentionFailed" : "AttentionInterrupted",
            OperationText.Title(view, tenant.TimeZone), TimeText.Relative(view.EndedUtc ?? view.QueuedUtc, now)],
        Join(view.Result(), view.Hint?.Format(CultureInfo.CurrentUICulture)),
        PortalAddress.Operation(tenant.Slug, view.Id), Texts["Details"], view.Id);

    private static string? Join(string? result, string? hint) => (result, hint) is (null, null) ? null : $"{result} {hint}".Trim();
}
