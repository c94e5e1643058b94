using BackupPortal.Core.Messages;

namespace BackupPortal.Core.Sources;

/// <summary>One consistent state of a database, whose pages can be had in any order. Safe for concurrent use.</summary>
internal interface IPageReader
{
    /// <summary>In bytes.</summary>
    int PageSize { get; }

    long PageCount { get; }

    /// <param name="page">From 0.</param>
    /// <param name="target">As long as a page.</param>
    /// <exception cref="PortalException">The page is missing or damaged.</exception>
    void Read(long page, Span<byte> target);
}
