using BackupPortal.Core.Sources;

namespace BackupPortal.Core.Repository;

/// <summary>Pages of which it is known where they are stored: two pages at the same place are equal without being read.</summary>
internal interface IPlacedPages : IPageReader
{
    /// <returns>Null for a page of zeros.</returns>
    PagePlace? PlaceOf(long page);
}
