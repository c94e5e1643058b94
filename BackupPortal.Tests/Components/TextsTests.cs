using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Resources;
using System.Text.RegularExpressions;
using BackupPortal.Components;

namespace BackupPortal.Tests.Components;

public partial class TextsTests
{
    private static readonly Assembly Host = typeof(ComponentsServices).Assembly;

    public static TheoryData<string> Areas =>
        [.. Host.GetManifestResourceNames().Where(static name => name.EndsWith("Texts.resources", StringComparison.Ordinal)).Select(static name => name[..^".resources".Length])];

    [Theory]
    [MemberData(nameof(Areas))]
    public void Area_InGerman_HasTheSameTextsAndPlaceholders(string area) =>
        Assert.Equal(Placeholders(area, CultureInfo.InvariantCulture), Placeholders(area, CultureInfo.GetCultureInfo("de")));

    [Fact]
    public void Components_EveryTextThatTheyName_IsThere()
    {
        var named = Directory.EnumerateFiles(Path.Combine(SourceRoot, "BackupPortal", "Components"), "*", SearchOption.AllDirectories)
            .Where(static file => file.EndsWith(".razor", StringComparison.Ordinal) || file.EndsWith(".cs", StringComparison.Ordinal))
            .SelectMany(static file => Named().Matches(File.ReadAllText(file)).Select(match => (Area: Path.GetFileName(Path.GetDirectoryName(file))!, Key: match.Groups["key"].Value)))
            .Distinct()
            .ToList();

        Assert.NotEmpty(named);
        Assert.Equal([], named.Where(static one => !Placeholders($"BackupPortal.Components.{one.Area}.{one.Area}Texts", CultureInfo.InvariantCulture).ContainsKey(one.Key)));
    }

    private static string SourceRoot =>
        new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)).Parent!.Parent!.Parent!.Parent!.FullName;

    private static SortedDictionary<string, string> Placeholders(string area, CultureInfo culture)
    {
        var texts = new ResourceManager(area, Host).GetResourceSet(culture, createIfNotExists: true, tryParents: false);
        Assert.NotNull(texts);
        return new SortedDictionary<string, string>(texts.Cast<DictionaryEntry>().ToDictionary(
            static text => (string)text.Key,
            static text => string.Join(' ', Placeholder().Matches((string)text.Value!).Select(static match => match.Value).Distinct().Order())));
    }

    [GeneratedRegex("(?<!\\w)Texts\\[\"(?<key>\\w+)\"")]
    private static partial Regex Named();

    [GeneratedRegex("\\{[0-9]+")]
    private static partial Regex Placeholder();
}
