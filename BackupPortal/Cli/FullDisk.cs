using BackupPortal.Core.Tenancy;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Cli;

/// <summary>Tells whether a failure that nobody put into words comes from a disk without space, as when the catalog cannot be written.</summary>
internal static class FullDisk
{
    private const int SqliteFull = 13;
    private const int SqliteIoError = 10;
    private const int NoSpaceLeft = 28;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>SQLite cannot even map its shared memory then, and calls that an I/O error.</summary>
    private const long LeastBytes = 1_000_000;

    public static bool IsCauseOf(Exception failure, DataRoot root)
    {
        for (Exception? one = failure; one is not null; one = one.InnerException)
        {
            if (one is SqliteException { SqliteErrorCode: SqliteFull } or IOException { HResult: NoSpaceLeft or WindowsDiskFull })
                return true;
            if (one is SqliteException { SqliteErrorCode: SqliteIoError } && new DriveInfo(root.Path).AvailableFreeSpace < LeastBytes)
                return true;
        }

        return false;
    }
}
