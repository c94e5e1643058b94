using BackupPortal.Core.Sources;
using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Repository;

/// <summary>What is to be done with a page.</summary>
internal enum PageState : byte
{
    /// <summary>It holds nothing but zeros, or nothing at all.</summary>
    Zeros,

    /// <summary>It is stored already.</summary>
    Same,

    /// <summary>It is to be stored whole.</summary>
    Whole,

    /// <summary>It is to be stored as the difference to an older page.</summary>
    Difference,
}

/// <summary>A batch of pages, and what is to be done with each.</summary>
/// <param name="Places">Where a page is stored that is the same, or the older page of one that differs.</param>
/// <param name="Hashes">Of each page.</param>
internal sealed record ExaminedPages(PageBatch Batch, PageState[] States, PagePlace[] Places, PooledBytes Hashes) : IDisposable
{
    /// <summary>The older pages of those that differ, each at its own page's offset; null when none does.</summary>
    public PooledBytes? Older { get; set; }

    public void Dispose()
    {
        Batch.Dispose();
        Hashes.Dispose();
        Older?.Dispose();
    }
}
