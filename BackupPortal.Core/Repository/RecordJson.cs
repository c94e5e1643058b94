using System.Text.Json.Serialization;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Repository;

/// <summary>The shape of a snapshot record. Generated, because a short command has no time to find it out by reflection; see <see cref="RecordDocument"/>.</summary>
[JsonSerializable(typeof(SnapshotRecord))]
internal sealed partial class RecordJson : JsonSerializerContext;
