namespace BackupPortal.Core.Messages;

/// <summary>
/// Work was given up for a reason that a person can understand: what happened, and what to do about it.
/// </summary>
/// <remarks>Anything that is not a <see cref="PortalException"/> is a defect or an environment fault, and is shown as such.</remarks>
public class PortalException : Exception
{
    /// <param name="what">What happened and what it means for the data.</param>
    /// <param name="hint">What to do next; null when there is nothing that the reader could do.</param>
    /// <param name="canRetry">True when the same attempt may succeed later without a change by a person.</param>
    /// <param name="cause">The lower-level reason, for the log.</param>
    public PortalException(Message what, Message? hint = null, bool canRetry = false, Exception? cause = null)
        : base(what.ToString(), cause)
    {
        What = what;
        Hint = hint;
        CanRetry = canRetry;
    }

    public Message What { get; }

    public Message? Hint { get; }

    public bool CanRetry { get; }
}
