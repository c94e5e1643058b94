using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Export;

/// <summary>Turns rows that were read into bytes of the database that were dealt with: each row counts the same.</summary>
/// <param name="passes">How often each row is read.</param>
internal sealed class RowProgress(DatabaseFacts database, Action<long, long> report, CancellationToken cancellationToken, int passes = 1)
{
    private const int RowsBetweenReports = 1000;

    private readonly double bytesPerRow = (double)database.SizeBytes / Math.Max(1, passes * database.Tables.Values.Sum());
    private long rows;
    private int rowsSinceReport;

    /// <exception cref="OperationCanceledException">It is to stop.</exception>
    public void Row()
    {
        if (++rowsSinceReport < RowsBetweenReports)
            return;
        cancellationToken.ThrowIfCancellationRequested();
        rows += rowsSinceReport;
        rowsSinceReport = 0;
        report(Math.Min(database.SizeBytes, (long)(rows * bytesPerRow)), database.SizeBytes);
    }

    public void End() => report(database.SizeBytes, database.SizeBytes);
}
