namespace BackupPortal.Tests.Backup;

/// <summary>A file, too large to be read in a moment, that somebody writes to all the time.</summary>
internal sealed class RestlessFile : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly Task running;

    public RestlessFile(string path)
    {
        // Noise: equal pieces would be stored once, and reading would be over before the next write.
        var content = new byte[50_000_000];
        new Random(1).NextBytes(content);
        File.WriteAllBytes(path, content);
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
