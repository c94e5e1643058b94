using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Export;

/// <summary>
/// Turns rows that were read into bytes of the database that were dealt with: each row counts the same. For one thread; others get their own by <see cref="Beside"/>.
/// </summary>
internal sealed class RowProgress
{
    private const int RowsBetweenReports = 1000;

    private readonly Shared all;
    private int rowsSinceReport;

    /// <param name="passes">How often each row is read.</param>
    public RowProgress(DatabaseFacts database, Action<long, long> report, CancellationToken cancellationToken, int passes = 1)
        : this(new Shared(database, passes, report, cancellationToken))
    {
    }

    private RowProgress(Shared all) => this.all = all;

    public RowProgress Beside() => new(all);

    /// <exception cref="OperationCanceledException">It is to stop.</exception>
    public void Row()
    {
        if (++rowsSinceReport < RowsBetweenReports)
            return;
        all.Add(rowsSinceReport);
        rowsSinceReport = 0;
    }

    public void End() => all.End();

    private sealed class Shared(DatabaseFacts database, int passes, Action<long, long> report, CancellationToken cancellationToken)
    {
        private readonly double bytesPerRow = (double)database.SizeBytes / Math.Max(1, passes * database.Tables.Values.Sum());
        private readonly Lock turn = new();
        private long rows;

        public void Add(int count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            lock (turn)
            {
                rows += count;
                report(Math.Min(database.SizeBytes, (long)(rows * bytesPerRow)), database.SizeBytes);
            }
        }

        public void End() => report(database.SizeBytes, database.SizeBytes);
    }
}
