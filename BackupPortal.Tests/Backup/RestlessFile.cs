namespace BackupPortal.Tests.Backup;

/// <summary>A file, too large to be read in a moment, that somebody writes to all the time.</summary>
internal sealed class RestlessFile : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly Task running;

    public RestlessFile(string path)
    {
        File.WriteAllBytes(path, new byte[20_000_000]);
        running = Task.Run(() => Write(path));
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        stop.Dispose();
    }

    private void Write(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        for (long i = 0; !stop.IsCancellationRequested; i++)
        {
            file.Position = i * 4096 % file.Length;
            file.WriteByte((byte)i);
            stop.Token.WaitHandle.WaitOne(1);
        }
    }
}
