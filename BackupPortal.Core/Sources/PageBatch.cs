using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Sources;

/// <summary>A run of neighbouring pages of a database. Whoever takes it disposes it.</summary>
/// <param name="FirstPage">Counted from 0.</param>
/// <param name="Pages">Whole pages.</param>
internal sealed record PageBatch(long FirstPage, PooledBytes Pages) : IDisposable
{
    /// <summary>Bytes of a batch at most, as long as one page is not larger.</summary>
    public const int Size = 256 * 1024;

    public static int PagesOf(int pageSize) => Math.Max(1, Size / pageSize);

    public void Dispose() => Pages.Dispose();
}
