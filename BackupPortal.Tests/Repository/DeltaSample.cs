using System.Security.Cryptography;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Tests.Repository;

/// <summary>
/// Adds a snapshot as a later writer may: changed pages in a delta frame, and the map as a delta of the last one. Readers of this format version
/// must understand both.
/// </summary>
internal static class DeltaSample
{
    public static async Task<SnapshotRecord> AddAsync(
        RepositoryRig rig, SnapshotRecord first, byte[] before, byte[] after, FrameCodec codec, CancellationToken cancellationToken)
    {
        var pageSize = first.Database.PageSize;
        var oldMap = await new SnapshotDocuments(rig.Repository).ReadMapAsync(first, cancellationToken);
        using var shelf = new PackShelf(rig.Store, Compression.Best, rig.Repository.Cipher);
        var places = await PreviousPages.LoadAsync(oldMap, [], shelf, _ => { }, cancellationToken);
        var builder = new PageMapBuilder();
        var pack = RepositoryLayout.NewPack();
        var (reference, raw, bases) = (new MemoryStream(), new MemoryStream(), new List<FrameBase>());
        for (var page = 0; page < before.Length / pageSize; page++)
        {
            var place = places.Find(page)!.Value;
            var (old, now) = (before.AsMemory(page * pageSize, pageSize), after.AsMemory(page * pageSize, pageSize));
            if (old.Span.SequenceEqual(now.Span))
            {
                builder.Add(page, place);
                continue;
            }
            builder.Add(page, new PagePlace(pack, bases.Count));
            bases.Add(new FrameBase(place.Pack, place.Slot, 0, 1));
            reference.Write(old.Span);
            raw.Write(now.Span);
        }
        await WritePackAsync(rig, pack, raw.ToArray(), reference.ToArray(), bases, codec, cancellationToken);
        var map = builder.Build(pageSize);
        var hash = await WriteMapAsync(rig, oldMap, map, first.Database.MapHash, cancellationToken);
        var root = RepositoryLayout.Hex(SHA256.HashData(PageHashesOf(after, pageSize)));
        var stored = new StoredDatabase(pageSize, map.PageCount, root, hash, bases.Count);
        var record = rig.Draft(stored, first.Files) with { Format = 1, Packs = [.. map.Packs.Union(first.Packs).Order(StringComparer.Ordinal)] };
        var document = RecordDocument.Write(record);
        await rig.Store.WriteAsync(RepositoryLayout.SnapshotKey(record.Id), (stream, token) => stream.WriteAsync(document, token).AsTask(), cancellationToken);
        return record;
    }

    private static Task<long> WritePackAsync(
        RepositoryRig rig, string pack, byte[] raw, byte[] reference, List<FrameBase> bases, FrameCodec codec, CancellationToken cancellationToken)
    {
        var stored = Compress(raw, reference);
        Assert.True(stored.Length < raw.Length / 20, $"{stored.Length} of {raw.Length}");
        var pageHashes = PageHashesOf(raw, raw.Length / bases.Count);
        var index = new PackIndex(
            pack, [new FrameEntry(FrameKind.Pages, codec, raw.Length, stored.Length, SHA256.HashData(pageHashes), bases.Count, bases)]);
        var (footer, trailer) = PackFormat.Finish(index, Compression.Best, null);
        byte[] whole = [.. PackFormat.Header(pack, null), .. stored, .. footer, .. trailer];
        return rig.Store.WriteAsync(RepositoryLayout.PackKey(pack), (stream, token) => stream.WriteAsync(whole, token).AsTask(), cancellationToken);
    }

    private static async Task<string> WriteMapAsync(RepositoryRig rig, PageMap before, PageMap map, string baseHash, CancellationToken cancellationToken)
    {
        var raw = map.ToBytes();
        var hash = RepositoryLayout.Hex(SHA256.HashData(raw.Span));
        var stored = Compress(raw.Span, before.ToBytes().Span);
        byte[] document =
        [
            .. "BPDOC\r\n\0"u8, 1, 0, (byte)FrameCodec.ZstdDelta, 0, 0, 0, 0, 0, .. BitConverter.GetBytes((long)raw.Length),
            .. Convert.FromHexString(baseHash), .. stored,
        ];
        await rig.Store.WriteAsync(RepositoryLayout.MapKey(hash), (stream, token) => stream.WriteAsync(document, token).AsTask(), cancellationToken);
        return hash;
    }

    private static byte[] Compress(ReadOnlySpan<byte> raw, ReadOnlySpan<byte> reference)
    {
        var stored = new byte[Zstd.Bound(raw.Length)];
        return stored[..Zstd.Compress(raw, stored, reference)];
    }

    private static byte[] PageHashesOf(ReadOnlySpan<byte> pages, int pageSize)
    {
        var hashes = new byte[pages.Length / pageSize * RepositoryLayout.HashSize];
        PageHashes.Compute(pages, pageSize, hashes);
        return hashes;
    }
}
