using System.Globalization;
using System.Runtime.Versioning;
using System.Text;

namespace BackupPortal.Tests.Model;

/// <summary>A live files folder and the people who use it.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class WorldFiles(string root, FakeClock clock, Random random)
{
    private const int MostEntries = 60;
    private const long MostBytes = 8_000_000;

    private int names;
    private int stamps;

    public IReadOnlyDictionary<string, string> Capture() => FolderState.Of(root);

    /// <param name="unprovenSince">Who changes a file within the tick of its last change may leave its time as it is, if that is later than this.</param>
    public string Change(DateTimeOffset unprovenSince)
    {
        var told = new StringBuilder();
        for (var i = random.Next(1, 5); i > 0; i--)
            told.Append(CultureInfo.InvariantCulture, $"{ChangeOne(unprovenSince)}; ");
        return told.ToString();
    }

    /// <summary>Makes a restored folder the live one.</summary>
    public void Become(string folder)
    {
        Directory.Delete(root, recursive: true);
        Directory.Move(folder, root);
    }

    private string ChangeOne(DateTimeOffset unprovenSince)
    {
        clock.Advance(TimeSpan.FromMilliseconds(random.Next(1, 900)));
        var entries = All();
        var files = entries.OfType<FileInfo>().Where(file => file.LinkTarget is null).ToList();
        if (entries.Count > MostEntries || files.Sum(file => file.Length) > MostBytes)
            return Delete(Pick(entries));
        if (files.Count == 0)
            return Create();
        var one = Pick(files);
        return random.Next(24) switch
        {
            < 5 => Create(),
            < 8 => Overwrite(one),
            < 10 => Append(one),
            10 => Truncate(one),
            11 => Rewrite(files.Find(file => file.LastWriteTimeUtc >= unprovenSince.UtcDateTime && file.Length > 0) ?? one, unprovenSince),
            < 14 => Delete(Pick(entries)),
            < 16 => Rename(Pick(entries)),
            16 => Copy(one),
            17 => Touch(one),
            18 => Protect(Pick(entries)),
            19 => Link(Pick(entries)),
            20 => Link(null),
            _ => CreateFolder(),
        };
    }

    private string Create()
    {
        var path = NewPath(".dat");
        File.WriteAllBytes(path, Content(random.Next(40) switch
        {
            < 3 => 0,
            < 28 => random.Next(1, 3000),
            < 39 => random.Next(3000, 60_000),
            _ => random.Next(1_000_000, 3_500_000),
        }));
        Stamp(path);
        return $"create {Name(path)} ({new FileInfo(path).Length})";
    }

    private string Overwrite(FileInfo file)
    {
        using (var stream = file.Open(FileMode.Open, FileAccess.ReadWrite))
        {
            stream.Position = random.NextInt64(stream.Length + 1);
            stream.Write(Content(random.Next(1, 2000)));
        }
        Stamp(file.FullName);
        return $"overwrite {Name(file.FullName)}";
    }

    private string Append(FileInfo file)
    {
        using (var stream = file.Open(FileMode.Append, FileAccess.Write))
            stream.Write(Content(random.Next(1, 5000)));
        Stamp(file.FullName);
        return $"append to {Name(file.FullName)}";
    }

    private string Truncate(FileInfo file)
    {
        using (var stream = file.Open(FileMode.Open, FileAccess.Write))
            stream.SetLength(random.NextInt64(stream.Length + 1));
        Stamp(file.FullName);
        return $"truncate {Name(file.FullName)}";
    }

    /// <summary>Other content of the same size within the same tick of the file system's clock.</summary>
    private string Rewrite(FileInfo file, DateTimeOffset unprovenSince)
    {
        var time = file.LastWriteTimeUtc;
        File.WriteAllBytes(file.FullName, Content((int)file.Length));
        if (time < unprovenSince.UtcDateTime)
            Stamp(file.FullName);
        else
            File.SetLastWriteTimeUtc(file.FullName, time);
        return $"rewrite {Name(file.FullName)}{(time < unprovenSince.UtcDateTime ? "" : " within a tick")}";
    }

    private string Delete(FileSystemInfo entry)
    {
        if (entry is DirectoryInfo { LinkTarget: null } folder)
            folder.Delete(recursive: true);
        else
            entry.Delete();
        return $"delete {Name(entry.FullName)}";
    }

    private string Rename(FileSystemInfo entry)
    {
        var target = NewPath(entry is DirectoryInfo ? "" : ".dat");
        if (target.StartsWith(entry.FullName + "/", StringComparison.Ordinal))
            return "rename nothing";
        if (entry.LinkTarget is { } says)
        {
            entry.Delete();
            File.CreateSymbolicLink(target, says);
        }
        else if (entry is DirectoryInfo)
            Directory.Move(entry.FullName, target);
        else
            File.Move(entry.FullName, target);
        return $"rename {Name(entry.FullName)} to {Name(target)}";
    }

    private string Copy(FileInfo file)
    {
        var target = NewPath(".dat");
        File.Copy(file.FullName, target);
        Stamp(target);
        return $"copy {Name(file.FullName)} to {Name(target)}";
    }

    private string Touch(FileInfo file)
    {
        Stamp(file.FullName);
        return $"touch {Name(file.FullName)}";
    }

    private string Protect(FileSystemInfo entry)
    {
        if (entry.LinkTarget is null)
            entry.UnixFileMode = entry is DirectoryInfo ? (UnixFileMode)Pick([0x1C0, 0x1ED, 0x1E8]) : (UnixFileMode)Pick([0x180, 0x1A4, 0x1ED]);
        return $"protect {Name(entry.FullName)}";
    }

    private string Link(FileSystemInfo? target)
    {
        var path = NewPath(".link");
        File.CreateSymbolicLink(path, target is null ? "../nowhere/at all" : Path.GetRelativePath(Path.GetDirectoryName(path)!, target.FullName));
        return $"link {Name(path)}";
    }

    private string CreateFolder()
    {
        var path = NewPath("");
        Directory.CreateDirectory(path);
        return $"folder {Name(path)}";
    }

    private byte[] Content(int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        // Text that compresses, or bytes that do not.
        if (random.Next(3) > 0)
        {
            for (var i = 0; i < length; i++)
                bytes[i] = (byte)('a' + (bytes[i] % 7));
        }
        return bytes;
    }

    /// <summary>The world's time, and never the same twice: a file system's clock does not stand still for a day.</summary>
    private void Stamp(string path) => File.SetLastWriteTimeUtc(path, clock.GetUtcNow().UtcDateTime.AddTicks(++stamps % TimeSpan.TicksPerMillisecond));

    private List<FileSystemInfo> All() => [.. Below(new DirectoryInfo(root)).OrderBy(entry => entry.FullName, StringComparer.Ordinal)];

    private static IEnumerable<FileSystemInfo> Below(DirectoryInfo folder) =>
        folder.EnumerateFileSystemInfos().SelectMany(entry => entry is DirectoryInfo { LinkTarget: null } inner ? Below(inner).Prepend(entry) : [entry]);

    private string NewPath(string suffix)
    {
        var folders = All().OfType<DirectoryInfo>().Where(folder => folder.LinkTarget is null).Select(folder => folder.FullName).Prepend(root).ToList();
        return Path.Combine(Pick(folders), $"{Pick(["Zeugnis ä", "bild", "x", "Noten.2026"])}{++names}{suffix}");
    }

    private string Name(string path) => Path.GetRelativePath(root, path);

    private T Pick<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];
}
