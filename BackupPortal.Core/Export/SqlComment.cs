namespace BackupPortal.Core.Export;

/// <summary>Puts a text into a comment of one line, out of which it cannot get.</summary>
internal static class SqlComment
{
    public static string Of(string text) => text.ReplaceLineEndings(" ").Replace('\0', ' ').Replace('\v', ' ');
}
