using BackupPortal.Core.Messages;

namespace BackupPortal.Core.Repository;

/// <summary>The repository cannot give what was asked for: it is not there, damaged, or newer than this program.</summary>
public sealed class RepositoryException(Message what, Message? hint = null, Exception? cause = null)
    : PortalException(what, hint, canRetry: false, cause);
