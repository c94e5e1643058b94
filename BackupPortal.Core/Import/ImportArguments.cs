using System.Text.Json;
using System.Text.Json.Serialization;
using BackupPortal.Core.Operations;

namespace BackupPortal.Core.Import;

/// <summary>What <see cref="OperationKind.Import"/> is asked for. Exactly one of <see cref="File"/>, <see cref="Upload"/> and <see cref="Copy"/> says where it comes from.</summary>
/// <param name="File">A path that an operator, or the command line, named.</param>
/// <param name="Upload">Identifier of a finished upload of the tenant.</param>
/// <param name="Copy">Name of a file in one of the tenant's folders of local copies.</param>
/// <param name="Note">Why; null for the note of the backup that the file was made from.</param>
/// <param name="ConfirmedTenant">
/// Short name of another tenant whose copy this may be. Only an operator may confirm that; whoever queues the import has checked it.
/// </param>
/// <param name="Passphrase">For an encrypted copy: a ticket of <see cref="Copies.HeldPassphrases"/>, never the passphrase itself, since arguments are kept.</param>
/// <param name="Place">Where the local copy is, as <see cref="Copies.CopyPlaces"/> names it; null for the tenant's own folder.</param>
public sealed record ImportArguments(
    string? File = null, string? Upload = null, string? Copy = null, string? Note = null, string? ConfirmedTenant = null, string? Passphrase = null,
    string? Place = null)
{
    public string ToJson() => JsonSerializer.Serialize(this, ImportJson.Default.ImportArguments);

    public static ImportArguments FromJson(string json) => JsonSerializer.Deserialize(json, ImportJson.Default.ImportArguments)!;
}

/// <summary>How what an import is asked for is kept as JSON. Generated, because a short command has no time to find it out by reflection.</summary>
[JsonSerializable(typeof(ImportArguments))]
internal sealed partial class ImportJson : JsonSerializerContext;
