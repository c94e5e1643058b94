using System.Security.Claims;
using BackupPortal.Access;
using BackupPortal.Components.Copies;
using BackupPortal.Components.Formats;
using BackupPortal.Components.Layout;
using BackupPortal.Components.Operations;
using BackupPortal.Components.Restores;
using BackupPortal.Components.Shared;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Copies;
using BackupPortal.Core.Encryption;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Snapshots;
using Microsoft.AspNetCore.Components;
using Radzen;
using static BackupPortal.Components.Backups.BackupsTexts;

namespace BackupPortal.Components.Backups;

/// <summary>One backup: what it holds, how it came about, and what can be done with it.</summary>
public sealed partial class BackupPage
{
    private const int Looked = 200;

    private IReadOnlyList<SnapshotSummary> snapshots = [];
    private SnapshotSummary? summary;
    private SnapshotRecord? record;
    private Problem? unreadable;
    private IReadOnlyList<LogEntry>? log;
    private IReadOnlyList<OperationView> running = [];
    private OperationView? checkedLast;
    private FriendlyNames names = FriendlyNames.None;
    private bool isAsking;

    [Parameter]
    public string Snapshot { get; set; } = "";

    [Inject]
    private SnapshotIndex Snapshots { get; set; } = default!;

    [Inject]
    private TenantRepositories Repositories { get; set; } = default!;

    [Inject]
    private OperationHistory History { get; set; } = default!;

    [Inject]
    private FriendlyNameStore Names { get; set; } = default!;

    [Inject]
    private RestoreQuestion Question { get; set; } = default!;

    [Inject]
    private RestoreAsTenant NewSchools { get; set; } = default!;

    [Inject]
    private HeldPassphrases Passphrases { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private DialogService Dialogs { get; set; } = default!;

    private protected override object? LoadsFor => Snapshot;

    private protected override async Task LoadAsync()
    {
        snapshots = await Snapshots.ListAsync(Tenant, Gone);
        summary = snapshots.FirstOrDefault(one => one.Id.Value == Snapshot);
        if (summary is null)
            return;
        names = await Names.GetAsync(Tenant.Id, Gone);
        try
        {
            record = await Repositories.Of(Tenant).ReadRecordAsync(summary.Id, Gone);
        }
        catch (PortalException given) when (given is RepositoryException or EncryptionException)
        {
            unreadable = Shared.Problem.From(given);
        }

        var operations = await History.ListAsync(Tenant.Id, Looked, Gone);
        running = [.. operations.Where(static view => !view.IsOver())];
        checkedLast = CheckHistory.Latest(summary, operations);
        var maker = operations.FirstOrDefault(view => view.Kind == OperationKind.Backup && view.Outcome?.Snapshot == summary.Id)
            ?? operations.FirstOrDefault(view => view.Outcome?.SafetySnapshot == summary.Id);
        log = maker is null ? null : await History.ReadLogAsync(Tenant.Id, maker.Id, Gone);
    }

    protected override async Task ReceiveAsync(OperationView view)
    {
        if (view.IsOver())
            await LoadAsync();
        else
            running = running.With(view);
    }

    private async Task VerifyAsync()
    {
        if (await VerifyDialog.AskAsync(Dialogs, this, summary!, snapshots, Now, Tenant.TimeZone) is { } wanted)
            await TryAsync(() => QueueAsync(OperationKind.Verify, wanted.ToJson()));
    }

    private async Task ExportAsync()
    {
        if (await ExportDialog.AskAsync(Dialogs, this, [summary!], [], Now, Tenant.TimeZone) is not { } wanted)
            return;
        await TryAsync(async () =>
        {
            var operation = await QueueAsync(OperationKind.Export, wanted.ToJson(Passphrases));
            Navigation.NavigateTo(PortalAddress.Operation(Tenant.Slug, operation));
        });
    }

    private async Task MakeSchoolAsync()
    {
        OperationId? operation = null;
        var parameters = new Dictionary<string, object>
        {
            [nameof(NewSchoolDialog.Name)] = $"{Tenant.Name} ({TimeText.Absolute(summary!.CreatedUtc, Tenant.TimeZone)})",
            [nameof(NewSchoolDialog.Make)] = (Func<string, string, Task>)(async (slug, name) => operation = await QueueSchoolAsync(slug, name)),
        };
        await Dialogs.AskAsync<NewSchoolDialog, Confirmed>(this, Texts["MakeSchoolTitle"], parameters);
        if (operation is { } queued)
            Navigation.NavigateTo(PortalAddress.Operation(Tenant.Slug, queued));
    }

    private async Task<OperationId> QueueSchoolAsync(string slug, string name)
    {
        // Whoever adds schools otherwise, adds this one.
        if (!(await RequireAsync(TenantRole.Admin)).IsOperator)
            throw new AccessDeniedException(AccessVerdict.Forbidden);
        await NewSchools.CheckAsync(new NewTenant(slug, name, Tenant.TimeZone.Id, DatabasePath: null, FilesPath: null), Gone);
        var account = Guid.Parse((await UserAsync()).FindFirstValue(ClaimTypes.NameIdentifier)!);
        return await QueueAsync(OperationKind.RestoreAsTenant, new RestoreAsTenantArguments(summary!.Id.Value, slug, name, account).ToJson());
    }

    private async Task RestoreAsync()
    {
        isAsking = true;
        await TryAsync(async () =>
        {
            await RequireAsync(TenantRole.Admin);
            if (await Question.AskAsync(this, Tenant, record!, Now, Gone) is not { } wanted)
                return;
            var operation = await QueueAsync(OperationKind.Restore, wanted);
            Navigation.NavigateTo(PortalAddress.Operation(Tenant.Slug, operation));
        });
        isAsking = false;
    }
}
