using BackupPortal.Core.Operations;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Maintenance;

/// <summary>
/// Which tenants are in maintenance mode, or will be soon: durable files of each tenant, so that every process on the data root sees them at once. Safe for
/// concurrent use.
/// </summary>
public sealed partial class MaintenanceGuard : IDisposable
{
    // A restore may be held up at the end of its countdown; what is older was left behind by a process that is gone.
    private static readonly TimeSpan s_latest = TimeSpan.FromMinutes(1);

    private readonly DataRoot _root;
    private readonly TimeProvider _time;
    private readonly ILogger<MaintenanceGuard> _logger;
    private readonly MaintenanceWebhooks? _webhooks;
    private readonly MaintenanceWatch _watch;

    /// <param name="webhooks">Null to tell nobody.</param>
    public MaintenanceGuard(DataRoot root, TimeProvider time, ILogger<MaintenanceGuard> logger, MaintenanceWebhooks? webhooks = null)
    {
        _webhooks = webhooks;
        _root = root;
        _time = time;
        _logger = logger;
        _watch = new MaintenanceWatch(root, time, failure => Log.LookFailed(_logger, failure));
    }

    /// <summary>
    /// Raised (on any thread; must not block or throw) when a tenant's mode changed, or what is announced of it; see <see cref="Find"/> and
    /// <see cref="FindAnnouncement"/>. Changes by this process are told at once, those by another process within about a quarter of a second: the folder is looked at
    /// only while somebody is subscribed.
    /// </summary>
    public event Action<TenantSlug>? Changed { add => _watch.Subscribe(value!); remove => _watch.Unsubscribe(value!); }

    /// <summary>The notice, or null when the tenant is open. Costs one look at the file system; made for every request.</summary>
    /// <remarks>A notice that is there but cannot be read keeps users out, and says so in <see cref="MaintenanceNotice.Problem"/>.</remarks>
    public MaintenanceNotice? Find(TenantSlug tenant) => NoticeFile.Read(FileOf(tenant));

    /// <summary>What is announced, or null. It stays until maintenance mode is on, or the restore is called off.</summary>
    public MaintenanceAnnouncement? FindAnnouncement(TenantSlug tenant) =>
        AnnouncementFile.Read(AnnouncementOf(tenant)) is { } announcement && announcement.BeginsUtc > _time.GetUtcNow() - s_latest ? announcement : null;

    /// <summary>Keeps ordinary users out, durably. A restore takes over a mode set by a person; a person does not take over a restore's.</summary>
    /// <param name="operation">The restore that asks; null when a person does.</param>
    public async Task EnterAsync(TenantSlug tenant, OperationId? operation, string by, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        // An operation tells of it itself, before it begins to count how long users are out.
        await using var told = operation is null ? await TellStartAsync(tenant, "manual", null, null, cancellationToken) : null;
        if (operation is not null || Find(tenant) is not { Operation: not null })
            await ReplaceAsync(tenant, new MaintenanceNotice(_time.GetUtcNow(), operation, by));
        // After the notice: who reads it without seeing the notice sees it change. Not synced, since who reads it does not outlive the machine either.
        if (operation is not null)
            await File.WriteAllTextAsync(_root.HomeOf(tenant).LastLockOutFile, Guid.NewGuid().ToString("N"), CancellationToken.None);
    }

