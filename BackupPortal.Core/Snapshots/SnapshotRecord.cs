using System.Text.Json.Serialization;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Snapshots;

/// <summary>
/// Everything that is known of one snapshot: its commit record in the repository. Once it can be read, the snapshot is complete.
/// </summary>
/// <param name="Format">Version of the repository format it was written in; see docs/repository-format.md.</param>
/// <param name="CreatedUtc">The instant whose state the snapshot holds (when the read transaction was pinned).</param>
/// <param name="CompletedUtc">When it was committed.</param>
/// <param name="SizeBytes">What a restore of all of it would write: database plus files.</param>
/// <param name="AddedBytes">What this snapshot added to the repository: packs, map, manifest and this record.</param>
/// <param name="Packs">Every pack that a restore of it needs, ascending.</param>
/// <param name="Notices">What the reader of the snapshot must know, in English, for example a file that vanished while it was read.</param>
public sealed record SnapshotRecord(
    int Format,
    SnapshotId Id,
    TenantId Tenant,
    string TenantSlug,
    string TenantName,
    DateTimeOffset CreatedUtc,
    DateTimeOffset CompletedUtc,
    SnapshotOrigin Origin,
    string? Note,
    DatabaseFacts Database,
    FilesFacts Files,
    long SizeBytes,
    long AddedBytes,
    IReadOnlyList<string> Packs,
    IReadOnlyList<string> Notices,
    string CreatedBy)
{
    /// <summary>For the writer of the next snapshot; null in records of writers that did not count.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DocumentDeltas? Deltas { get; init; }

    /// <summary>Null in records of writers that did not note it, and of safety snapshots of restores.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TenantDetails? Details { get; init; }

    /// <summary>How often the record was written anew because what it refers to was moved; what the snapshot holds never changes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Revision { get; init; }
}

/// <summary>
/// What documents that are stored as differences to the same whole map, and to the same whole manifest, took so far. A writer begins with a whole one
/// again when that no longer pays.
/// </summary>
public sealed record DocumentDeltas(long MapBytes, long ManifestBytes);

/// <summary>Facts of a snapshot's database, read from the consistent copy.</summary>
/// <param name="RootHash">SHA-256 over the SHA-256 of each page in order, lower-case hexadecimal.</param>
/// <param name="MapHash">Names the page map in the repository.</param>
/// <param name="JournalMode">Of the live database, as <c>PRAGMA journal_mode</c> says it: <c>wal</c>, <c>delete</c>…</param>
/// <param name="Tables">Row count of each table that is not SQLite's own, by name.</param>
public sealed record DatabaseFacts(
    int PageSize,
    long PageCount,
    string RootHash,
    string MapHash,
    int UserVersion,
    int ApplicationId,
    string Encoding,
    string JournalMode,
    string SqliteVersion,
    IReadOnlyDictionary<string, long> Tables)
{
    public long SizeBytes => PageSize * PageCount;
}

/// <summary>Facts of a snapshot's files.</summary>
/// <param name="ManifestHash">Names the manifest in the repository; see <see cref="FileEntry"/>.</param>
/// <param name="Count">Regular files, links and folders not counted.</param>
public sealed record FilesFacts(string ManifestHash, long Count, long SizeBytes);
