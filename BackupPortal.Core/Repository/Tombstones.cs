using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Repository;

/// <summary>
/// What pruning has found unreferenced, and since when. Kept as objects of their own that each hold the whole list, named after the SHA-256 of their
/// bytes. Immutable.
/// </summary>
/// <param name="Objects">By key.</param>
/// <param name="Records">Keys of all records that were there at the last run, so that a listing that leaves some out is noticed.</param>
/// <param name="Moves">Moves that were begun, and may be half done.</param>
/// <param name="Keys">The objects that this was read from.</param>
internal sealed record Tombstones(
    IReadOnlyDictionary<string, TombstoneStamp> Objects, IReadOnlyList<string> Records, IReadOnlyList<PackMove> Moves, IReadOnlyList<string> Keys)
{
    /// <summary>How long an unreferenced object is kept at least. No backup may take longer.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromHours(24);

    private const int Format = 1;
    private const int Attempts = 5;

    private static readonly JsonSerializerOptions options = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public TombstoneStamp? Since(string key) => Objects.GetValueOrDefault(key);

    /// <summary>
    /// Puts all lists together; of several stamps of one object the latest counts. A list that is damaged, or that a newer version wrote, counts for
    /// nothing: what it names is found again and waits from then on.
    /// </summary>
    public static async Task<Tombstones> ReadAsync(IObjectStore store, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await ReadOnceAsync(store, cancellationToken);
            }
            catch (ObjectNotFoundException) when (attempt < Attempts)
            {
                // Replaced by a newer list in between.
            }
        }
    }

    /// <summary>Makes a list the only one: writes it first, then deletes the others.</summary>
    /// <returns>As it is now in the repository.</returns>
    public async Task<Tombstones> ReplaceAsync(
        IObjectStore store, IReadOnlyDictionary<string, TombstoneStamp> objects, IEnumerable<string> records, IReadOnlyList<PackMove> moves,
        CancellationToken cancellationToken)
    {
        var list = new TombstoneList(
            Format, new SortedDictionary<string, TombstoneStamp>(objects.ToDictionary(), StringComparer.Ordinal), [.. records.Order(StringComparer.Ordinal)],
            moves.Count == 0 ? null : moves);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(list, options);
        var key = $"{RepositoryLayout.TombstonesFolder}/{RepositoryLayout.Hex(SHA256.HashData(bytes))}";
        if (!Keys.Contains(key))
            await store.WriteAsync(key, (stream, token) => stream.WriteAsync(bytes, token).AsTask(), cancellationToken);
        foreach (var old in Keys.Where(old => old != key))
            await store.DeleteAsync(old, cancellationToken);
        return new Tombstones(objects, list.Records, moves, [key]);
    }

    private static async Task<Tombstones> ReadOnceAsync(IObjectStore store, CancellationToken cancellationToken)
    {
        var objects = new Dictionary<string, TombstoneStamp>(StringComparer.Ordinal);
        var records = new HashSet<string>(StringComparer.Ordinal);
        var moves = new List<PackMove>();
        var keys = new List<string>();
        await foreach (var item in store.ListAsync(RepositoryLayout.TombstonesFolder, cancellationToken))
        {
            if (!RepositoryLayout.IsTombstones(item.Key))
                continue;
            keys.Add(item.Key);
            if (await FindListAsync(store, item.Key, cancellationToken) is not { } list)
                continue;
            records.UnionWith(list.Records);
            moves.AddRange(list.Moves ?? []);
            foreach (var (key, stamp) in list.Objects)
            {
                if (!objects.TryGetValue(key, out var other) || stamp.Utc > other.Utc)
                    objects[key] = stamp;
            }
        }
        return new Tombstones(objects, [.. records.Order(StringComparer.Ordinal)], moves, keys);
    }

    private static async Task<TombstoneList?> FindListAsync(IObjectStore store, string key, CancellationToken cancellationToken)
    {
        try
        {
            var bytes = await WholeObject.ReadAsync(store, key, cancellationToken);
            if (RepositoryLayout.Hex(SHA256.HashData(bytes)) != key[(RepositoryLayout.TombstonesFolder.Length + 1)..])
                return null;
            return JsonSerializer.Deserialize<TombstoneList>(bytes, options) is { Format: Format } list ? list : null;
        }
        catch (Exception e) when (e is JsonException or EndOfStreamException)
        {
            return null;
        }
    }

    private sealed record TombstoneList(
        int Format, IReadOnlyDictionary<string, TombstoneStamp> Objects, IReadOnlyList<string> Records, IReadOnlyList<PackMove>? Moves = null);
}

/// <summary>An instant, by the clock, and by how long the machine had been running.</summary>
/// <param name="Boot">Names the machine's start that <paramref name="UptimeMilliseconds"/> counts from; empty where that is not known.</param>
internal sealed record TombstoneStamp(DateTimeOffset Utc, string Boot, long UptimeMilliseconds);
