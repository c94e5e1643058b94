using BackupPortal.Core.Storage;

namespace BackupPortal.Tests.Storage;

/// <summary>Both ways that a system may offer, told apart by name.</summary>
public sealed class ExclusiveRenameTests : IDisposable
{
    private static readonly Dictionary<string, Func<string, string, bool>> ways = new(StringComparer.Ordinal)
    {
        ["rename"] = ExclusiveRename.TryRun,
        ["link"] = ExclusiveRename.TryLink,
    };

    private readonly TestFolder folder = new();

    public static TheoryData<string> Ways => [.. ways.Keys];

    private string From => folder["from"];

    private string To => folder["to"];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Ways))]
    public void Run_NameFree_MovesTheFile(string way)
    {
        File.WriteAllText(From, "new");

        Assert.True(ways[way](From, To));

        Assert.Equal("new", File.ReadAllText(To));
        Assert.False(File.Exists(From));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Run_NameTaken_DoesNothing(string way)
    {
        File.WriteAllText(From, "new");
        File.WriteAllText(To, "old");

        Assert.False(ways[way](From, To));

        Assert.Equal("old", File.ReadAllText(To));
        Assert.Equal("new", File.ReadAllText(From));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Run_NameTakenByALinkToNothing_DoesNothing(string way)
    {
        File.WriteAllText(From, "new");
        File.CreateSymbolicLink(To, folder["missing"]);

        Assert.False(ways[way](From, To));

        Assert.Equal(folder["missing"], new FileInfo(To).LinkTarget);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Run_LinkToAFolder_MovesTheLink(string way)
    {
        Directory.CreateDirectory(folder["target"]);
        File.CreateSymbolicLink(From, folder["target"]);

        Assert.True(ways[way](From, To));

        Assert.Equal(folder["target"], new FileInfo(To).LinkTarget);
        Assert.False(Path.Exists(From));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Run_Folder_MovesItUnlessTheNameIsTaken(string way)
    {
        Directory.CreateDirectory(Path.Combine(From, "in"));
        Directory.CreateDirectory(folder["taken"]);

        Assert.False(ways[way](From, folder["taken"]));
        Assert.True(ways[way](From, To));

        Assert.True(Directory.Exists(Path.Combine(To, "in")));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Run_NothingThere_SaysSo(string way) => Assert.Throws<FileNotFoundException>(() => ways[way](From, To));
}
