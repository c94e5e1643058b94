using System.Collections;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Repository;

/// <summary>
/// Entries ordered by path, in little more bytes than in a manifest: a hundred thousand take 8 MB instead of 50. Reading makes them anew, a block at a time, so that
/// going through them in either direction costs little. Safe for concurrent readers once nothing is added any more.
/// </summary>
internal sealed class CompactEntries : IReadOnlyList<FileEntry>
{
    private const int BlockLength = 64;

    private readonly EntryPacking packing = new();
    private readonly List<Block> blocks = [];
    private readonly List<FileEntry> added = new(BlockLength);
    private OpenBlock? lastOpen;
    private string? last;

    public int Count => (blocks.Count * BlockLength) + added.Count;

    /// <summary>About what a manifest of the same entries takes.</summary>
    public int SizeBytes { get; private set; }

    /// <summary>Files among them; links and folders are not counted.</summary>
    public int FileCount { get; private set; }

    /// <summary>Bytes of the contents of files.</summary>
    public long FileBytes { get; private set; }

    /// <summary>The packs that pieces name, each once.</summary>
    public IReadOnlyList<string> Packs => packing.Packs;

    /// <summary>Modes and owners that entries have, each once.</summary>
    public IReadOnlyList<(int Mode, int User, int Group)> Owners => packing.Owners;

    public FileEntry this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            return Open(index / BlockLength)[index % BlockLength];
        }
    }

    /// <param name="entries">Ordered by path (ordinal).</param>
    public static CompactEntries Of(IEnumerable<FileEntry> entries)
    {
        var compact = new CompactEntries();
        foreach (var entry in entries)
            compact.Add(entry);
        return compact;
    }

    /// <exception cref="InvalidOperationException">It does not come after the last one by its path (ordinal).</exception>
    public void Add(FileEntry entry)
    {
        if (last is not null && string.CompareOrdinal(last, entry.Path) >= 0)
            throw new InvalidOperationException($"'{entry.Path}' does not come after '{last}'.");
        last = entry.Path;
        packing.Note(entry);
        if (entry.Kind == FileEntryKind.File)
        {
            FileCount++;
            FileBytes += entry.SizeBytes;
        }
        added.Add(entry);
        if (added.Count < BlockLength)
            return;
        var block = new Block(added[0].Path, packing.Pack(added));
        SizeBytes += block.Bytes.Length;
        blocks.Add(block);
        added.Clear();
    }

    /// <returns>The entry of that path; null when there is none. Asking in the order of paths costs least.</returns>
    public FileEntry? Find(string path)
    {
        var (low, high) = (0, blocks.Count);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (FirstPath(middle) is { } first && string.CompareOrdinal(first, path) <= 0)
                low = middle;
            else
                high = middle - 1;
        }
        var block = Open(low);
        var (begin, end) = (0, block.Count - 1);
        while (begin <= end)
        {
            var middle = (begin + end) / 2;
            var order = string.CompareOrdinal(block[middle].Path, path);
            if (order == 0)
                return block[middle];
            (begin, end) = order < 0 ? (middle + 1, end) : (begin, middle - 1);
        }
        return null;
    }

    public IEnumerator<FileEntry> GetEnumerator()
    {
        for (var number = 0; number <= blocks.Count; number++)
        {
            var block = Read(number);
            for (var i = 0; i < block.Count; i++)
                yield return block[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Null for what comes after the last block while nothing is in it.</summary>
    private string? FirstPath(int number) => number < blocks.Count ? blocks[number].FirstPath : added.Count > 0 ? added[0].Path : null;

    private IReadOnlyList<FileEntry> Open(int number)
    {
        if (number == blocks.Count)
            return added;
        // One value, so that two readers at once never see half of it.
        if (lastOpen is { } open && open.Number == number)
            return open.Entries;
        open = new OpenBlock(number, packing.Unpack(blocks[number].Bytes, BlockLength));
        lastOpen = open;
        return open.Entries;
    }

    private IReadOnlyList<FileEntry> Read(int number) => number == blocks.Count ? added : packing.Unpack(blocks[number].Bytes, BlockLength);

    private readonly record struct Block(string FirstPath, byte[] Bytes);

    private sealed record OpenBlock(int Number, FileEntry[] Entries);
}
