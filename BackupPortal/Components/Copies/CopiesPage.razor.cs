using BackupPortal.Access;
using BackupPortal.Components.Operations;
using BackupPortal.Components.Shared;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Copies;
using BackupPortal.Core.Import;
using BackupPortal.Core.Import.Uploads;
using BackupPortal.Core.Operations;
using Microsoft.AspNetCore.Components;
using Radzen;
using static BackupPortal.Components.Copies.CopiesTexts;

namespace BackupPortal.Components.Copies;

/// <summary>Local copies of a school, what waits to be downloaded, and the ways in for copies that come from elsewhere.</summary>
public sealed partial class CopiesPage
{
    private const int Looked = 20;

    private IReadOnlyList<KeptFile>? copies;
    private IReadOnlyList<KeptFile> downloads = [];
    private IReadOnlyList<SnapshotSummary> snapshots = [];
    private IReadOnlyList<OperationView> running = [];
    private UploadRoom? room;

    [Inject]
    private KeptFiles Kept { get; set; } = default!;

    [Inject]
    private CopyPlaces Places { get; set; } = default!;

    [Inject]
    private HeldPassphrases Passphrases { get; set; } = default!;

    [Inject]
    private UploadStore Uploads { get; set; } = default!;

    [Inject]
    private SnapshotIndex Snapshots { get; set; } = default!;

    [Inject]
    private OperationHistory History { get; set; } = default!;

    [Inject]
    private DialogService Dialogs { get; set; } = default!;

    private protected override async Task LoadAsync()
    {
        snapshots = await Snapshots.ListAsync(Tenant, Gone);
        running = [.. (await History.ListAsync(Tenant.Id, Looked, Gone)).Where(static view => IsOfThisPage(view) && !view.IsOver())];
        // A disk elsewhere may take its time.
        (copies, downloads, room) = await Task.Run(() => (Kept.ListCopies(Tenant), Kept.ListDownloads(Tenant), Uploads.RoomOf(Tenant)), Gone);
    }

    protected override async Task ReceiveAsync(OperationView view)
    {
        if (!IsOfThisPage(view))
            return;
        if (view.IsOver())
            await LoadAsync();
        else
            running = running.With(view);
    }

    private static bool IsOfThisPage(OperationView view) => view.Kind is OperationKind.Export or OperationKind.Import;

    private async Task MakeAsync()
    {
        if (await ExportDialog.AskAsync(Dialogs, this, snapshots, Places.OfCopies, Now, Tenant.TimeZone) is { } wanted)
            await TryAsync(() => QueueAsync(OperationKind.Export, wanted.ToJson(Passphrases)));
    }

    private async Task ImportAsync(KeptFile file)
    {
        if (await AskImportAsync(file.Name, file.SizeBytes, file.Note?.IsEncrypted) is { } answer)
            await TryAsync(() => QueueImportAsync(file, answer));
    }

    private Task<ImportAnswer?> AskImportAsync(string name, long sizeBytes, bool? isEncrypted = null)
    {
        var parameters = new Dictionary<string, object>
        {
            [nameof(ImportDialog.Name)] = name,
            [nameof(ImportDialog.SizeBytes)] = sizeBytes,
            [nameof(ImportDialog.MayBeForeign)] = IsOperator,
        };
        if (isEncrypted is { } known)
            parameters[nameof(ImportDialog.IsEncrypted)] = known;
        return Dialogs.AskAsync<ImportDialog, ImportAnswer>(this, Texts["ImportTitle"], parameters);
    }

    private async Task QueueImportAsync(KeptFile file, ImportAnswer answer)
    {
        // Whoever confirms that another school's data may come in, answers for both.
        if (answer.ConfirmedTenant is not null && !(await RequireAsync(TenantRole.Admin)).IsOperator)
            throw new AccessDeniedException(AccessVerdict.Forbidden);
        var ticket = answer.Passphrase is { } passphrase ? Passphrases.Hold(passphrase) : null;
        var arguments = new ImportArguments(Copy: file.Name, Place: file.Place, Note: answer.Note, ConfirmedTenant: answer.ConfirmedTenant, Passphrase: ticket);
        await QueueAsync(OperationKind.Import, arguments.ToJson());
    }

    private async Task DeleteAsync(KeptFile file)
    {
        var parameters = new Dictionary<string, object> { [nameof(DeleteCopyDialog.File)] = file };
        if (await Dialogs.AskAsync<DeleteCopyDialog, Confirmed>(this, Texts["DeleteTitle"], parameters) is null)
            return;
        await TryAsync(async () =>
        {
            var grant = await RequireAsync(TenantRole.Admin);
            await Kept.DeleteAsync(grant.Tenant, file.Place, file.Name, (await UserAsync()).Identity?.Name ?? "", Gone);
            await LoadAsync();
        });
    }
}
