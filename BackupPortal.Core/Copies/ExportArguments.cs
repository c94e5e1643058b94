using System.Text.Json;
using BackupPortal.Core.Export;
using BackupPortal.Core.Operations;

namespace BackupPortal.Core.Copies;

/// <summary>What <see cref="OperationKind.Export"/> is asked for.</summary>
/// <param name="Place">Where the file is kept: a name of <see cref="CopyPlaces"/>.</param>
/// <param name="Passphrase">A ticket of <see cref="HeldPassphrases"/>, never the passphrase itself; null for a file that everybody can open.</param>
public sealed record ExportArguments(string Snapshot, ExportFormat Format, string Place = CopyPlaces.Downloads, string? Passphrase = null)
{
    public string ToJson() => JsonSerializer.Serialize(this, CopiesJson.Default.ExportArguments);

    public static ExportArguments FromJson(string json) => JsonSerializer.Deserialize(json, CopiesJson.Default.ExportArguments)!;
}

/// <summary>What an export left: the details of its outcome.</summary>
/// <param name="Name">Of the file in its place.</param>
public sealed record ExportDetails(string Place, string Name, string Sha256)
{
    public string ToJson() => JsonSerializer.Serialize(this, CopiesJson.Default.ExportDetails);

    /// <returns>Null when the operation was no export that succeeded.</returns>
    public static ExportDetails? Find(OperationView view) =>
        view is { Kind: OperationKind.Export, Outcome.Details: { } details } ? JsonSerializer.Deserialize(details, CopiesJson.Default.ExportDetails) : null;
}
