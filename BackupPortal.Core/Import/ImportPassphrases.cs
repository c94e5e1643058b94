using System.Collections.Concurrent;
using BackupPortal.Core.Messages;

namespace BackupPortal.Core.Import;

/// <summary>
/// Passphrases of copies that are about to be imported, kept in memory only and by the name of the upload or the local copy. Safe for concurrent use.
/// </summary>
public sealed class ImportPassphrases
{
    private readonly ConcurrentDictionary<string, string> kept = new(StringComparer.Ordinal);

    /// <param name="source">What <see cref="ImportArguments"/> names: an upload's identifier, or a local copy's name.</param>
    public void Keep(string source, string passphrase) => kept[source] = passphrase;

    /// <summary>The first line of the file that was named, or what was kept for the source; null when nobody gave any.</summary>
    /// <exception cref="PortalException">The file cannot be read.</exception>
    internal string? Take(ImportArguments arguments)
    {
        if (arguments.PassphraseFile is not { } file)
            return kept.TryRemove(arguments.Upload ?? arguments.Copy ?? "", out var passphrase) ? passphrase : null;
        try
        {
            return File.ReadLines(file).FirstOrDefault();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new PortalException(ImportText.Of("SourceUnreadable", file, failure.Message), ImportText.Of("SourceMissingHint"), cause: failure);
        }
    }
}
