using System.Text.Json.Serialization;

namespace BackupPortal.Cli;

/// <summary>The shapes that scripts read (<c>--json</c>); a name or a meaning never changes, names may be added.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(BackupDocument))]
[JsonSerializable(typeof(IReadOnlyList<SnapshotDocument>))]
[JsonSerializable(typeof(RecordDocument))]
[JsonSerializable(typeof(IReadOnlyList<VerifyDocument>))]
[JsonSerializable(typeof(PruneDocument))]
[JsonSerializable(typeof(ComparisonDocument))]
[JsonSerializable(typeof(ImportDocument))]
[JsonSerializable(typeof(RestoreDocument))]
[JsonSerializable(typeof(RestoreToDocument))]
[JsonSerializable(typeof(ExportDocument))]
[JsonSerializable(typeof(RetrievalDocument))]
[JsonSerializable(typeof(IReadOnlyList<QuarantineDocument>))]
[JsonSerializable(typeof(MaintenanceDocument))]
[JsonSerializable(typeof(TenantDocument))]
[JsonSerializable(typeof(IReadOnlyList<TenantDocument>))]
[JsonSerializable(typeof(UserDocument))]
[JsonSerializable(typeof(KeyDocument))]
[JsonSerializable(typeof(IReadOnlyList<KeyStatusDocument>))]
[JsonSerializable(typeof(IReadOnlyList<KeyRotationDocument>))]
[JsonSerializable(typeof(RebuildDocument))]
[JsonSerializable(typeof(WebhookDocument))]
internal sealed partial class Documents : JsonSerializerContext;

internal sealed record BackupDocument(string Operation, string Snapshot, string State, long SizeBytes, long AddedBytes, long DurationMs);

/// <param name="Notices">What the reader of the backup must know, in English.</param>
internal sealed record ImportDocument(
    string Operation, string Snapshot, string State, string? Note, long SizeBytes, long AddedBytes, long DurationMs, IReadOnlyList<string> Notices);

internal sealed record SnapshotDocument(string Snapshot, DateTime CreatedUtc, string Origin, string? Note, long SizeBytes, long AddedBytes);

internal sealed record VerifyDocument(string Snapshot, bool Ok, IReadOnlyList<string> Problems, string Level, IReadOnlyList<string> Notices);

/// <param name="Operation">Null for a dry run, which is none.</param>
internal sealed record PruneDocument(
    string? Operation,
    string State,
    bool DryRun,
    IReadOnlyList<string> GivenUp,
    IReadOnlyList<HeldDocument> Held,
    int Kept,
    PruneAmountDocument Deleted,
    PruneAmountDocument Waiting,
    DateTime? NextUtc,
    RepackDocument Repacked,
    IReadOnlyList<string> Unknown);

internal sealed record HeldDocument(string Snapshot, string Reason);

internal sealed record PruneAmountDocument(int Packs, int Documents, long SizeBytes);

internal sealed record RepackDocument(int Packs, long SizeBytes, long SavedBytes);

/// <summary>What restoring the snapshot would do; tables that differ only.</summary>
internal sealed record ComparisonDocument(
    IReadOnlyList<TableDifferenceDocument> Tables, IReadOnlyList<SchemaDifferenceDocument> Schema, FileDifferenceDocument Files, string Snapshot, string Other);

internal sealed record TableDifferenceDocument(string Name, long ComeBack, long Revert, long Disappear);

/// <param name="Change"><c>comesBack</c>, <c>reverts</c>, <c>disappears</c> or <c>getsOldNameBack</c>.</param>
internal sealed record SchemaDifferenceDocument(string Part, string Change, string Name, string? Table, string? OtherName);

internal sealed record FileDifferenceDocument(long ComeBack, long Revert, long Disappear);

internal sealed record RestoreDocument(string Operation, string State, long DowntimeMs, string? SafetySnapshot);

internal sealed record RestoreToDocument(string Snapshot, string State, string? Database, string Files, long SizeBytes, long DurationMs);