    /// <summary>Opens the tenant again; no error when it is open.</summary>
    public async Task LeaveAsync(TenantSlug tenant, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!File.Exists(FileOf(tenant)))
            return;
        DurableFile.Delete(FileOf(tenant));
        Log.Left(_logger, tenant.Value);
        _watch.Tell(tenant);
        if (_webhooks is not null)
            await _webhooks.EndAsync(tenant);
    }

    /// <summary>
    /// Opens every tenant whose mode was set by a person or cannot be read: called when the portal starts, once restores are recovered. A restore's own
    /// mode is left to its recovery.
    /// </summary>
    public async Task LeaveManualAsync(CancellationToken cancellationToken)
    {
        foreach (var tenant in MaintenanceWatch.TenantsIn(_root))
        {
            if (Find(tenant) is { Operation: null })
                await LeaveAsync(tenant, cancellationToken);
        }
    }

    public void Dispose() => _watch.Dispose();

    /// <summary>Tells the tenant's webhook, where there is one, that maintenance mode is about to begin; not when it is on.</summary>
    /// <param name="reason">See <see cref="WebhookMessage.Reason"/>.</param>
    /// <returns>Dispose it when maintenance mode is on; null when there is nothing to tell.</returns>
    internal async Task<IAsyncDisposable?> TellStartAsync(
        TenantSlug tenant, string reason, OperationId? operation, TimeSpan? expected, CancellationToken cancellationToken) =>
        _webhooks is not null && Find(tenant) is null ? await _webhooks.BeginAsync(tenant, reason, operation, expected, cancellationToken) : null;

    /// <summary>True also for one that is out of date or cannot be read.</summary>
    internal bool HasAnnouncement(TenantSlug tenant) => File.Exists(AnnouncementOf(tenant));

    /// <summary>
    /// By what to tell, also from another process, that an operation has locked users out meanwhile to change live data: it is not the same any more then. Look at it first,
    /// then whether users are out.
    /// </summary>
    internal string? LastLockOut(TenantSlug tenant)
    {
        try
        {
            return File.ReadAllText(_root.HomeOf(tenant).LastLockOutFile);
        }
        catch (IOException unwritten) when (unwritten is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    internal async Task AnnounceAsync(TenantSlug tenant, MaintenanceAnnouncement announcement)
    {
        Directory.CreateDirectory(_root.HomeOf(tenant).Path);
        await AnnouncementFile.WriteAsync(AnnouncementOf(tenant), announcement);
        Log.Announced(_logger, tenant.Value, announcement.BeginsUtc, announcement.By, announcement.Operation.ToString());
        _watch.Tell(tenant);
    }

    /// <summary>No error when nothing is announced.</summary>
    /// <remarks>Not synced, since users may be waiting: should the power bring it back, it is withdrawn by the recovery, or is out of date.</remarks>
    internal void Withdraw(TenantSlug tenant)
    {
        if (!HasAnnouncement(tenant))
            return;
        File.Delete(AnnouncementOf(tenant));
        _watch.Tell(tenant);
    }

    /// <summary>Puts a notice in the place of whichever there is; how a restore gives back the mode that a person had set before it.</summary>
    internal async Task ReplaceAsync(TenantSlug tenant, MaintenanceNotice notice)
    {
        Directory.CreateDirectory(_root.HomeOf(tenant).Path);
        await NoticeFile.WriteAsync(FileOf(tenant), notice);
        Log.Entered(_logger, tenant.Value, notice.By, notice.Operation?.ToString() ?? "-");
        _watch.Tell(tenant);
    }

    private string FileOf(TenantSlug tenant) => _root.HomeOf(tenant).MaintenanceFile;

    private string AnnouncementOf(TenantSlug tenant) => _root.HomeOf(tenant).AnnouncementFile;

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Maintenance mode of {Tenant} is on, asked for by {By}, operation {Operation}")]
        public static partial void Entered(ILogger logger, string tenant, string by, string operation);

        [LoggerMessage(LogLevel.Information, "Maintenance mode of {Tenant} is announced for {Begins:O}, asked for by {By}, operation {Operation}")]
        public static partial void Announced(ILogger logger, string tenant, DateTimeOffset begins, string by, string operation);

        [LoggerMessage(LogLevel.Information, "Maintenance mode of {Tenant} is off")]
        public static partial void Left(ILogger logger, string tenant);

        [LoggerMessage(LogLevel.Warning, "Maintenance notices could not be looked at; trying again")]
        public static partial void LookFailed(ILogger logger, Exception failure);
    }
}
