namespace BackupPortal.Core.Comparison;

/// <summary>What a row is stored under that has no number: where it is in its table, so that no row of the one state is taken for one of the other.</summary>
internal static class UnnumberedRow
{
    /// <param name="position">From 0, in the order in which the table is stored.</param>
    public static long Of(Side side, long position) => -1 - (2 * position) - (side == Side.Snapshot ? 0 : 1);

    public static long PositionOf(long row) => (-1 - row) / 2;
}
