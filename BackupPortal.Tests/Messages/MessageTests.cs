using System.Collections;
using System.Globalization;
using System.Resources;
using System.Text.RegularExpressions;
using BackupPortal.Core.Messages;

namespace BackupPortal.Tests.Messages;

public partial class MessageTests
{
    private static readonly CultureInfo German = CultureInfo.GetCultureInfo("de");

    [Fact]
    public void Format_TwoReaders_GetTheirOwnLanguage()
    {
        var message = new Message("Catalog", "SlugTaken", "park");

        Assert.Equal("There is already a school with the short name \"park\".", message.ToString());
        Assert.Equal("Es gibt bereits eine Schule mit dem Kürzel „park“.", message.Format(CultureInfo.GetCultureInfo("de-AT")));
        Assert.Equal(message.ToString(), message.Format(CultureInfo.GetCultureInfo("fr")));
    }

    [Theory]
    [InlineData("1234.5", "1,234.5 MB", "1.234,5 MB")]
    [InlineData("nothing", "nothing MB", "nothing MB")]
    public void Format_Numbers_AreWrittenAsTheReaderWritesThem(string kept, string english, string german)
    {
        var message = new Message("Backup", "Committed", "20261121t164437z-a715b15d", kept, "0.0");

        Assert.Contains($"20261121t164437z-a715b15d is complete: {english}, 0.0 MB", message.ToString(), StringComparison.Ordinal);
        Assert.Contains($"20261121t164437z-a715b15d ist vollständig: {german}, davon 0,0 MB", message.Format(German), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Catalog", "NoSuchText")]
    [InlineData("NoSuchArea", "NoSuchText")]
    public void Format_TextThatIsGone_TellsWhatIsKnown(string area, string key) =>
        Assert.Equal($"{area}.{key}: a, b", new Message(area, key, "a", "b").ToString());

    [Fact]
    public void FromJson_OfToJson_IsEqual()
    {
        var message = new Message("Catalog", "DatabaseFault", "/ä b\"c", "why");

        Assert.Equal(message, Message.FromJson(message.ToJson()));
    }

    [Fact]
    public void Texts_EveryArea_AreThereInBothLanguagesWithTheSamePlaceholders()
    {
        var areas = typeof(Message).Assembly.GetManifestResourceNames()
            .Where(name => name.EndsWith("Texts.resources", StringComparison.Ordinal))
            .Select(name => name[..^".resources".Length])
            .ToList();

        Assert.NotEmpty(areas);
        foreach (var area in areas)
            Assert.Equal(Read(area, CultureInfo.InvariantCulture), Read(area, German));
    }

    [Fact]
    public void Messages_NamedInTheSource_HaveAText()
    {
        var named = Directory.EnumerateFiles(SourceRoot, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("BackupPortal.Tests", StringComparison.Ordinal) && !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(file => Named().Matches(File.ReadAllText(file)).Select(match => (Area: match.Groups[1].Value, Key: match.Groups[2].Value)))
            .Distinct()
            .ToList();

        Assert.NotEmpty(named);
        Assert.Equal([], named.Where(one => !Texts(one.Area).ContainsKey($"BackupPortal.Core.{one.Area}.{one.Area}Texts.{one.Key}")));
    }

    private static string SourceRoot =>
        new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)).Parent!.Parent!.Parent!.Parent!.FullName;

    private static SortedDictionary<string, string> Texts(string area) =>
        typeof(Message).Assembly.GetManifestResourceNames().Contains($"BackupPortal.Core.{area}.{area}Texts.resources")
            ? Read($"BackupPortal.Core.{area}.{area}Texts", CultureInfo.InvariantCulture)
            : [];

    /// <summary>Each text's name and the placeholders in it.</summary>
    private static SortedDictionary<string, string> Read(string area, CultureInfo culture)
    {
        var texts = new ResourceManager(area, typeof(Message).Assembly).GetResourceSet(culture, createIfNotExists: true, tryParents: false);
        Assert.NotNull(texts);
        return new SortedDictionary<string, string>(texts.Cast<DictionaryEntry>().ToDictionary(
            text => $"{area}.{text.Key}",
            text => string.Join(' ', Placeholder().Matches((string)text.Value!).Select(match => match.Value).Distinct().Order())));
    }

    [GeneratedRegex("new (?:Messages\\.)?Message\\(\\s*\"(\\w+)\",\\s*\"(\\w+)\"")]
    private static partial Regex Named();

    [GeneratedRegex("\\{[0-9]+")]
    private static partial Regex Placeholder();
}
