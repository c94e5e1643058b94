using BackupPortal.Core.Encryption;
using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Repository;

/// <summary>Reads a new pack back from the store and decodes all of it, before anything may refer to it.</summary>
internal static class PackProof
{
    /// <param name="written">What the pack must hold.</param>
    /// <exception cref="RepositoryException">What is stored is not what was written.</exception>
    public static async Task RunAsync(IObjectStore store, Compression compression, RepositoryCipher cipher, PackIndex written, CancellationToken cancellationToken)
    {
        using var shelf = new PackShelf(store, compression, cipher);
        var reader = new FrameReader(shelf);
        try
        {
            var stored = await shelf.GetAsync(written.Pack, cancellationToken);
            if (!stored.Frames.Select(frame => (frame.RawLength, frame.PageCount)).SequenceEqual(
                    written.Frames.Select(frame => (frame.RawLength, frame.PageCount)))
                || stored.Frames.Where((frame, i) => !frame.Hash.Span.SequenceEqual(written.Frames[i].Hash.Span)).Any())
                throw RepositoryFault.Damaged(written.Key, "its footer is not the one that was written");
            await Parallel.ForAsync(
                0, stored.Frames.Count, cancellationToken,
                async (frame, token) => (await reader.ReadAsync(stored, frame, default, token)).Dispose());
        }
        catch (RepositoryException e)
        {
            throw RepositoryFault.ProofFailed(written.Key, e);
        }
    }
}
