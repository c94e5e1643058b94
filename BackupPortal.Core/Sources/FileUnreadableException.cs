namespace BackupPortal.Core.Sources;

/// <summary>A file's content could not be read to its end. Tells a fault of the source from one of the place that the content goes to.</summary>
internal sealed class FileUnreadableException(Exception cause) : Exception(cause.Message, cause);
