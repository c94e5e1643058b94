using Microsoft.Extensions.Options;

namespace BackupPortal.Core.Encryption;

/// <summary>
/// The configured master keys. Each is fetched when it is first needed and kept for the life of the process, so that a command is run once. Safe for
/// concurrent use.
/// </summary>
/// <param name="options">Looked at when a key is first needed.</param>
public sealed class MasterKeys(IOptions<EncryptionOptions> options) : IDisposable
{
    private readonly SemaphoreSlim gate = new(1);
    private IReadOnlyList<MasterKey?>? known;

    /// <summary>The one that new data keys are wrapped by; null when none is configured.</summary>
    /// <exception cref="EncryptionException">It is configured and cannot be had.</exception>
    public async Task<MasterKey?> CurrentAsync(CancellationToken cancellationToken) => (await FetchAsync(cancellationToken))[0];

    /// <summary>All that are configured, the current one first.</summary>
    /// <exception cref="EncryptionException">One is configured and cannot be had.</exception>
    public async Task<IReadOnlyList<MasterKey>> AllAsync(CancellationToken cancellationToken) => [.. (await FetchAsync(cancellationToken)).OfType<MasterKey>()];

    public void Dispose() => gate.Dispose();

    private async Task<IReadOnlyList<MasterKey?>> FetchAsync(CancellationToken cancellationToken)
    {
        if (known is { } already)
            return already;
        await gate.WaitAsync(cancellationToken);
        try
        {
            var given = options.Value;
            return known ??=
            [
                await FetchAsync("", given.MasterKey, given.MasterKeyFile, given.MasterKeyCommand, cancellationToken),
                await FetchAsync("Previous", given.PreviousMasterKey, given.PreviousMasterKeyFile, given.PreviousMasterKeyCommand, cancellationToken),
            ];
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<MasterKey?> FetchAsync(string prefix, string? key, string? file, string? command, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrWhiteSpace(key))
            return Parse($"Encryption:{prefix}MasterKey", key);
        if (!string.IsNullOrWhiteSpace(file))
            return Parse(file, await MasterKeyFile.ReadAsync(file, cancellationToken));
        if (!string.IsNullOrWhiteSpace(command))
            return Parse(command, await MasterKeyCommand.RunAsync(command, options.Value.CommandTimeout, cancellationToken));
        return null;
    }

    private static MasterKey Parse(string source, string text) =>
        MasterKey.TryParse(text, out var key) ? key : throw EncryptionFault.SourceFailed(source, "it gives no key of 32 bytes in base64 or hexadecimal digits");
}
