namespace BackupPortal.Components.Comparisons;

/// <summary>How a page's comparison stands.</summary>
internal enum ComparisonState
{
    /// <summary>Nothing was chosen yet.</summary>
    None,
    Running,
    Done,
    Cancelled,
    Failed,

    /// <summary>Its full lists are no longer kept.</summary>
    GivenBack,
}
