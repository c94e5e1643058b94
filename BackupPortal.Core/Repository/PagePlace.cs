namespace BackupPortal.Core.Repository;

/// <summary>Where a page is stored.</summary>
internal readonly record struct PagePlace(string Pack, long Slot);
