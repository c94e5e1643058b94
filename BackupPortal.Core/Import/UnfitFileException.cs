using BackupPortal.Core.Messages;

namespace BackupPortal.Core.Import;

/// <summary>A file that came in cannot be imported, and no other attempt with the same file can: it is damaged, or not what it should be.</summary>
public sealed class UnfitFileException(Message what, Message hint) : PortalException(what, hint);
