namespace BackupPortal.Components.Copies;

/// <summary>What somebody said about a file that is to become a backup.</summary>
/// <param name="Note">Null for the note of the backup that the file was made from.</param>
/// <param name="ConfirmedTenant">Short name of another school whose copy it may be; only operators are asked.</param>
/// <param name="Passphrase">Null when none was given.</param>
public sealed record ImportAnswer(string? Note, string? ConfirmedTenant, string? Passphrase)
{
    // A record tells all its members, and the passphrase must not come into a log.
    public override string ToString() => $"note: {Note}, of: {ConfirmedTenant}";
}
