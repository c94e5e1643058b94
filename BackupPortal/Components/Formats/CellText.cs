using BackupPortal.Core.Browsing;
using static BackupPortal.Components.Formats.FormatsTexts;

namespace BackupPortal.Components.Formats;

/// <summary>One value of a database, for people.</summary>
internal static class CellText
{
    public static string Format(TableCell cell) => cell switch
    {
        { Kind: "null" } => Texts["Null"],
        { Kind: "blob", SizeBytes: { } size } => Texts["Blob", SizeText.Format(size)],
        { Kind: "blob" } => cell.Text ?? Texts["BlobUnknown"],
        { SizeBytes: { } size } => $"{cell.Text} {Texts["Longer", SizeText.Format(size)]}",
        _ => cell.Text ?? "",
    };

    /// <summary>How a table shows it: the name of a style, or null.</summary>
    public static string? Style(TableCell? cell) => cell?.Kind is "integer" or "real" ? "number" : cell?.Kind is null or "null" ? "null" : null;
}
