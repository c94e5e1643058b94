using BackupPortal.Core.Encryption;
using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Repository;

/// <summary>
/// Reads a new pack back from the store before anything may refer to it. Its frames were decoded before they were written; here it is made sure that
/// the same bytes are in the store, and that its footer finds them.
/// </summary>
internal static class PackProof
{
    private const int BytesPerRead = 2 * 1024 * 1024;

    /// <param name="written">What the pack must hold.</param>
    /// <param name="checks">Of each frame's stored bytes; see <see cref="EncodedFrame.CheckOf"/>.</param>
    /// <exception cref="RepositoryException">What is stored is not what was written.</exception>
    public static async Task RunAsync(
        IObjectStore store, Compression compression, RepositoryCipher cipher, PackIndex written, IReadOnlyList<uint> checks, CancellationToken cancellationToken)
    {
        using var shelf = new PackShelf(store, compression, cipher);
        try
        {
            var stored = await shelf.GetAsync(written.Pack, cancellationToken);
            if (!HoldsTheSame(stored, written))
                throw RepositoryFault.Damaged(written.Key, "its footer is not the one that was written");
            await Parallel.ForEachAsync(RunsOf(stored), cancellationToken, (run, token) => CompareAsync(store, stored, run, checks, token));
        }
        catch (RepositoryException e)
        {
            throw RepositoryFault.ProofFailed(written.Key, e);
        }
        catch (Exception e) when (e is ObjectNotFoundException or EndOfStreamException)
        {
            throw RepositoryFault.ProofFailed(written.Key, e);
        }
    }

    /// <summary>Neighbouring frames that are read together.</summary>
    private static IEnumerable<Range> RunsOf(PackIndex pack)
    {
        var first = 0;
        for (var next = 1; next <= pack.Frames.Count; next++)
        {
            if (next < pack.Frames.Count && pack.OffsetOf(next + 1) - pack.OffsetOf(first) <= BytesPerRead)
                continue;
            yield return first..next;
            first = next;
        }
    }

    private static async ValueTask CompareAsync(
        IObjectStore store, PackIndex pack, Range run, IReadOnlyList<uint> checks, CancellationToken cancellationToken)
    {
        var start = pack.OffsetOf(run.Start.Value);
        using var bytes = new PooledBytes((int)(pack.OffsetOf(run.End.Value) - start));
        await store.ReadAsync(pack.Key, start, bytes.Memory, cancellationToken);
        for (var frame = run.Start.Value; frame < run.End.Value; frame++)
        {
            var stored = bytes.Span.Slice((int)(pack.OffsetOf(frame) - start), pack.Frames[frame].StoredLength);
            if (EncodedFrame.CheckOf(stored) != checks[frame] || pack.Seal?.TryUnseal(frame, stored) == false)
                throw RepositoryFault.Damaged(pack.Key, $"frame {frame} is not the one that was written");
        }
    }

    private static bool HoldsTheSame(PackIndex stored, PackIndex written) =>
        stored.Frames.Count == written.Frames.Count
        && stored.Frames.Zip(written.Frames).All(pair => IsSame(pair.First, pair.Second));

    private static bool IsSame(FrameEntry stored, FrameEntry written) =>
        (stored.Kind, stored.Codec, stored.RawLength, stored.StoredLength, stored.PageCount)
            == (written.Kind, written.Codec, written.RawLength, written.StoredLength, written.PageCount)
        && stored.Hash.Span.SequenceEqual(written.Hash.Span)
        && stored.Bases.SequenceEqual(written.Bases);
}