/// <param name="Operation">Null for a dry run, which is none.</param>
/// <param name="SafetySnapshot">Null where nothing had to be written.</param>
internal sealed record RetrievalDocument(
    string? Operation,
    string State,
    bool DryRun,
    string Snapshot,
    IReadOnlyList<RetrievedTableDocument> Tables,
    RetrievedFilesDocument Files,
    IReadOnlyList<RetrievalConflictDocument> Conflicts,
    long DowntimeMs,
    string? SafetySnapshot);

internal sealed record RetrievedFilesDocument(long Added, long Replaced, long LeftChanged, long Conflicts);

/// <param name="Chosen">Rows that come back because they were asked for.</param>
/// <param name="Needed">Rows that come back because those refer to them.</param>
/// <param name="Dependent">Rows that come back because they refer to those.</param>
internal sealed record RetrievedTableDocument(string Name, long Chosen, long Needed, long Dependent, long Replaced, long LeftChanged, long Conflicts);

/// <param name="Reason"><c>taken</c>: live data has another row with the same <paramref name="Detail"/>; <c>unmet</c>: it refers to a row of <paramref name="Detail"/> that cannot come back.</param>
/// <param name="Other">Which row that is that has it, by the columns that tell.</param>
internal sealed record RetrievalConflictDocument(string Table, string Row, string Reason, string Detail, string? Other);

/// <param name="SinceUtc">When it was live last.</param>
internal sealed record QuarantineDocument(string Operation, string Restored, DateTime SinceUtc, DateTime UntilUtc, long SizeBytes, IReadOnlyList<string> Folders);

internal sealed record MaintenanceDocument(string Tenant, bool On, DateTime? SinceUtc, string? By);

internal sealed record TenantDocument(string Slug, string Name, string TimeZone, string Database, string Files);

internal sealed record UserDocument(string Email, string Role, string? Tenant, string? Password);

internal sealed record KeyDocument(string Fingerprint, string? Key, string? File);

internal sealed record KeyStatusDocument(
    string Tenant,
    IReadOnlyList<string> DataKeys,
    IReadOnlyList<string> MasterKeys,
    IReadOnlyList<string> ConfiguredMasterKeys,
    bool Opens,
    int EncryptedSnapshots,
    int PlainSnapshots);

internal sealed record KeyRotationDocument(string Tenant, bool Ok, IReadOnlyList<string> DataKeys, string? MasterKey, IReadOnlyList<string> Removed);

internal sealed record WebhookDocument(string Tenant, bool Ok);

/// <param name="PutAside">Where the catalog is now that was there.</param>
internal sealed record RebuildDocument(bool Whole, string? PutAside, IReadOnlyList<RebuiltDocument> Tenants);

internal sealed record RebuiltDocument(
    string Tenant, bool Added, string? Name, int Snapshots, int Undoable, string? Database, string? Files, IReadOnlyList<string> Unreadable, IReadOnlyList<string> Notices);

internal sealed record RecordDocument(
    string Snapshot,
    string Tenant,
    DateTime CreatedUtc,
    DateTime CompletedUtc,
    string Origin,
    string? Note,
    string CreatedBy,
    long SizeBytes,
    long AddedBytes,
    int Format,
    DatabaseDocument Database,
    IReadOnlyDictionary<string, long> Tables,
    IReadOnlyList<FileDocument> Files,
    IReadOnlyList<string> Notices);

internal sealed record DatabaseDocument(
    int PageSize, long PageCount, long SizeBytes, string RootHash, int UserVersion, int ApplicationId, string Encoding, string JournalMode, string SqliteVersion);

internal sealed record FileDocument(string Path, string Kind, long SizeBytes, string? Sha256, string? LinkTarget);

/// <param name="Notices">What could not be taken over as it is.</param>
internal sealed record ExportDocument(string Snapshot, string State, string Format, string Target, long SizeBytes, long DurationMs, IReadOnlyList<string> Notices);
