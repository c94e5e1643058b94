namespace BackupPortal.Core.Comparison;

/// <summary>Looks whether to stop at each thousandth row: looking costs more than some of the rows.</summary>
internal sealed class EachThousand(CancellationToken cancellationToken)
{
    private const int RowsBetweenLooks = 1000;

    private int rowsSinceLook;

    public void Look()
    {
        if (++rowsSinceLook < RowsBetweenLooks)
            return;
        rowsSinceLook = 0;
        cancellationToken.ThrowIfCancellationRequested();
    }
}
