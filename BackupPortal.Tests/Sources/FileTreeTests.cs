using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Sources;

namespace BackupPortal.Tests.Sources;

[SupportedOSPlatform("linux")]
public sealed class FileTreeTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly List<FileNotice> notices = [];

    public FileTreeTests() => Directory.CreateDirectory(Root);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Root => folder["files"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Scan_OfFolderThatDoesNotExist_GivesNone() =>
        Assert.Empty(FileTree.Scan(folder["gone"], [], notices.Add, Token));

    [Fact]
    public void Scan_OfFile_FailsRatherThanGivingNone()
    {
        File.WriteAllText(folder["file"], "");

        var error = Assert.Throws<PortalException>(() => FileTree.Scan(folder["file"], [], notices.Add, Token));

        Assert.Equal("FilesNotReadable", error.What.Key);
    }

    [Fact]
    public void Scan_OfOddNames_GivesThemAllOrderedByPath()
    {
        string[] names = ["ä ö ü.txt", "a", "Z", " leading", "trailing ", "new\nline", "back\\slash", "quote'\"", "emoji 🎓", "-rf", ".hidden", new string('x', 255)];
        foreach (var name in names)
            File.WriteAllText(Path.Combine(Root, name), name);

        var entries = Scan();

        Assert.Equal(names.Order(StringComparer.Ordinal), entries.Select(entry => entry.Path));
        Assert.All(entries, entry => Assert.Equal(Encoding.UTF8.GetByteCount(entry.Path), entry.SizeBytes));
        Assert.Empty(notices);
    }

    [Fact]
    public void Scan_OfEachKind_TellsWhatItIs()
    {
        Directory.CreateDirectory(Path.Combine(Root, "folder", "empty"));
        File.WriteAllText(Path.Combine(Root, "folder", "file"), "12345");
        File.SetUnixFileMode(Path.Combine(Root, "folder", "file"), UnixFileMode.UserRead | UnixFileMode.GroupRead);
        File.SetLastWriteTimeUtc(Path.Combine(Root, "folder", "file"), new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc).AddTicks(1234567));
        File.CreateSymbolicLink(Path.Combine(Root, "dangling"), "nowhere/at all");
        File.CreateSymbolicLink(Path.Combine(Root, "loop"), ".");

        var entries = Scan();

        Assert.Equal(["dangling", "folder", "folder/empty", "folder/file", "loop"], entries.Select(entry => entry.Path));
        Assert.Equal(
            [FileEntryKind.Link, FileEntryKind.Folder, FileEntryKind.Folder, FileEntryKind.File, FileEntryKind.Link],
            entries.Select(entry => entry.Kind));
        Assert.Equal(["nowhere/at all", null, null, null, "."], entries.Select(entry => entry.LinkTarget));
        var file = entries[3];
        Assert.Equal((5, 288), (file.SizeBytes, file.Mode));
        Assert.Equal(1577934245_123456700L, file.ModifiedUnixNanoseconds);
        Assert.Equal(File.GetUnixFileMode(Root), (UnixFileMode)entries[1].Mode);
    }

    [Fact]
    public void Scan_OfDeepFolders_GoesAllTheWay()
    {
        var deep = string.Join('/', Enumerable.Repeat("deep", 300));
        Directory.CreateDirectory(Path.Combine(Root, deep));
        File.WriteAllText(Path.Combine(Root, deep, "end"), "");

        Assert.Equal(301, Scan().Count);
    }

    [Fact]
    public async Task Scan_OfNamesThatAreNotUtf8_SaysThatTheyAreLeftOut()
    {
        await PythonAsync($"import os; open(os.path.join(os.fsencode({Literal(Root)}), b'bad\\xff.txt'), 'w').close(); "
            + $"os.mkdir(os.path.join(os.fsencode({Literal(Root)}), b'dir\\xfe'))");
        await File.WriteAllTextAsync(Path.Combine(Root, "good\uFFFD.txt"), "its name has the character itself", Token);

        var entries = Scan();

        Assert.Equal(["good\uFFFD.txt"], entries.Select(entry => entry.Path));
        Assert.Equal(2, notices.Count);
        Assert.All(notices, notice => Assert.Equal(FileNoticeReason.NameNotUtf8, notice.Reason));
        // .NET cannot delete them either.
        await PythonAsync($"import os, shutil; shutil.rmtree(os.fsencode({Literal(Root)}))");
    }

    [Fact]
    public async Task Scan_OfSocketsAndPipes_LeavesThemOutWithoutOpeningThem()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(Path.Combine(Root, "s")));
        await PythonAsync($"import os; os.mkfifo(os.path.join({Literal(Root)}, 'p'))");

        Assert.Empty(Scan());
        Assert.Equal(["p NotAFile", "s NotAFile"], notices.Select(notice => $"{notice.Path} {notice.Reason}").Order());
    }

    [Fact]
    public async Task Scan_WithLiveDatabaseInside_LeavesOutEveryNameOfIt()
    {
        var live = Path.Combine(Root, "app.db");
        using var application = TestDatabase.Open(live);
        TestDatabase.Execute(application, "PRAGMA journal_mode=WAL; CREATE TABLE t(a)");
        await PythonAsync($"import os; os.link({Literal(live)}, {Literal(Path.Combine(Root, "other name"))}); "
            + $"os.link({Literal(live + "-wal")}, {Literal(Path.Combine(Root, "other log"))})");
        File.CreateSymbolicLink(Path.Combine(Root, "link"), "app.db");

        var entries = FileTree.Scan(Root, LiveDatabaseFiles.Of(live), notices.Add, Token);

        Assert.Equal([("link", FileEntryKind.Link)], entries.Select(entry => (entry.Path, entry.Kind)));
        Assert.Equal(["other log LiveDatabase", "other name LiveDatabase"], notices.Select(notice => $"{notice.Path} {notice.Reason}").Order());
    }

    [Fact]
    public void Scan_WithTheDatabaseExcluded_LeavesItsCompanionsOutToo()
    {
        var live = Path.Combine(Root, "app.db");
        using var application = TestDatabase.Open(live);
        TestDatabase.Execute(application, "PRAGMA journal_mode=WAL; CREATE TABLE t(a)");
        Assert.True(File.Exists(live + "-wal"));

        Assert.Empty(FileTree.Scan(Root, [live, folder["not there"]], notices.Add, Token));
        Assert.Empty(notices);
    }

    [Fact]
    public void Scan_ThroughALinkedRoot_StillRecognisesTheLiveDatabase()
    {
        TestDatabase.Create(Path.Combine(Root, "app.db"), "CREATE TABLE t(a)");
        File.CreateSymbolicLink(folder["alias"], Root);

        Assert.Empty(FileTree.Scan(folder["alias"], LiveDatabaseFiles.Of(Path.Combine(Root, "app.db")), notices.Add, Token));
        Assert.Empty(notices);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void LooksUnchanged_AfterAChange_IsFalse(bool keepTime)
    {
        var path = Path.Combine(Root, "file");
        File.WriteAllText(path, "before");
        var time = File.GetLastWriteTimeUtc(path);
        var before = Assert.Single(Scan());
        Assert.True(FileTree.LooksUnchanged(before, Assert.Single(Scan())));

        File.WriteAllText(path, keepTime ? "longer than before" : "BEFORE");
        File.SetLastWriteTimeUtc(path, keepTime ? time : time.AddTicks(1));

        Assert.False(FileTree.LooksUnchanged(before, Assert.Single(Scan())));
    }

    [Fact]
    public async Task Reading_OfAFileThatChangesMeanwhile_NoticesIt()
    {
        var path = Path.Combine(Root, "file");
        await File.WriteAllTextAsync(path, "before", Token);
        using var reading = FileReading.Open(path, new ExcludedFiles([]));
        Assert.True(reading.IsUnchanged());

        await File.AppendAllTextAsync(path, " and more", Token);

        using var content = new StreamReader(reading.Content);
        Assert.Equal("before", await content.ReadToEndAsync(Token));
        Assert.False(reading.IsUnchanged());
    }

    [Fact]
    public void Reading_OfAnotherNameOfAnExcludedFile_NeverOpensIt()
    {
        var live = folder["app.db"];
        File.WriteAllText(live, "live");

        Assert.Throws<FileNotFoundException>(() => FileReading.Open(live, new ExcludedFiles([live])));
    }

    [Fact]
    public void Reading_OfALinkThatTookAFilesPlace_DoesNotFollowIt()
    {
        File.WriteAllText(folder["secret"], "secret");
        File.CreateSymbolicLink(Path.Combine(Root, "file"), folder["secret"]);

        Assert.Throws<FileNotFoundException>(() => FileReading.Open(Path.Combine(Root, "file"), new ExcludedFiles([])));
        Assert.Throws<IOException>(() => FileSystemCalls.OpenToRead(Path.Combine(Root, "file")));
    }

    private static string Literal(string text) => "'" + text.Replace("'", "\\'", StringComparison.Ordinal) + "'";

    /// <summary>For what .NET cannot do: names of any bytes, pipes, hard links.</summary>
    private static async Task PythonAsync(string program)
    {
        using var process = Process.Start(new ProcessStartInfo("python3", ["-c", program]))!;
        await process.WaitForExitAsync(Token);
        Assert.Equal(0, process.ExitCode);
    }

    private IReadOnlyList<FileEntry> Scan() => FileTree.Scan(Root, [], notices.Add, Token);
}
