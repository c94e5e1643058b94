using BackupPortal.Core.Catalog;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace BackupPortal.Core.Rebuilding;

/// <summary>A catalog in the making, in a folder of its own beside the place where it is to be: there is none until it is whole.</summary>
internal sealed partial class NewCatalog : IDisposable
{
    /// <summary>Folders of this name are left over when a process was killed.</summary>
    public const string FolderPattern = "rebuild-*";

    private readonly DataRoot _root;
    private readonly DataRoot _place;
    private readonly CatalogContexts _contexts;
    private readonly SnapshotIndex _index;
    private readonly AuditLog _audit;
    private readonly ScheduleStore _schedules;
    private readonly CatalogMigration _migration;
    private readonly HashSet<Guid> _operations = [];

    public NewCatalog(DataRoot root, TenantRepositories repositories, IOptions<NightlyOptions> nightly, ILoggerFactory loggers, TimeProvider time)
    {
        _root = root;
        _place = new DataRoot(Path.Combine(root.Path, $"rebuild-{Guid.NewGuid():N}"));
        var sql = new CatalogSql(_place);
        _contexts = new CatalogContexts(_place, loggers);
        _index = new SnapshotIndex(sql, repositories);
        _audit = new AuditLog(_contexts, time);
        _schedules = new ScheduleStore(_contexts, new TenantStore(_place, sql), _audit, nightly, time);
        _migration = new CatalogMigration(_place, sql, _contexts, time);
    }

    public Task CreateAsync(CancellationToken cancellationToken) => _migration.ApplyAsync(cancellationToken);

    /// <returns>How many restores can be undone.</returns>
    public async Task<int> AddAsync(Tenant tenant, SurveyedRepository found, string by, CancellationToken cancellationToken)
    {
        var safety = found.Records.Where(record => record.Origin == SnapshotOrigin.Safety).ToList();
        await using (var context = _contexts.CreateDbContext())
        {
            context.Tenants.Add(new TenantRow
            {
                Id = tenant.Id.Value,
                Slug = tenant.Slug.Value,
                Name = tenant.Name,
                TimeZone = tenant.TimeZone.Id,
                DatabasePath = Portable(tenant.DatabasePath),
                FilesPath = Portable(tenant.FilesPath),
                CreatedUtc = tenant.CreatedUtc,
            });
            var (isOn, at) = RestoredTenants.NightlyOf(found);
            context.Schedules.Add(_schedules.Row(tenant.Id, tenant.TimeZone, isOn, at));
            foreach (var name in found.Records.Select(record => record.Details).FirstOrDefault(one => one is not null)?.Names ?? [])
                context.FriendlyNames.Add(new FriendlyNameRow { TenantId = tenant.Id.Value, Table = name.Table, Column = name.Column ?? "", Name = name.Name });
            context.Operations.AddRange(safety.Select(record => RestoreBefore(record, tenant)));
            context.Audit.Add(_audit.Entry(tenant.Id, by, RebuildText.Of("AuditRebuilt")));
            await context.SaveChangesAsync(cancellationToken);
        }

        foreach (var record in found.Records)
            await _index.AddAsync(record, tenant.Id, cancellationToken);
        return safety.Count;
    }

    /// <summary>From here on it is the installation's catalog. Whatever is in its place has been put aside.</summary>
    public void Publish()
    {
        using (var connection = new SqliteConnection(CatalogConnection.TextOf(_place.CatalogFile)))
        {
            SqliteConnection.ClearPool(connection);
            connection.Open();
            using var command = connection.CreateCommand();
            // One file, with everything in it; the next start makes it a WAL database again.
            command.CommandText = "PRAGMA journal_mode = DELETE;";
            if (command.ExecuteScalar() as string != "delete")
                throw new IOException($"{_place.CatalogFile} could not be closed.");
            SqliteConnection.ClearPool(connection);
        }

        DurableFile.SyncFileSystem(_place.Path);
        File.Move(_place.CatalogFile, _root.CatalogFile);
        DurableFile.SyncFolder(_root.Path);
    }

    public void Dispose()
    {
        using (var connection = new SqliteConnection(CatalogConnection.TextOf(_place.CatalogFile)))
            SqliteConnection.ClearPool(connection);
        if (Directory.Exists(_place.Path))
            Directory.Delete(_place.Path, recursive: true);
    }

    /// <summary>What a restore would have left in the catalog, as far as its safety snapshot tells: with it, it can be undone.</summary>
    private OperationRow RestoreBefore(SnapshotRecord record, Tenant tenant)
    {
        var restored = SnapshotName().Match(record.Note ?? "") is { Success: true } name && SnapshotId.TryParse(name.Value, out var id) ? id : null;
        var operation = OperationName().Match(record.Note ?? "") is { Success: true } number ? Guid.ParseExact(number.Value, "N") : Guid.CreateVersion7();
        return new OperationRow
        {
            // Of a folder that somebody copied there are two.
            Id = _operations.Add(operation) ? operation : Guid.CreateVersion7(),
            TenantId = tenant.Id.Value,
            Kind = nameof(OperationKind.Restore),
            State = nameof(OperationState.Succeeded),
            Arguments = restored is null ? new RestoreArguments("").ToJson() : RestoreArguments.ToJson(restored),
            RequestedBy = record.CreatedBy,
            QueuedUtc = record.CreatedUtc,
            StartedUtc = record.CreatedUtc,
            EndedUtc = record.CompletedUtc,
            Outcome = new OperationOutcome(RebuildText.Of("RestoreFromRecord"), restored, record.Id).ToJson(),
            Dismissed = true,
        };
    }

    private string Portable(string path)
    {
        var data = ResolvedPath.Of(_root.Path);
        return ResolvedPath.Of(path).IsWithin(data) ? Path.GetRelativePath(data.Value, path) : path;
    }

    [System.Text.RegularExpressions.GeneratedRegex("[0-9]{8}t[0-9]{6}z-[0-9a-f]{8}")]
    private static partial System.Text.RegularExpressions.Regex SnapshotName();

    [System.Text.RegularExpressions.GeneratedRegex(@"\b[0-9a-f]{32}\b")]
    private static partial System.Text.RegularExpressions.Regex OperationName();
}
