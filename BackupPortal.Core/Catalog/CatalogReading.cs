using System.Data.Common;

namespace BackupPortal.Core.Catalog;

/// <summary>Reads rows that were asked for in plain SQL. Each list of columns is in the order of its reading.</summary>
internal static class CatalogReading
{
    public const string TenantColumns = "Id, Slug, Name, TimeZone, DatabasePath, FilesPath, CreatedUtc";

    public const string OperationColumns =
        "Id, TenantId, Kind, State, Arguments, RequestedBy, QueuedUtc, StartedUtc, EndedUtc, Phases, Progress, Outcome, Error, Hint, CanCancel, CancelRequested, Dismissed, Runner, Change";

    public const string SnapshotColumns =
        "TenantId, Id, CreatedUtc, Origin, Note, SizeBytes, AddedBytes, DurationMilliseconds, ProvenUtc, ProvenLevel, IsDamaged, DamagedLevel, CreatedBy, CheckedUtc, CheckedLevel, CheckedMilliseconds";

    public const string LogColumns = "OperationId, TimeUtc, Severity, Text";

    public static TenantRow ReadTenant(this DbDataReader reader) => new()
    {
        Id = reader.GetGuid(0),
        Slug = reader.GetString(1),
        Name = reader.GetString(2),
        TimeZone = reader.GetString(3),
        DatabasePath = reader.GetString(4),
        FilesPath = reader.GetString(5),
        CreatedUtc = reader.GetInstant(6),
    };

    public static OperationRow ReadOperation(this DbDataReader reader) => new()
    {
        Id = reader.GetGuid(0),
        TenantId = reader.GetGuid(1),
        Kind = reader.GetString(2),
        State = reader.GetString(3),
        Arguments = reader.GetString(4),
        RequestedBy = reader.GetString(5),
        QueuedUtc = reader.GetInstant(6),
        StartedUtc = reader.FindInstant(7),
        EndedUtc = reader.FindInstant(8),
        Phases = reader.GetString(9),
        Progress = reader.FindString(10),
        Outcome = reader.FindString(11),
        Error = reader.FindString(12),
        Hint = reader.FindString(13),
        CanCancel = reader.GetBoolean(14),
        CancelRequested = reader.GetBoolean(15),
        Dismissed = reader.GetBoolean(16),
        Runner = reader.IsDBNull(17) ? null : reader.GetGuid(17),
        Change = reader.GetInt64(18),
    };

    public static SnapshotRow ReadSnapshot(this DbDataReader reader) => new()
    {
        TenantId = reader.GetGuid(0),
        Id = reader.GetString(1),
        CreatedUtc = reader.GetInstant(2),
        Origin = reader.GetString(3),
        Note = reader.FindString(4),
        SizeBytes = reader.GetInt64(5),
        AddedBytes = reader.GetInt64(6),
        DurationMilliseconds = reader.GetInt64(7),
        ProvenUtc = reader.FindInstant(8),
        ProvenLevel = reader.FindString(9),
        IsDamaged = reader.GetBoolean(10),
        DamagedLevel = reader.FindString(11),
        CreatedBy = reader.GetString(12),
        CheckedUtc = reader.FindInstant(13),
        CheckedLevel = reader.FindString(14),
        CheckedMilliseconds = reader.IsDBNull(15) ? null : reader.GetInt64(15),
    };

    public static OperationLogRow ReadLogLine(this DbDataReader reader) => new()
    {
        OperationId = reader.GetGuid(0),
        TimeUtc = reader.GetInstant(1),
        Severity = reader.GetString(2),
        Text = reader.GetString(3),
    };

    private static string? FindString(this DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static DateTimeOffset GetInstant(this DbDataReader reader, int column) =>
        new(DateTime.SpecifyKind(reader.GetDateTime(column), DateTimeKind.Utc));

    private static DateTimeOffset? FindInstant(this DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInstant(column);
}
