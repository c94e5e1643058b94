using System.Text.RegularExpressions;

namespace BackupPortal.Core.Storage;

/// <summary>The shape of keys that every store can hold, whatever its own rules for names.</summary>
internal static partial class ObjectKey
{
    /// <exception cref="ArgumentException"><paramref name="key"/> is not a key; a defect of the caller.</exception>
    public static void Check(string key)
    {
        if (!Pattern().IsMatch(key))
            throw new ArgumentException($"'{key}' is not an object key.", nameof(key));
    }

    [GeneratedRegex("^[a-z0-9-][a-z0-9.-]*(?:/[a-z0-9-][a-z0-9.-]*)*\\z")]
    private static partial Regex Pattern();
}
