using BackupPortal.Core.Messages;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Import.Zip;

/// <summary>Unpacks a local copy, or what somebody packed by hand, into the scratch folder. Nothing is written anywhere else, whatever the ZIP says.</summary>
internal sealed class ZipUnpacking
{
    private const string Files = "files";
    private const int LargestRecordBytes = 32_000_000;
    private const int LargestHashListBytes = 128_000_000;
    private const int LongestTargetBytes = 4095;
    private const int MostNotices = 50;

    private static readonly string[] OwnNames = ["README.txt", "record.json", "log.txt", "SHA256SUMS"];
    private static readonly string[] DatabaseExtensions = [".db", ".sqlite", ".sqlite3", ".db3"];

    private readonly string scratch;
    private readonly EntryContent content;
    private readonly IReadOnlyList<ZipEntry> entries;
    private readonly List<Message> notices = [];
    private readonly HashList? hashes;

    /// <summary>Looks at everything that can be seen without unpacking.</summary>
    /// <exception cref="UnfitFileException">It is not fit.</exception>
    public ZipUnpacking(IncomingFile file, string scratch, WorkLimits limits)
    {
        this.scratch = scratch;
        content = new EntryContent(file, limits);
        entries = ZipDirectory.Read(file, limits);
        TotalBytes = entries.Aggregate(0L, static (total, entry) => total > long.MaxValue - entry.SizeBytes ? long.MaxValue : total + entry.SizeBytes);
        limits.CheckTotal(TotalBytes);
        Database = FindDatabase();
        if (Find("record.json") is { } record)
            Record = RecordDocument.TryReadCopy(content.Read(record, LargestRecordBytes)) ?? throw ImportText.Unfit("RecordDamaged");
        if (Find("SHA256SUMS") is { } list)
            hashes = HashList.Read(content.Read(list, LargestHashListBytes));
    }

    /// <summary>Of the backup that the copy was made from; null for what was packed by hand.</summary>
    public SnapshotRecord? Record { get; }

    /// <summary>What it says that it unpacks to.</summary>
    public long TotalBytes { get; }

    private ZipEntry Database { get; }

    /// <param name="progress">Bytes unpacked, and bytes in all.</param>
    /// <exception cref="UnfitFileException">It is not fit.</exception>
    public UnpackedCopy Run(Action<long, long> progress)
    {
        var copy = new UnpackedCopy(Path.Combine(scratch, "app.db"), Path.Combine(scratch, Files), Record, notices);
        Directory.CreateDirectory(copy.FilesFolder);
        long done = 0;
        foreach (var entry in entries)
        {
            if (EntryNames.IsUnspeakable(entry.Name))
                LeaveOut(entry);
            else
                UnpackOne(entry, copy);
            progress(done += entry.SizeBytes, TotalBytes);
        }
        hashes?.CheckNoneIsLeft();
        // Links last: nothing is ever written through one. Folders after what is in them, from the inside out.
        foreach (var link in entries.Where(static entry => entry.Kind == FileEntryKind.Link && IsOfFiles(entry)))
            MakeLink(link);
        foreach (var folder in entries.Where(static entry => entry.IsFolder && IsOfFiles(entry)).OrderByDescending(static entry => entry.Name, StringComparer.Ordinal))
            EntryAttributes.Apply(PlaceOf(folder), folder);
        if (Record is null)
            notices.Add(ImportText.Of("PackedByHand"));
        return copy;
    }

    private static bool IsOfFiles(ZipEntry entry) => !EntryNames.IsUnspeakable(entry.Name) && entry.Name.StartsWith(Files + "/", StringComparison.Ordinal);

    private ZipEntry? Find(string name) => entries.FirstOrDefault(entry => entry.Name == name && entry.Kind == FileEntryKind.File);

    private ZipEntry FindDatabase()
    {
        if (Find("app.db") is { } own)
            return own;
        var found = entries.Where(static entry => entry.Kind == FileEntryKind.File && !entry.Name.Contains('/', StringComparison.Ordinal)
            && DatabaseExtensions.Contains(Path.GetExtension(entry.Name), StringComparer.OrdinalIgnoreCase)).ToList();
        return found switch
        {
            [var only] => only,
            [] => throw ImportText.UnfitWith("NoDatabase", "NoDatabaseHint"),
            _ => throw ImportText.UnfitWith("SeveralDatabases", "NoDatabaseHint"),
        };
    }

    private void UnpackOne(ZipEntry entry, UnpackedCopy copy)
    {
        switch (entry.Kind)
        {
            case FileEntryKind.Folder when IsOfFiles(entry):
                Directory.CreateDirectory(PlaceOf(entry));
                break;
            case FileEntryKind.File when entry == Database:
                Check(entry, Write(entry, copy.DatabaseFile));
                break;
            case FileEntryKind.File when IsOfFiles(entry):
                Directory.CreateDirectory(Path.GetDirectoryName(PlaceOf(entry))!);
                Check(entry, Write(entry, PlaceOf(entry)));
                EntryAttributes.Apply(PlaceOf(entry), entry);
                break;
            case FileEntryKind.File when hashes is not null && entry.Name != "SHA256SUMS":
                Check(entry, content.Unpack(entry, target: null));
                break;
        }
        if (!IsOfFiles(entry) && entry != Database && entry.Name != Files && !OwnNames.Contains(entry.Name))
            Notice("LeftOut", ImportText.Shown(entry.Name));
    }

    private void LeaveOut(ZipEntry entry)
    {
        if (entry.Kind == FileEntryKind.File)
            Check(entry, content.Unpack(entry, target: null));
        Notice("NameLeftOut", ImportText.Shown(entry.Name));
    }

    private void Check(ZipEntry entry, byte[] hash) => hashes?.Check(entry.Name, hash);

    private byte[] Write(ZipEntry entry, string path)
    {
        // A new file: nothing that is there, not even a link, is ever written to.
        using var target = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        return content.Unpack(entry, target);
    }

    private void MakeLink(ZipEntry link)
    {
        var target = System.Text.Encoding.UTF8.GetString(content.Read(link, LongestTargetBytes));
        if (target.Contains('\uFFFD', StringComparison.Ordinal) || !LinkTargets.StaysInside(link.Name[(Files.Length + 1)..], target))
        {
            Notice("LinkLeftOut", ImportText.Shown(link.Name), ImportText.Shown(target));
            return;
        }
        Directory.CreateDirectory(Path.GetDirectoryName(PlaceOf(link))!);
        File.CreateSymbolicLink(PlaceOf(link), target);
        EntryAttributes.ApplyToLink(PlaceOf(link), link);
    }

    private string PlaceOf(ZipEntry entry) => Path.Combine(scratch, entry.Name);

    // A ZIP of nothing but such entries must not make a record endless.
    private void Notice(string key, params string[] arguments)
    {
        if (notices.Count < MostNotices)
            notices.Add(ImportText.Of(key, arguments));
        else if (notices.Count == MostNotices)
            notices.Add(ImportText.Of("MoreLeftOut"));
    }
}
