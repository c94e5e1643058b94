namespace BackupPortal.Core.Sources;

/// <param name="Tables">Row count of each table that is not SQLite's own, by name.</param>
/// <param name="Uncounted">Tables whose rows could not be counted, for example of a virtual table whose module is not here.</param>
public sealed record DatabaseContentFacts(
    int UserVersion, int ApplicationId, string Encoding, IReadOnlyDictionary<string, long> Tables, IReadOnlyList<string> Uncounted);
