using BackupPortal.Core.Copies;
using BackupPortal.Core.Export;
using static BackupPortal.Components.Copies.CopiesTexts;

namespace BackupPortal.Components.Copies;

/// <summary>What formats are called by people.</summary>
internal static class FormatText
{
    public static string Name(CopyNote note)
    {
        var name = ExportFormats.Find(note.Format) is { } format ? Texts[$"Format{format}"] : note.Format;
        return note.IsEncrypted ? Texts["Encrypted", name] : name;
    }

    public static string Name(ExportFormat format) => Texts[$"Format{format}"];
}
