using System.Runtime.Versioning;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Storage;

namespace BackupPortal.Tests.Model;

/// <summary>What happens to a backup system between backups.</summary>
[UnsupportedOSPlatform("windows")]
internal static class DisturbanceSteps
{
    private static readonly string[] folders = ["packs", "packs", "packs", "maps", "manifests", "snapshots", "keys"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static Task MoveClockAsync(World world)
    {
        var minutes = world.Random.Next(4) switch
        {
            0 => -world.Random.Next(1, 3000),
            1 => world.Random.Next(1, 60 * 24 * 40),
            _ => world.Random.Next(1, 2000),
        };
        world.Clock.Jump(TimeSpan.FromMinutes(minutes));
        world.Told = $"by {minutes} minutes to {world.Clock.GetUtcNow():u}";
        return Task.CompletedTask;
    }

    public static Task RestartAsync(World world)
    {
        world.Restart();
        return Task.CompletedTask;
    }

    public static Task EncryptAsync(World world)
    {
        world.Encrypt();
        return Task.CompletedTask;
    }

    /// <summary>A cache may be gone, damaged or old: it is only a cache.</summary>
    public static async Task SpoilCachesAsync(World world)
    {
        var folder = world.Repository.CacheFolder;
        var (how, which) = (world.Random.Next(5), world.Random.NextDouble());
        if (!Directory.Exists(folder))
            return;
        var caches = Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        foreach (var cache in caches)
        {
            var bytes = await File.ReadAllBytesAsync(cache, Token);
            if (how == 0)
                File.Delete(cache);
            else if (how == 1 && bytes.Length > 0)
            {
                bytes[(int)(which * bytes.Length)] ^= 0x20;
                await File.WriteAllBytesAsync(cache, bytes, Token);
            }
            else if (how == 2)
                await File.WriteAllBytesAsync(cache, bytes[..(int)(which * bytes.Length)], Token);
            else if (how == 3)
                world.OldCaches[cache] = bytes;
            else if (world.OldCaches.TryGetValue(cache, out var old))
                await File.WriteAllBytesAsync(cache, old, Token);
        }
        world.Told = $"{caches.Count} {((string[])["deleted", "garbled", "cut short", "remembered", "put back as they once were"])[how]}";
    }

    /// <summary>One object is damaged or gone for a while: what is read meanwhile is right or an error, and what is stored meanwhile is right afterwards.</summary>
    public static async Task DamageForAWhileAsync(World world)
    {
        var keys = await world.Store.KeysAsync(folders[world.Random.Next(folders.Length)], Token);
        var (which, how, where) = (world.Random.NextDouble(), world.Random.Next(3), world.Random.NextDouble());
        if (keys.Count == 0)
            return;
        var key = keys[(int)(which * keys.Count)];
        var inner = world.Store.Inner;
        var whole = await ReadAsync(inner, key);
        var damaged = how switch
        {
            0 => null,
            1 => whole[..(int)(where * whole.Length)],
            _ => [.. whole.Select((value, i) => i == (int)(where * whole.Length) ? (byte)(value ^ 1) : value)],
        };
        await ReplaceAsync(inner, key, damaged);
        world.Told = $"{key} {((string[])["missing", "cut short", "garbled"])[how]}";
        world.Restart();
        await TryRestoreAsync(world);
        // A record that cannot be read hides what the next identifier must come after.
        if (!key.StartsWith("snapshots/", StringComparison.Ordinal) && world.Random.Next(2) == 0)
            await TryBackupAsync(world);
        // A writer may have put it right already.
        var now = await inner.FindAsync(key, Token) is null ? null : await ReadAsync(inner, key);
        if (now is null || (damaged is not null && now.SequenceEqual(damaged)))
            await ReplaceAsync(inner, key, whole);
        world.Restart();
    }

    private static async Task TryRestoreAsync(World world)
    {
        try
        {
            await RestoreSteps.RestoreAsync(world);
        }
        catch (PortalException e)
        {
            Assert.NotEmpty(e.Message);
        }
    }

    private static async Task TryBackupAsync(World world)
    {
        var told = world.Told;
        try
        {
            await WorkSteps.BackupAsync(world);
            world.Told = $"{told}; meanwhile {world.Told}";
        }
        catch (PortalException e)
        {
            world.Told = $"{told}; no backup meanwhile: {e.Message}";
        }
    }

    private static async Task<byte[]> ReadAsync(IObjectStore store, string key)
    {
        var bytes = new byte[(await store.FindAsync(key, Token))!.SizeBytes];
        await store.ReadAsync(key, 0, bytes, Token);
        return bytes;
    }

    private static async Task ReplaceAsync(IObjectStore store, string key, byte[]? bytes)
    {
        await store.DeleteAsync(key, Token);
        if (bytes is not null)
            await store.WriteAsync(key, (stream, token) => stream.WriteAsync(bytes, token).AsTask(), Token);
    }
}
