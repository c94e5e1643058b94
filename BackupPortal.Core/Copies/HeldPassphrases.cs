using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace BackupPortal.Core.Copies;

/// <summary>
/// Passphrases of work that is queued or running, in memory alone: what is queued is kept in the catalog, where a passphrase must never be. Safe for
/// concurrent use.
/// </summary>
public sealed class HeldPassphrases(TimeProvider time)
{
    private static readonly TimeSpan _longest = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<string, (string Passphrase, DateTimeOffset Since)> _held = new(StringComparer.Ordinal);

    /// <returns>A ticket that the work is given instead.</returns>
    public string Hold(string passphrase)
    {
        var now = time.GetUtcNow();
        foreach (var (forgotten, held) in _held)
        {
            if (now - held.Since > _longest)
                _held.TryRemove(forgotten, out _);
        }
        var ticket = RandomNumberGenerator.GetHexString(32, lowercase: true);
        _held[ticket] = (passphrase, now);
        return ticket;
    }

    /// <summary>Hands it over, once.</summary>
    /// <param name="ticket">Null when there is no passphrase.</param>
    /// <exception cref="Messages.PortalException">It is not held (any more), for example because the portal was started again meanwhile.</exception>
    public string? Take(string? ticket)
    {
        if (ticket is null)
            return null;
        return _held.TryRemove(ticket, out var held) ? held.Passphrase : throw CopiesText.Refusal("PassphraseGone", "PassphraseGoneHint");
    }
}
