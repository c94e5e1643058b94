using BackupPortal.Core.Messages;

namespace BackupPortal.Core.Encryption;

/// <summary>
/// A key that is needed cannot be had. Nothing is said about the objects that need it: they may be whole, so that this is never taken for damage.
/// </summary>
public sealed class EncryptionException(Message what, Message? hint = null, bool canRetry = false, Exception? cause = null)
    : PortalException(what, hint, canRetry, cause);
