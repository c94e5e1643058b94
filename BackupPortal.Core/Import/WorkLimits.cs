using BackupPortal.Core.Messages;
using BackupPortal.Core.Sources;
using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Import;

/// <summary>What one import may take: time, bytes, and the room that is there. Counts what really comes out of a file, not what the file says of itself.</summary>
internal sealed class WorkLimits
{
    private const long NeverTooDenseBytes = 256_000_000;
    private const long BytesPerSecond = 1_000_000;

    private readonly ImportOptions options;
    private readonly TimeProvider time;
    private readonly long fileBytes;
    private readonly long begun;
    private long unpacked;

    /// <param name="fileBytes">Size of the file that came in.</param>
    public WorkLimits(ImportOptions options, TimeProvider time, long fileBytes, CancellationToken cancellationToken)
    {
        this.options = options;
        this.time = time;
        this.fileBytes = fileBytes;
        begun = time.GetTimestamp();
        CancellationToken = cancellationToken;
    }

    public CancellationToken CancellationToken { get; }

    public int MostEntries => options.MostEntries;

    /// <summary>What a database may grow to.</summary>
    public long LargestBytes => options.LargestUnpackedBytes;

    /// <summary>Whether an honest file of that size would long be done.</summary>
    public bool IsOverdue => time.GetElapsedTime(begun) > options.Patience + TimeSpan.FromSeconds(Math.Max(fileBytes, unpacked) / BytesPerSecond);

    /// <exception cref="UnfitFileException">It took too long.</exception>
    public void ThrowIfOverdue()
    {
        CancellationToken.ThrowIfCancellationRequested();
        if (IsOverdue)
            throw ImportText.UnfitWith("TookTooLong", "TookTooLongHint");
    }

    /// <summary>Counts bytes that were unpacked.</summary>
    /// <exception cref="UnfitFileException">There are too many.</exception>
    public void Count(long bytes)
    {
        CancellationToken.ThrowIfCancellationRequested();
        CheckTotal(unpacked += bytes);
    }

    /// <summary>Looks at a total that is known before anything is unpacked.</summary>
    /// <exception cref="UnfitFileException">It is too much.</exception>
    public void CheckTotal(long bytes)
    {
        if (bytes > options.LargestUnpackedBytes)
            throw ImportText.UnfitWith("TooLarge", "TooLargeHint", ImportText.Megabytes(options.LargestUnpackedBytes));
        if (bytes > NeverTooDenseBytes && bytes / options.LargestRatio > fileBytes)
            throw ImportText.UnfitWith("TooDense", "TooDenseHint", ImportText.Number(options.LargestRatio));
    }

    /// <summary>Runs what fills the scratch folder.</summary>
    /// <exception cref="PortalException">The disk is full.</exception>
    public static void Filling(string scratch, long neededBytes, Action work)
    {
        try
        {
            work();
        }
        catch (IOException failure) when (StorageFailure.IsFull(failure))
        {
            throw ScratchSpace.Full(Path.Combine(scratch, "app.db"), neededBytes);
        }
    }
}
