using BackupPortal.Core.Messages;

namespace BackupPortal.Core.Storage;

/// <summary>A storage place could not do what was asked of it.</summary>
public class StorageException(Message what, Message? hint = null, bool canRetry = false, Exception? cause = null)
    : PortalException(what, hint, canRetry, cause);

/// <summary>There is no object of that key.</summary>
public sealed class ObjectNotFoundException(Message what) : StorageException(what);
