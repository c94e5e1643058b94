using System.Text.Json;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Import.Uploads;

/// <summary>Where one upload is: its note, and its content, which is called another way until all of it is here.</summary>
internal sealed class UploadFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private UploadFolder(string path) => Path = path;

    public string Path { get; }

    public string Id => System.IO.Path.GetFileName(Path);

    /// <summary>While it comes in.</summary>
    public string Part => System.IO.Path.Combine(Path, "content.part");

    /// <summary>When all of it is here.</summary>
    public string Content => System.IO.Path.Combine(Path, "content");

    private string NoteFile => System.IO.Path.Combine(Path, "upload.json");

    /// <summary>Null when that cannot be an upload's identifier. Looks at nothing.</summary>
    public static UploadFolder? Find(Tenant tenant, string id) =>
        id.Length == 32 && id.All(char.IsAsciiHexDigitLower) ? new UploadFolder(System.IO.Path.Combine(tenant.Home.Uploads, id)) : null;

    public static IEnumerable<UploadFolder> List(Tenant tenant) => Directory.Exists(tenant.Home.Uploads)
        ? Directory.EnumerateDirectories(tenant.Home.Uploads).Select(path => Find(tenant, System.IO.Path.GetFileName(path))).OfType<UploadFolder>()
        : [];

    public static async Task<UploadFolder> CreateAsync(Tenant tenant, UploadNote note)
    {
        var folder = Find(tenant, Guid.NewGuid().ToString("N"))!;
        // It will hold a readable copy of a school's data.
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder.Path);
        else
            Directory.CreateDirectory(folder.Path, OwnerOnly);
        await using (new FileStream(folder.Part, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            // Only to be there.
        }
        // Last: what has no note is no upload.
        await DurableFile.WriteAsync(folder.NoteFile, JsonSerializer.SerializeToUtf8Bytes(note, UploadJson.Default.UploadNote));
        DurableFile.SyncFolder(tenant.Home.Uploads);
        return folder;
    }

    /// <summary>Null when there is no such upload.</summary>
    public UploadNote? ReadNote()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(NoteFile), UploadJson.Default.UploadNote);
        }
        catch (Exception none) when (none is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    public bool IsComplete => File.Exists(Content);

    public long ReceivedBytes => new FileInfo(IsComplete ? Content : Part) is { Exists: true } file ? file.Length : 0;

    /// <summary>When something of it came in last.</summary>
    public DateTimeOffset LastTouchedUtc => new(new[] { Path, Part, Content }.Where(Exists).Select(File.GetLastWriteTimeUtc).DefaultIfEmpty().Max(), TimeSpan.Zero);

    /// <summary>Gives the content its name.</summary>
    public void Finish()
    {
        File.Move(Part, Content, overwrite: false);
        DurableFile.SyncFolder(Path);
    }

    public void Delete()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }

    private static bool Exists(string path) => System.IO.Path.Exists(path);
}
