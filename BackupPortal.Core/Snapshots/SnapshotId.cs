using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace BackupPortal.Core.Snapshots;

/// <summary>
/// Identifies a snapshot within its repository: the second it was begun, in UTC, then eight hexadecimal digits, of which the first five are the
/// microsecond and the last three random, for example <c>20261120t201402z-4f3a9c0b</c>. Sorts by time as text, also within a second, and is safe in
/// file names and addresses.
/// </summary>
public sealed partial record SnapshotId
{
    private SnapshotId(string value) => Value = value;

    public string Value { get; }

    public static SnapshotId Create(DateTimeOffset now) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"{now.UtcDateTime:yyyyMMdd't'HHmmss'z'}-{now.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond:x5}{RandomNumberGenerator.GetHexString(3, lowercase: true)}"));

    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out SnapshotId? id)
    {
        id = text is not null && Pattern().IsMatch(text) ? new SnapshotId(text) : null;
        return id is not null;
    }

    /// <exception cref="FormatException"><paramref name="text"/> is not a snapshot's identifier.</exception>
    public static SnapshotId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not a snapshot.");

    public override string ToString() => Value;

    [GeneratedRegex("^[0-9]{8}t[0-9]{6}z-[0-9a-f]{8}\\z")]
    private static partial Regex Pattern();
}
