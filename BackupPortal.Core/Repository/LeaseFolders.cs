using System.Globalization;
using System.Text;
using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Repository;

/// <summary>
/// The folder <c>leases</c> of a repository in a directory: one folder a lease, named after its token, with who has it and a counter that goes up
/// as long as it is renewed. Each step is one rename, so two who try the same cannot both succeed.
/// </summary>
internal sealed class LeaseFolders(string root)
{
    private const string HolderFile = "holder";
    private const string BeatFile = "beat";
    private const string GivenBackFile = "released";
    private const string NewPrefix = ".new-";
    private const string FencedPrefix = ".gone-";
    private const int DeleteAttempts = 5;

    private readonly string top = Path.Combine(root, "leases");

    public string Of(long token) => Path.Combine(top, token.ToString("x16", CultureInfo.InvariantCulture));

    /// <summary>The highest token that was ever given; 0 before the first. Its folder is only ever taken away after that of a higher one is there.</summary>
    public long Newest() => Tokens().DefaultIfEmpty().Max();

    public LeaseView Look(long token)
    {
        var folder = Of(token);
        if (File.Exists(Path.Combine(folder, GivenBackFile)))
            return new LeaseView(null, IsFree: true, "");
        var holder = ReadSmall(Path.Combine(folder, HolderFile)) is { } json ? LeaseHolder.Read(json) : null;
        return new LeaseView(holder, IsFree: false, ReadSmall(Path.Combine(folder, BeatFile)) is { } beat ? Encoding.ASCII.GetString(beat) : "");
    }

    /// <summary>True when the token is now the caller's; whoever had a lower one can neither publish nor delete from here on.</summary>
    public bool TryTake(long token, LeaseHolder holder)
    {
        if (!TryClaim(token, holder))
            return false;
        if (Newest() > token)
        {
            // The look around before was too old: others have been here and gone on.
            Fence(token);
            return false;
        }
        foreach (var older in Tokens().Where(other => other < token))
            Fence(older);
        foreach (var leftover in Directory.EnumerateDirectories(top, ".*"))
            Delete(leftover);
        return true;
    }

    /// <exception cref="IOException">Also when the folder is gone: <see cref="DirectoryNotFoundException"/>.</exception>
    public void Renew(long token, long beat)
    {
        // In place and of one length: that needs no room on a disk that is full.
        using var file = new FileStream(
            Path.Combine(Of(token), BeatFile), FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        file.Write(ToBytes(beat));
    }

    /// <summary>The folder stays, so that the next token is a higher one; an empty file says that it is free.</summary>
    public void GiveBack(long token)
    {
        File.WriteAllBytes(Path.Combine(Of(token), GivenBackFile), []);
        File.Delete(Path.Combine(Of(token), BeatFile));
        File.Delete(Path.Combine(Of(token), HolderFile));
    }

    private bool TryClaim(long token, LeaseHolder holder)
    {
        DirectorySync.Create(top);
        var prepared = NewName(NewPrefix);
        try
        {
            Directory.CreateDirectory(prepared);
            File.WriteAllBytes(Path.Combine(prepared, HolderFile), holder.ToBytes());
            File.WriteAllBytes(Path.Combine(prepared, BeatFile), ToBytes(0));
            // Complete from the first moment, and refused when the name is taken: a folder that is not empty is never replaced.
            Directory.Move(prepared, Of(token));
            return true;
        }
        catch (IOException) when (Directory.Exists(Of(token)) || !Directory.Exists(prepared))
        {
            // Another was first, or has cleared away what it took for a leftover.
            return false;
        }
        finally
        {
            Delete(prepared);
        }
    }

    /// <summary>
    /// Moved away first: that is the moment from which the holder can do nothing more. Then emptied, for hosts that still know the folder under its old name.
    /// </summary>
    private void Fence(long token)
    {
        var fenced = NewName(FencedPrefix);
        try
        {
            Directory.Move(Of(token), fenced);
        }
        catch (DirectoryNotFoundException)
        {
            // Someone else did it.
            return;
        }
        Delete(fenced);
    }

    private static void Delete(string folder)
    {
        for (var attempt = 1; Directory.Exists(folder); attempt++)
        {
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (DirectoryNotFoundException)
            {
                // Two are clearing up.
            }
            catch (IOException) when (attempt < DeleteAttempts)
            {
                // Somebody put a file in just now; it can do so for a moment only.
            }
        }
    }

    private static byte[]? ReadSmall(string path)
    {
        try
        {
            // Opened anew each time: shared file systems ask the server then, while a mere look may be answered from a memory that is a minute old.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            var bytes = new byte[Math.Min(file.Length, 4096)];
            return bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static byte[] ToBytes(long beat) => Encoding.ASCII.GetBytes(beat.ToString("x16", CultureInfo.InvariantCulture));

    private IEnumerable<long> Tokens()
    {
        if (!Directory.Exists(top))
            yield break;
        foreach (var folder in Directory.GetDirectories(top))
        {
            if (long.TryParse(Path.GetFileName(folder), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var token) && token > 0)
                yield return token;
        }
    }

    private string NewName(string prefix) => Path.Combine(top, prefix + Guid.NewGuid().ToString("N"));
}

/// <summary>What can be seen of a lease.</summary>
/// <param name="Holder">Null when it was given back, or cannot be read.</param>
/// <param name="Beat">Changes whenever the lease is renewed.</param>
internal sealed record LeaseView(LeaseHolder? Holder, bool IsFree, string Beat);
