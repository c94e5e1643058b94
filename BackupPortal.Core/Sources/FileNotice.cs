namespace BackupPortal.Core.Sources;

/// <summary>Why an entry of a files folder was left out.</summary>
public enum FileNoticeReason
{
    /// <summary>A socket, a pipe or a device.</summary>
    NotAFile,

    /// <summary>Another name of the live database or one of its companions, which must never be opened as a file.</summary>
    LiveDatabase,

    /// <summary>Its name is not valid UTF-8, so no path that this program can form leads to it.</summary>
    NameNotUtf8,

    /// <summary>It could not be read; <see cref="FileNotice.Detail"/> says why.</summary>
    Unreadable,

    Vanished,

    /// <summary>It changed each time while it was being read.</summary>
    Changing,

    /// <summary>It changed each time while it was being read; the version of the newest snapshot stands in for it.</summary>
    ChangingKeptPrevious,
}

/// <summary>That, and why, an entry of a files folder is not in a snapshot as it is now.</summary>
/// <param name="Path">Relative to the files folder.</param>
/// <param name="Detail">The operating system's reason; null when the reason says it all.</param>
public sealed record FileNotice(string Path, FileNoticeReason Reason, string? Detail = null);
