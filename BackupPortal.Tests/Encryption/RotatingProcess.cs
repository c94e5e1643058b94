using System.Diagnostics;
using BackupPortal.Core.Encryption;
using BackupPortal.Core.Storage;
using BackupPortal.Tests.Scenarios;
using Microsoft.Extensions.Options;

namespace BackupPortal.Tests.Encryption;

/// <summary>A process of its own that replaces the master key of a repository, and kills itself with SIGKILL at a given point.</summary>
internal static class RotatingProcess
{
    public const string Argument = "--rotating-process";

    public const string BeforeWriting = "before writing";
    public const string WhileWriting = "while writing";
    public const string BeforeDeleting = "before deleting";
    public const string AfterDeleting = "after deleting";
    public const string Never = "never";

    public static async Task StartAsync(string repository, MasterKey old, MasterKey replacement, string point, CancellationToken cancellationToken) =>
        Assert.Equal(point != Never, await ChildProcess.IsKilledAsync([Argument, repository, old.Reveal(), replacement.Reveal(), point], cancellationToken));

    public static async Task RunAsync(string[] arguments)
    {
        var store = new DyingStore(new LocalDirectoryStore(arguments[0], TimeProvider.System), arguments[3]);
        using var masterKeys = new MasterKeys(Options.Create(new EncryptionOptions { MasterKey = arguments[2], PreviousMasterKey = arguments[1] }));
        var keys = new RepositoryKeys(store, masterKeys);
        var replacement = (await masterKeys.CurrentAsync(CancellationToken.None))!;
        foreach (var id in (await keys.ListAsync(CancellationToken.None)).Select(one => one.Id).Distinct())
        {
            await keys.WrapAsync(await keys.OpenAsync(id, "test", CancellationToken.None), replacement, CancellationToken.None);
            await keys.KeepOnlyAsync(id, replacement, CancellationToken.None);
        }
    }

    private sealed class DyingStore(IObjectStore inner, string point) : IObjectStore
    {
        public async Task<long> WriteAsync(string key, Func<Stream, CancellationToken, Task> writeContent, CancellationToken cancellationToken)
        {
            Reached(BeforeWriting);
            return await inner.WriteAsync(
                key,
                async (stream, token) =>
                {
                    await writeContent(stream, token);
                    Reached(WhileWriting);
                },
                cancellationToken);
        }

        public Task ReadAsync(string key, long offset, Memory<byte> buffer, CancellationToken cancellationToken) =>
            inner.ReadAsync(key, offset, buffer, cancellationToken);

        public Task<StoredObject?> FindAsync(string key, CancellationToken cancellationToken) => inner.FindAsync(key, cancellationToken);

        public IAsyncEnumerable<StoredObject> ListAsync(string folder, CancellationToken cancellationToken) => inner.ListAsync(folder, cancellationToken);

        public async Task DeleteAsync(string key, CancellationToken cancellationToken)
        {
            Reached(BeforeDeleting);
            await inner.DeleteAsync(key, cancellationToken);
            Reached(AfterDeleting);
        }

        private void Reached(string reached)
        {
            if (reached == point)
                Process.GetCurrentProcess().Kill();
        }
    }
}
