using BackupPortal.Core.Messages;

namespace BackupPortal.Core.Operations;

/// <summary>Work was given up, but there is more to tell than why: what it left, and what it left that state from.</summary>
/// <param name="outcome">Kept with the failed operation like that of one that succeeded.</param>
public sealed class FailedOperationException(Message what, Message? hint, OperationOutcome outcome, Exception? cause = null)
    : PortalException(what, hint, canRetry: false, cause)
{
    public OperationOutcome Outcome { get; } = outcome;
}
