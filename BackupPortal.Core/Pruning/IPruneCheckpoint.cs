namespace BackupPortal.Core.Pruning;

/// <summary>Told whenever a prune has passed a point at which a crash would be interesting. A test dies there.</summary>
internal interface IPruneCheckpoint
{
    void Reached(string point);
}

/// <summary>Goes on: what the portal uses.</summary>
internal sealed class NoPruneCheckpoint : IPruneCheckpoint
{
    public void Reached(string point)
    {
        // Nothing is to happen here outside of tests.
    }
}
