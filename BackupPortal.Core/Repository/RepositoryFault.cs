using BackupPortal.Core.Messages;

namespace BackupPortal.Core.Repository;

/// <summary>The failures of reading a repository, each naming the object that is hit.</summary>
internal static class RepositoryFault
{
    /// <summary>Of failures that are no damage: what is stored is newer than this program.</summary>
    public const string NewerKey = "Newer";

    private static readonly Message damagedHint = new("Repository", "DamagedHint");

    public static RepositoryException Damaged(string key, string reason, Exception? cause = null) =>
        new(new Message("Repository", "Damaged", key, reason), damagedHint, cause);

    public static RepositoryException Missing(string key, Exception cause) => new(new Message("Repository", "Missing", key), damagedHint, cause);

    public static RepositoryException DamagedRecord(string snapshot, string reason, Exception? cause = null) =>
        new(new Message("Repository", "DamagedRecord", snapshot, reason), damagedHint, cause);

    public static RepositoryException DamagedDatabase(string snapshot, string reason) =>
        new(new Message("Repository", "DamagedDatabase", snapshot, reason), damagedHint);

    public static RepositoryException DamagedFile(string path, string reason, Exception? cause = null) =>
        new(new Message("Repository", "DamagedFile", path, reason), damagedHint, cause);

    public static RepositoryException Newer(string key, long format) => new(
        new Message("Repository", NewerKey, key, format.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        new Message("Repository", "NewerHint"));

    public static RepositoryException UnknownCodec(string key, FrameCodec codec) => new(
        new Message("Repository", "UnknownCodec", key, ((int)codec).ToString(System.Globalization.CultureInfo.InvariantCulture)),
        new Message("Repository", "NewerHint"));

    public static RepositoryException NoZstd(string key) => new(new Message("Repository", "NoZstd", key), new Message("Repository", "NoZstdHint"));

    public static RepositoryException ProofFailed(string key, Exception cause) =>
        new(new Message("Repository", "ProofFailed", key, cause.Message), new Message("Repository", "ProofFailedHint"), cause);
}
