using System.Globalization;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Catalog;

/// <summary>Gathers what a snapshot's record tells of its tenant beside the name. Safe for concurrent use.</summary>
public sealed class TenantDetailsReader(DataRoot root, CatalogSql sql)
{
    private const string TimeFormat = "HH:mm";

    public async Task<TenantDetails> ReadAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        var schedule = (await sql.QueryAsync(
            new SqlStatement("SELECT IsOn, At FROM schedules WHERE TenantId = @tenant", ("@tenant", tenant.Id.Value)),
            reader => new Nightly(reader.GetBoolean(0), reader.GetString(1)), cancellationToken)).SingleOrDefault();
        var names = await sql.QueryAsync(
            new SqlStatement("""SELECT "Table", "Column", Name FROM friendly_names WHERE TenantId = @tenant ORDER BY "Table", "Column" """, ("@tenant", tenant.Id.Value)),
            reader => new NamedPart(reader.GetString(0), reader.GetString(1) is { Length: > 0 } column ? column : null, reader.GetString(2)), cancellationToken);
        var at = schedule is null ? ScheduleStore.DefaultTime : TimeOnly.Parse(schedule.At, CultureInfo.InvariantCulture);
        return new TenantDetails(
            tenant.TimeZone.Id, Portable(tenant.DatabasePath), Portable(tenant.FilesPath), schedule?.IsOn ?? false,
            at.ToString(TimeFormat, CultureInfo.InvariantCulture), names);
    }

    private string Portable(string path) =>
        Path.GetRelativePath(root.Path, path) is var relative && !Path.IsPathRooted(relative) && relative.Split(Path.DirectorySeparatorChar)[0] != ".." ? relative : path;

    private sealed record Nightly(bool IsOn, string At);
}
