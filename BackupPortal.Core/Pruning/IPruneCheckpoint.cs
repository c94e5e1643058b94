namespace BackupPortal.Core.Pruning;

/// <summary>Told whenever a prune has passed a point at which a crash would be interesting. A test dies there.</summary>
internal interface IPruneCheckpoint
{
    Task ReachedAsync(string point);
}

/// <summary>Goes on: what the portal uses.</summary>
internal sealed class NoPruneCheckpoint : IPruneCheckpoint
{
    public Task ReachedAsync(string point) => Task.CompletedTask;
}
