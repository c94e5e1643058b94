using BackupPortal.Core.Copies;
using BackupPortal.Core.Export;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Components.Copies;

/// <summary>What somebody wants exported, and where it is to be kept.</summary>
/// <param name="Passphrase">Null for a file that everybody can open.</param>
public sealed record ExportWish(SnapshotId Snapshot, ExportFormat Format, string Place, string? Passphrase)
{
    /// <summary>The arguments of the operation; the passphrase stays with <paramref name="passphrases"/>.</summary>
    public string ToJson(HeldPassphrases passphrases) =>
        new ExportArguments(Snapshot.Value, Format, Place, Passphrase is null ? null : passphrases.Hold(Passphrase)).ToJson();

    // A record tells all its members, and this one must not come into a log.
    public override string ToString() => $"{Snapshot} as {Format} to {Place}";
}
