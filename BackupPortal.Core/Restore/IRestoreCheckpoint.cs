namespace BackupPortal.Core.Restore;

/// <summary>Told whenever a restore or its recovery has passed a point at which a crash would be interesting. A test dies there.</summary>
internal interface IRestoreCheckpoint
{
    void Reached(string point);
}

/// <summary>Goes on: what the portal uses.</summary>
internal sealed class NoCheckpoint : IRestoreCheckpoint
{
    public void Reached(string point)
    {
        // Nothing is to happen here outside of tests.
    }
}
