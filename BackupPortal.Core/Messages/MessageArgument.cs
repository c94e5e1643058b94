using System.Globalization;

namespace BackupPortal.Core.Messages;

/// <summary>An argument as it is put into a text: as it was kept, or, where the text asks for a number with <c>{0:N1}</c>, as the reader writes numbers.</summary>
internal sealed class MessageArgument(string kept) : IFormattable
{
    public string ToString(string? format, IFormatProvider? formatProvider) =>
        format is not null && decimal.TryParse(kept, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number.ToString(format, formatProvider)
            : kept;

    public override string ToString() => kept;
}
