using BackupPortal.Core.Encryption;
using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Repository;

/// <summary>
/// Reads a new pack back from the store before anything may refer to it. Its frames were decoded before they were written; here it is made sure that
/// the same bytes are in the store, and that its footer finds them.
/// </summary>
internal static class PackProof
{
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
            await Parallel.ForAsync(0, stored.Frames.Count, cancellationToken, async (frame, token) =>
            {
                using var bytes = new PooledBytes(stored.Frames[frame].StoredLength);
                await store.ReadAsync(stored.Key, stored.OffsetOf(frame), bytes.Memory, token);
                if (EncodedFrame.CheckOf(bytes.Span) != checks[frame] || stored.Seal?.TryUnseal(frame, bytes.Span) == false)
                    throw RepositoryFault.Damaged(stored.Key, $"frame {frame} is not the one that was written");
            });
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

    private static bool HoldsTheSame(PackIndex stored, PackIndex written) =>
        stored.Frames.Count == written.Frames.Count
        && stored.Frames.Zip(written.Frames).All(pair => IsSame(pair.First, pair.Second));

    private static bool IsSame(FrameEntry stored, FrameEntry written) =>
        (stored.Kind, stored.Codec, stored.RawLength, stored.StoredLength, stored.PageCount)
            == (written.Kind, written.Codec, written.RawLength, written.StoredLength, written.PageCount)
        && stored.Hash.Span.SequenceEqual(written.Hash.Span)
        && stored.Bases.SequenceEqual(written.Bases);
}
