namespace BackupPortal.Core.Operations;

/// <summary>
/// Knows how far each operation was told of, so that a view from the catalog that took longer never overtakes a newer one. Not safe for concurrent use.
/// </summary>
internal sealed class LatestOperations
{
    private const int Remembered = 4096;

    private readonly Dictionary<OperationId, (OperationState State, double Fraction)> _latest = [];
    private readonly Queue<OperationId> _order = new();

    /// <summary>False when the view is older than the last one of its operation.</summary>
    public bool Advance(OperationView view)
    {
        var fraction = view.Progress?.Fraction ?? 0;
        if (_latest.TryGetValue(view.Id, out var last))
        {
            if (Rank(view.State) < Rank(last.State) || (view.State == last.State && view.State == OperationState.Running && fraction < last.Fraction))
                return false;
        }
        else
        {
            _order.Enqueue(view.Id);
            if (_order.Count > Remembered)
                _latest.Remove(_order.Dequeue());
        }
        _latest[view.Id] = (view.State, fraction);
        return true;
    }

    private static int Rank(OperationState state) => state switch
    {
        OperationState.Queued => 0,
        OperationState.Running => 1,
        _ => 2,
    };
}
