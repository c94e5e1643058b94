using BackupPortal.Core.Comparison;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Retrieval;

/// <summary>Some of the rows of a table that could come back, for a person who picks among them.</summary>
/// <param name="Count">Of all of them.</param>
/// <param name="Columns">Those that both states have; of very wide tables the first ones.</param>
public sealed record RetrievableRows(long Count, IReadOnlyList<ChangedColumn> Columns, IReadOnlyList<RetrievableRow> Rows)
{
    /// <param name="comparison">Of a snapshot with live data.</param>
    /// <exception cref="PortalException">There is no such table, or its rows cannot be told apart.</exception>
    public static RetrievableRows Read(StateComparison comparison, Tenant tenant, RetrievableRowsQuery query, CancellationToken cancellationToken)
    {
        using var gathered = new RowGathering(comparison, tenant.Home.Scratch, cancellationToken);
        return gathered.List(query);
    }
}

/// <summary>Which rows of a table a person wants to see.</summary>
/// <param name="Table">As it is called in the snapshot.</param>
/// <param name="Search">See <see cref="RetrievalArguments.Search"/>.</param>
/// <param name="WithChanged">Also rows that have changed, behind those that are missing.</param>
public sealed record RetrievableRowsQuery(string Table, string? Search, bool WithChanged, long Skip, int Take);

/// <param name="Key">Names the row within its table of the snapshot; means nothing to a person.</param>
/// <param name="Kind">Missing (<see cref="DifferenceKind.ComeBack"/>), or changed.</param>
public sealed record RetrievableRow(string Key, DifferenceKind Kind, ChangedRow Row);
