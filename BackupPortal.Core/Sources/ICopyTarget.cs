using BackupPortal.Core.Messages;
using SQLitePCL;

namespace BackupPortal.Core.Sources;

/// <summary>An empty database that SQLite's backup steps copy into.</summary>
internal interface ICopyTarget : IDisposable
{
    sqlite3 Handle { get; }

    /// <summary>Why the target could not take what was copied.</summary>
    /// <param name="result">What SQLite said.</param>
    /// <param name="neededBytes">Size of the whole copy.</param>
    PortalException Failure(int result, long neededBytes);
}
