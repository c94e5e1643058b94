using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Repository;

/// <summary>
/// Finds out what snapshots need: their records, maps and manifests, the documents that those are deltas of, the packs that all of these name, and the packs
/// that delta frames in use refer to. Not safe for concurrent use.
/// </summary>
internal sealed class RepositoryMark(SnapshotRepository repository) : IDisposable
{
    private readonly Dictionary<string, HashSet<string>> packsOf = new(StringComparer.Ordinal);
    private readonly SealedDocument sealedDocuments = new(repository.Store, repository.Compression, repository.Cipher);
    private readonly SnapshotDocuments documents = new(repository);
    private readonly PackShelf packShelf = new(repository.Store, repository.Compression, repository.Cipher);
    private readonly HashSet<string> keys = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PackUse> packs = new(StringComparer.Ordinal);

    /// <summary>Keys of everything that is needed.</summary>
    public IReadOnlySet<string> Keys => keys;

    /// <summary>What of each pack is in use. Packs that only a record names, and nothing in it, are not among them.</summary>
    public IReadOnlyDictionary<string, PackUse> Packs => packs;

    /// <summary>Adds a snapshot whose documents and packs can all be read.</summary>
    /// <exception cref="RepositoryException">Something cannot be read, so that it is not known what the snapshot needs.</exception>
    public async Task AddAsync(SnapshotRecord record, CancellationToken cancellationToken)
    {
        AddNamed(record);
        var map = await documents.ReadMapAsync(record, cancellationToken);
        var files = (await documents.ReadManifestAsync(record, cancellationToken)).Entries;
        await AddBaseAsync(RepositoryLayout.MapKey(record.Database.MapHash), cancellationToken);
        await AddBaseAsync(RepositoryLayout.ManifestKey(record.Files.ManifestHash), cancellationToken);
        await AddPagesAsync(map, cancellationToken);
        foreach (var piece in files.SelectMany(file => file.Pieces))
            (await UseOfAsync(piece.Pack, cancellationToken)).AddPiece(piece.Frame, piece.Offset, piece.Length);
        var named = map.Packs.Union(files.Packs, StringComparer.Ordinal).ToList();
        // Whole packs, not only what is in use of them: so does a backup when it writes its record.
        var needed = named.Concat(named.SelectMany(pack => packs[pack].Index.BasePacks)).ToHashSet(StringComparer.Ordinal);
        keys.UnionWith(needed.Select(RepositoryLayout.PackKey));
        packsOf[record.Id.Value] = needed;
        await AddBasesAsync(named, cancellationToken);
    }

    /// <summary>The packs that a snapshot's record has to name, ascending.</summary>
    public IReadOnlyList<string> PacksOf(SnapshotRecord record) => [.. packsOf[record.Id.Value].Order(StringComparer.Ordinal)];

    /// <summary>The footers that were read.</summary>
    public PackShelf Shelf => packShelf;

    /// <summary>Adds a snapshot that is given up: as much as can be read of it.</summary>
    public async Task TryAddAsync(SnapshotRecord record, CancellationToken cancellationToken)
    {
        try
        {
            await AddAsync(record, cancellationToken);
        }
        catch (RepositoryException)
        {
            // It is damaged, and goes. What it names itself is in; the rest will have waited for a day before it is deleted.
            AddNamed(record);
        }
    }

    public void Dispose() => packShelf.Dispose();

    private void AddNamed(SnapshotRecord record)
    {
        keys.Add(RepositoryLayout.SnapshotKey(record.Id, record.Revision));
        keys.Add(RepositoryLayout.MapKey(record.Database.MapHash));
        keys.Add(RepositoryLayout.ManifestKey(record.Files.ManifestHash));
        keys.UnionWith(record.Packs.Select(RepositoryLayout.PackKey));
    }

    private async Task AddBaseAsync(string key, CancellationToken cancellationToken)
    {
        if (await sealedDocuments.FindBaseKeyAsync(key, cancellationToken) is { } basis)
            keys.Add(basis);
    }

    private async Task AddPagesAsync(PageMap map, CancellationToken cancellationToken)
    {
        var uses = new PackUse[map.Packs.Count];
        for (var i = 0; i < uses.Length; i++)
            uses[i] = await UseOfAsync(map.Packs[i], cancellationToken);
        foreach (var run in map.Runs.Where(run => !run.IsZeros))
            uses[run.Pack].AddPages(run.FirstSlot, run.PageCount);
    }

    // A base is never a delta itself, so that one step is enough.
    private async Task AddBasesAsync(List<string> used, CancellationToken cancellationToken)
    {
        foreach (var use in used.Select(pack => packs[pack]))
        {
            foreach (var frame in use.Frames().ToList())
            {
                var entry = use.Index.Frames[frame];
                foreach (var run in entry.Bases)
                    (await UseOfAsync(run.Pack, cancellationToken)).AddBase(entry.Kind, run);
            }
        }
    }

    private async Task<PackUse> UseOfAsync(string pack, CancellationToken cancellationToken)
    {
        if (packs.TryGetValue(pack, out var use))
            return use;
        packs[pack] = use = new PackUse(await packShelf.GetAsync(pack, cancellationToken));
        keys.Add(RepositoryLayout.PackKey(pack));
        return use;
    }
}
