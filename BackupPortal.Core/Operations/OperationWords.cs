using BackupPortal.Core.Messages;

namespace BackupPortal.Core.Operations;

/// <summary>What operations' kinds, states and phases are called.</summary>
public static class OperationWords
{
    private const string Area = "Operations";

    public static Message Text(this OperationKind kind) => new(Area, $"Kind{kind}");

    public static Message Text(this OperationState state) => new(Area, $"State{state}");

    public static Message Text(this OperationPhase phase) => new(Area, $"Phase{phase}");
}
