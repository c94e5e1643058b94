using BackupPortal.Core.Retrieval;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Components.Retrievals;

/// <summary>What a person has chosen to bring back so far.</summary>
internal sealed class RetrievalChoice
{
    private readonly Dictionary<string, RowPicks> tables = new(StringComparer.Ordinal);

    public bool WithFiles { get; set; }

    public string Search { get; set; } = "";

    public bool ReplaceChanged { get; private set; }

    public bool WithDependents { get; set; } = true;

    public bool IsNone => !WithFiles && tables.Values.All(static rows => rows.AreNone);

    public string? SearchText => Search.Trim() is { Length: > 0 } text ? text : null;

    /// <summary>Those whose rows are picked one by one.</summary>
    public IEnumerable<string> PickedTables => tables.Where(static table => table.Value.ArePicked).Select(static table => table.Key);

    public bool Has(string table) => tables.ContainsKey(table);

    /// <param name="table">One that is chosen.</param>
    public RowPicks RowsOf(string table) => tables[table];

    public void Toggle(string table)
    {
        if (!tables.Remove(table))
            tables.Add(table, new RowPicks());
    }

    public void Replace(bool wanted)
    {
        ReplaceChanged = wanted;
        if (wanted)
            return;
        foreach (var rows in tables.Values)
            rows.ForgetChanged();
    }

    /// <param name="inOrder">All tables there are.</param>
    public RetrievalArguments ArgumentsFor(SnapshotId snapshot, IEnumerable<string> inOrder)
    {
        var chosen = inOrder.Where(table => Has(table) && !RowsOf(table).AreNone).ToList();
        return new RetrievalArguments(snapshot.Value, chosen, Search: SearchText, ReplaceChanged: ReplaceChanged, WithDependents: WithDependents)
        {
            Files = WithFiles ? [""] : [],
            Picked = [.. chosen.Where(table => RowsOf(table).ArePicked).Select(table => new PickedRows(table, RowsOf(table).Keys))],
        };
    }
}
