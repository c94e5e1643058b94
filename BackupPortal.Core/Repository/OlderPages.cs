using BackupPortal.Core.Storage;
using Microsoft.Win32.SafeHandles;

namespace BackupPortal.Core.Repository;

/// <summary>
/// The whole pages that the differences of one database are told to. They are scattered over as many frames as there are pages, so each of these frames
/// is decoded once, and what is needed of it waits in a scratch file. Safe for concurrent use.
/// </summary>
internal sealed class OlderPages : IDisposable
{
    private readonly int pageSize;
    private readonly string path;
    private readonly SafeFileHandle file;
    private readonly Dictionary<string, (long[] Slots, int First)> needed = new(StringComparer.Ordinal);
    private readonly bool[] isKept;

    /// <param name="folder">For the scratch file, which is gone when this is disposed.</param>
    /// <param name="slots">Of each pack the slots that are needed, in order, each once.</param>
    /// <exception cref="StorageException">The folder cannot be written.</exception>
    public OlderPages(string folder, int pageSize, IReadOnlyDictionary<string, long[]> slots)
    {
        this.pageSize = pageSize;
        var count = 0;
        foreach (var (pack, own) in slots)
        {
            needed.Add(pack, (own, count));
            count += own.Length;
        }
        isKept = new bool[count];
        path = Path.Combine(folder, $"older-pages.{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(folder);
            file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (StorageFailure.IsFromFileSystem(e))
        {
            throw StorageFailure.From(e, path);
        }
    }

    /// <summary>Keeps what is needed of a decoded frame.</summary>
    public void Keep(string pack, long firstSlot, ReadOnlySpan<byte> pages)
    {
        if (!needed.TryGetValue(pack, out var own))
            return;
        var end = firstSlot + (pages.Length / pageSize);
        for (var i = LowerBound(own.Slots, firstSlot); i < own.Slots.Length && own.Slots[i] < end; i++)
        {
            var number = own.First + i;
            Write(pages.Slice((int)(own.Slots[i] - firstSlot) * pageSize, pageSize), number);
            Volatile.Write(ref isKept[number], true);
        }
    }

    /// <summary>Puts a difference's reference together.</summary>
    /// <exception cref="RepositoryException">A page of it could not be decoded before.</exception>
    public void Gather(IReadOnlyList<FrameBase> bases, Span<byte> target)
    {
        foreach (var run in bases)
        {
            var own = needed[run.Pack];
            var first = LowerBound(own.Slots, run.Start);
            for (var i = 0; i < run.Length; i++, target = target[pageSize..])
            {
                var number = own.First + first + i;
                if (!Volatile.Read(ref isKept[number]))
                    throw RepositoryFault.Damaged(RepositoryLayout.PackKey(run.Pack), "a delta refers to pages of it that cannot be decoded");
                Read(target[..pageSize], number);
            }
        }
    }

    public void Dispose() => file.Dispose();

    private static int LowerBound(long[] slots, long slot)
    {
        var found = Array.BinarySearch(slots, slot);
        return found >= 0 ? found : ~found;
    }

    private void Write(ReadOnlySpan<byte> page, long number)
    {
        try
        {
            RandomAccess.Write(file, page, number * pageSize);
        }
        catch (Exception e) when (StorageFailure.IsFromFileSystem(e))
        {
            throw StorageFailure.From(e, path);
        }
    }

    private void Read(Span<byte> page, long number)
    {
        for (var offset = number * pageSize; page.Length > 0;)
        {
            var read = RandomAccess.Read(file, page, offset);
            if (read == 0)
                throw new EndOfStreamException($"'{path}' became shorter while it was read.");
            page = page[read..];
            offset += read;
        }
    }
}
