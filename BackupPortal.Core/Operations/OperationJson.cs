using System.Text.Json.Serialization;

namespace BackupPortal.Core.Operations;

/// <summary>How operations are kept as JSON. Generated, because a short command has no time to find it out by reflection.</summary>
[JsonSerializable(typeof(OperationProgress))]
[JsonSerializable(typeof(KeptOutcome))]
[JsonSerializable(typeof(LeaseNote))]
internal sealed partial class OperationJson : JsonSerializerContext;
