namespace BackupPortal.Tests;

/// <summary>A fresh folder for one test, deleted with all that is in it when the test ends.</summary>
internal sealed class TestFolder : IDisposable
{
    private const string Prefix = "backupportal-test-";
    private const string Memory = "/dev/shm";

    public TestFolder() => Path = Directory.CreateTempSubdirectory(Prefix).FullName;

    private TestFolder(string path) => Path = path;

    public string Path { get; }

    /// <summary>A path in the folder; creates nothing.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>In memory where there is room for that, so that thousands of syncs cost nothing.</summary>
    public static TestFolder InMemory(long roomBytes) =>
        Directory.Exists(Memory) && new DriveInfo(Memory).AvailableFreeSpace > roomBytes
            ? new TestFolder(Directory.CreateDirectory($"{Memory}/{Prefix}{Guid.NewGuid():N}").FullName)
            : new TestFolder();

    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }
}
