namespace BackupPortal.Tests;

/// <summary>A fresh folder for one test, deleted with all that is in it when the test ends.</summary>
internal sealed class TestFolder : IDisposable
{
    public TestFolder() => Path = Directory.CreateTempSubdirectory("backupportal-test-").FullName;

    public string Path { get; }

    /// <summary>A path in the folder; creates nothing.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }
}
