namespace BackupPortal.Core.Sources;

/// <summary>One consistent state of a database, page by page.</summary>
internal interface IDatabasePages
{
    /// <summary>In bytes.</summary>
    int PageSize { get; }

    /// <summary>Pages of which SQLite itself says that they hold nothing.</summary>
    PageSet FreePages { get; }

    /// <summary>Every page once, in order; only the first page, by itself, may come last. Each batch belongs to the receiver.</summary>
    IAsyncEnumerable<PageBatch> ReadAsync(CancellationToken cancellationToken);
}
