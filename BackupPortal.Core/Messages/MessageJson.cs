using System.Text.Json.Serialization;

namespace BackupPortal.Core.Messages;

/// <summary>How a message is kept as JSON. Generated, because a short command has no time to find it out by reflection.</summary>
[JsonSerializable(typeof(Message))]
internal sealed partial class MessageJson : JsonSerializerContext;
