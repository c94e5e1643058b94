using System.Text.Json.Serialization;

namespace BackupPortal.Core.Backup;

/// <summary>How what a backup is asked for is kept as JSON. Generated, because a short command has no time to find it out by reflection.</summary>
[JsonSerializable(typeof(BackupArguments))]
internal sealed partial class BackupJson : JsonSerializerContext;
