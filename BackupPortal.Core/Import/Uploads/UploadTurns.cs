using System.Collections.Concurrent;

namespace BackupPortal.Core.Import.Uploads;

/// <summary>
/// One writer of an upload at a time. Who comes later wins: the earlier connection is one that was lost and has not noticed. Safe for concurrent use.
/// </summary>
internal sealed class UploadTurns
{
    private readonly ConcurrentDictionary<string, Turn> turns = new(StringComparer.Ordinal);

    /// <summary>Ends whoever writes now, and waits until it has.</summary>
    /// <returns>Dispose it when the writing is over.</returns>
    public async Task<Turn> TakeAsync(string upload, CancellationToken cancellationToken)
    {
        var mine = new Turn(turns, upload, cancellationToken);
        try
        {
            while (!turns.TryAdd(upload, mine))
            {
                if (turns.TryGetValue(upload, out var other))
                    await other.GiveUpAsync(cancellationToken);
            }
            return mine;
        }
        catch
        {
            mine.Dispose();
            throw;
        }
    }

    internal sealed class Turn : IDisposable
    {
        private readonly ConcurrentDictionary<string, Turn> turns;
        private readonly string upload;
        private readonly CancellationTokenSource displaced;
        private readonly TaskCompletionSource over = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Turn(ConcurrentDictionary<string, Turn> turns, string upload, CancellationToken cancellationToken)
        {
            this.turns = turns;
            this.upload = upload;
            displaced = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Token = displaced.Token;
        }

        /// <summary>Ends when the caller's own does, or when somebody else takes the turn.</summary>
        public CancellationToken Token { get; }

        public void Dispose()
        {
            turns.TryRemove(KeyValuePair.Create(upload, this));
            over.TrySetResult();
            displaced.Dispose();
        }

        internal async Task GiveUpAsync(CancellationToken cancellationToken)
        {
            try
            {
                await displaced.CancelAsync();
            }
            catch (ObjectDisposedException)
            {
                // It is over by itself.
                return;
            }
            await over.Task.WaitAsync(cancellationToken);
        }
    }
}
