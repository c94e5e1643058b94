using System.Globalization;
using System.Resources;

namespace BackupPortal.Core.Messages;

/// <summary>
/// A sentence for a person, kept as its key and arguments, so that each reader gets it in their own language.
/// </summary>
/// <param name="Area">The capability folder that owns the text, for example <c>Backup</c>: the text is in
/// <c>Backup/BackupTexts.resx</c> (English) and <c>BackupTexts.de.resx</c>.</param>
/// <param name="Key">The text's name in that file; its value is a composite format string.</param>
/// <param name="Arguments">What goes into <c>{0}</c>, <c>{1}</c>…, already as text that needs no translation.</param>
public sealed record Message(string Area, string Key, params IReadOnlyList<string> Arguments)
{
    /// <summary>The text in the language of <paramref name="culture"/>, or in English where it has no German one.</summary>
    /// <exception cref="MissingManifestResourceException">The area has no texts at all.</exception>
    public string Format(CultureInfo culture)
    {
        var texts = new ResourceManager($"BackupPortal.Core.{Area}.{Area}Texts", typeof(Message).Assembly);
        var text = texts.GetString(Key, culture)
            ?? throw new MissingManifestResourceException($"No text {Area}.{Key}.");
        return string.Format(culture, text, [.. Arguments]);
    }

    /// <summary>The English text, for logs and the command line.</summary>
    public override string ToString() => Format(CultureInfo.InvariantCulture);

    public bool Equals(Message? other) =>
        other is not null && Area == other.Area && Key == other.Key && Arguments.SequenceEqual(other.Arguments);

    public override int GetHashCode() => HashCode.Combine(Area, Key, Arguments.Count);
}
