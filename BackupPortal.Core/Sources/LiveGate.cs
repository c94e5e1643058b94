namespace BackupPortal.Core.Sources;

/// <summary>While it is held, no reader of this process gets to the tenant's live database.</summary>
public sealed class LiveGate : IDisposable
{
    private readonly LiveDoor door;
    private int isDisposed;

    internal LiveGate(LiveDoor door) => this.door = door;

    /// <summary>True when no reader of this process is there any more.</summary>
    public bool IsClear => door.IsClear;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref isDisposed, 1) == 0)
            door.Open();
    }
}
