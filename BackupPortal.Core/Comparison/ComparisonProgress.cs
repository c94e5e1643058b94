namespace BackupPortal.Core.Comparison;

public enum ComparisonStep
{
    /// <summary>As many comparisons as the host allows are under way; this one comes when one of them ends.</summary>
    Waiting,

    /// <summary>Live data is read; counted in bytes.</summary>
    Reading,

    /// <summary>Counted in tables.</summary>
    Tables,

    /// <summary>Not counted.</summary>
    Files,
}

/// <summary>Where a comparison stands.</summary>
/// <param name="Total">0 where it is not counted.</param>
public sealed record ComparisonProgress(ComparisonStep Step, long Done = 0, long Total = 0)
{
    /// <summary>For whoever shows bytes only: what follows the reading is done before it could be read about.</summary>
    public static Action<ComparisonProgress>? OfReading(Action<long, long>? bytes) => bytes is null ? null : at =>
    {
        if (at.Step == ComparisonStep.Reading)
            bytes(at.Done, at.Total);
    };
}
