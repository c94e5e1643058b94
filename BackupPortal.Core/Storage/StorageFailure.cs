using BackupPortal.Core.Messages;

namespace BackupPortal.Core.Storage;

/// <summary>Turns what the operating system says about files into words for people.</summary>
internal static class StorageFailure
{
    // errno of Linux, as the runtime hands it on in HResult, and what Windows says.
    private static readonly int[] full = [28, 122, unchecked((int)0x80070070), unchecked((int)0x80070027)];

    private const int ReadOnlyFileSystem = 30;

    /// <param name="subject">The file or object that could not be dealt with.</param>
    public static StorageException From(Exception cause, string subject) => cause switch
    {
        IOException io when IsFull(io) =>
            new(new Message("Storage", "Full", subject), new Message("Storage", "FullHint"), canRetry: true, cause),
        IOException { HResult: ReadOnlyFileSystem } =>
            new(new Message("Storage", "ReadOnly", subject), new Message("Storage", "ReadOnlyHint"), canRetry: false, cause),
        UnauthorizedAccessException =>
            new(new Message("Storage", "NoPermission", subject), new Message("Storage", "NoPermissionHint"), canRetry: false, cause),
        _ => new(new Message("Storage", "Failed", subject, cause.Message), new Message("Storage", "FailedHint"), canRetry: true, cause),
    };

    public static bool IsFull(IOException exception) => full.Contains(exception.HResult);

    // The last is how the runtime says that the file system, or a limit, allows no file of that length.
    public static bool IsFromFileSystem(Exception exception) => exception is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException { ParamName: "value" };
}
