using BackupPortal.Core.Messages;

namespace BackupPortal.Core.Encryption;

/// <summary>The failures of getting at keys, each naming what is wrong and what to do.</summary>
internal static class EncryptionFault
{
    public static EncryptionException NoMasterKey(string subject, string wanted) =>
        new(new Message("Encryption", "NoMasterKey", subject, wanted), new Message("Encryption", "WantedMasterKeyHint", wanted));

    public static EncryptionException NothingToEncryptWith() =>
        new(new Message("Encryption", "NothingToEncryptWith"), new Message("Encryption", "NothingToEncryptWithHint"));

    public static EncryptionException NothingToRotateTo() =>
        new(new Message("Encryption", "NothingToRotateTo"), new Message("Encryption", "NothingToRotateToHint"));

    public static EncryptionException FileExists(string path) =>
        new(new Message("Encryption", "FileExists", path), new Message("Encryption", "FileExistsHint"));

    public static EncryptionException NotWritten(string path, Exception cause) =>
        new(new Message("Encryption", "NotWritten", path, cause.Message), cause: cause);

    public static EncryptionException WrongMasterKey(string subject, string wanted, string configured) =>
        new(new Message("Encryption", "WrongMasterKey", subject, wanted, configured), new Message("Encryption", "WantedMasterKeyHint", wanted));

    public static EncryptionException NoDataKey(string subject, string id) =>
        new(new Message("Encryption", "NoDataKey", subject, id), new Message("Encryption", "NoDataKeyHint", id));

    public static EncryptionException DamagedDataKey(string key, string reason) =>
        new(new Message("Encryption", "DamagedDataKey", key, reason), new Message("Encryption", "DamagedDataKeyHint"));

    public static EncryptionException NewerDataKey(string key) =>
        new(new Message("Encryption", "NewerDataKey", key), new Message("Encryption", "NewerDataKeyHint"));

    public static bool IsNewer(EncryptionException failure) => failure.What.Key == "NewerDataKey";

    public static EncryptionException NotProven(string key, Exception cause) =>
        new(new Message("Encryption", "NotProven", key, cause.Message), new Message("Encryption", "NotProvenHint"), canRetry: true, cause);

    public static EncryptionException Plain(string subject) =>
        new(new Message("Encryption", "Plain", subject), new Message("Encryption", "PlainHint"));

    public static EncryptionException SourceFailed(string source, string reason, Exception? cause = null) =>
        new(new Message("Encryption", "SourceFailed", source, reason), new Message("Encryption", "SourceFailedHint"), canRetry: false, cause);

    public static EncryptionException FileIsOpen(string path) =>
        new(new Message("Encryption", "FileIsOpen", path), new Message("Encryption", "FileIsOpenHint", path));
}
