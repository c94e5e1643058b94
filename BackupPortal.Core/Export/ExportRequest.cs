using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Export;

/// <summary>What is to be written.</summary>
/// <param name="Passphrase">For a ZIP that only those can open who know it; at least <see cref="ShortestPassphrase"/> characters.</param>
public sealed record ExportRequest(SnapshotId Snapshot, ExportFormat Format, string? Passphrase = null)
{
    /// <summary>Characters. A passphrase is tried out on a machine of the attacker's, as often as they like.</summary>
    public const int ShortestPassphrase = 12;

    /// <summary>With the dot.</summary>
    public string Extension => ExportFormats.ExtensionOf(Format) + (Passphrase is null ? "" : ExportFormats.EncryptedExtension);

    // A record tells all its members, and this one must not come into a log.
    public override string ToString() => $"{Snapshot} as {Format}";
}
