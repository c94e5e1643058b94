namespace BackupPortal.Tests.Architecture;

/// <summary>Opens files in each way that the compiler hides in a type of its own; never run.</summary>
internal static class Opener
{
    public static readonly Func<string, Stream> InALambda = path => File.OpenRead(path);

    public static async Task<string> InAStateMachine(string path) => await File.ReadAllTextAsync(path);

    public static IEnumerable<Stream> InAnIterator(string path)
    {
        yield return new FileStream(path, FileMode.Open);
        yield return new StreamReader(Stream.Null).BaseStream;
    }
}
