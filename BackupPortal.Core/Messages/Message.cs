using System.Collections.Concurrent;
using System.Globalization;
using System.Resources;
using System.Text.Json;

namespace BackupPortal.Core.Messages;

/// <summary>
/// A sentence for a person, kept as its key and arguments, so that each reader gets it in their own language.
/// </summary>
/// <param name="Area">The capability folder that owns the text, for example <c>Backup</c>: the text is in
/// <c>Backup/BackupTexts.resx</c> (English) and <c>BackupTexts.de.resx</c>.</param>
/// <param name="Key">The text's name in that file; its value is a composite format string.</param>
/// <param name="Arguments">What goes into <c>{0}</c>, <c>{1}</c>…, already as text that needs no translation. Numbers are invariant; where they
/// can have thousands or decimals, the text says <c>{0:N1}</c>, and the reader gets them as in their own language.</param>
public sealed record Message(string Area, string Key, params IReadOnlyList<string> Arguments)
{
    private static readonly ConcurrentDictionary<string, ResourceManager> Texts = new();

    /// <summary>
    /// The text in the language of <paramref name="culture"/>, or in English where it has no other. A text that is missing (an old row of the
    /// catalog may name one that is gone) gives its name and arguments: an error must never be hidden by another about its wording.
    /// </summary>
    public string Format(CultureInfo culture)
    {
        var texts = Texts.GetOrAdd(Area, static area => new ResourceManager($"BackupPortal.Core.{area}.{area}Texts", typeof(Message).Assembly));
        try
        {
            if (texts.GetString(Key, culture) is { } text)
                return string.Format(culture, text, [.. Arguments.Select(static one => new MessageArgument(one))]);
        }
        catch (Exception wording) when (wording is MissingManifestResourceException or FormatException)
        {
            return Bare();
        }
        return Bare();
    }

    /// <summary>For keeping; see <see cref="FromJson"/>.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, MessageJson.Default.Message);

    public static Message FromJson(string json) => JsonSerializer.Deserialize(json, MessageJson.Default.Message)!;

    /// <summary>The English text, for logs and the command line.</summary>
    public override string ToString() => Format(CultureInfo.InvariantCulture);

    public bool Equals(Message? other) =>
        other is not null && Area == other.Area && Key == other.Key && Arguments.SequenceEqual(other.Arguments);

    public override int GetHashCode() => HashCode.Combine(Area, Key, Arguments.Count);

    private string Bare() => Arguments.Count == 0 ? $"{Area}.{Key}" : $"{Area}.{Key}: {string.Join(", ", Arguments)}";
}
