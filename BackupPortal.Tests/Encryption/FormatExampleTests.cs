using BackupPortal.Core.Encryption;
using BackupPortal.Core.Repository;

namespace BackupPortal.Tests.Encryption;

/// <summary>The example of docs/repository-format.md was computed without this program; this program must give the same bytes.</summary>
public sealed class FormatExampleTests
{
    private const string Pack = "000102030405060708090a0b0c0d0e0f";
    private const string Snapshot = "20261120t201402z-4f3a9c0b";

    private static readonly string text = File.ReadAllText(Path.Combine(ProgramUnderTest.Root, "docs", "repository-format.md"));
    private static readonly byte[] master = Bytes(0, 32);
    private static readonly byte[] salt = Bytes(0, 16);
    private static readonly DataKey data = new(Bytes(32, 32));

    [Fact]
    public void Keys_OfTheExample_HaveItsNamesAndWrapping()
    {
        Assert.True(MasterKey.TryParse(Convert.ToBase64String(master), out var key));
        AssertTold(Convert.ToBase64String(master));
        AssertTold(key.Fingerprint);
        AssertTold(data.Id);
        byte[] wrapped = [.. data.Secret, .. new byte[SaltedSeal.TagSize]];
        SaltedSeal.Seal(master, salt, $"wrap/{data.Id}", default, wrapped);
        AssertTold(Convert.ToHexStringLower(wrapped));
        Assert.Equal(data.Secret, new WrappedKey(data.Id, key.Fingerprint, salt, wrapped).Open(key).Secret);
    }

    [Fact]
    public void Pack_OfTheExample_HasItsHeaderAndFrames()
    {
        var header = PackFormat.Header(Pack, data);
        AssertTold(Convert.ToHexStringLower(header));
        for (var frame = 0; frame < 2; frame++)
        {
            byte[] content = [.. "abc"u8, .. new byte[PackSeal.TagSize]];
            data.ForPack(Pack, header).Seal(frame, content);
            AssertTold(Convert.ToHexStringLower(content));
            Assert.False(data.ForPack(Pack, header).TryUnseal(1 - frame, [.. content]));
            Assert.True(data.ForPack(Pack, header).TryUnseal(frame, content));
            Assert.Equal("abc"u8, content.AsSpan(0, 3));
        }
    }

    [Fact]
    public void DocumentAndRecord_OfTheExample_HaveItsBytes()
    {
        var name = data.NameOf("abc"u8);
        AssertTold(name);
        byte[] header = [.. "BPDOC\r\n\0"u8, 1, 0, 0, 1, .. Convert.FromHexString(data.Id), 3, 0, 0, 0, 0, 0, 0, 0];
        byte[] content = [.. "abc"u8, .. new byte[SaltedSeal.TagSize]];
        data.Seal(salt, $"document/maps/{name}", header, content);
        byte[] document = [.. header, .. salt, .. content];
        AssertTold(Convert.ToHexStringLower(document));
        var opened = document.AsMemory(header.Length);
        Assert.True(DocumentSeal.TryOpen(data, $"maps/{name}", document, ref opened));
        Assert.Equal("abc"u8, opened.Span);

        byte[] record = [.. "{}"u8, .. new byte[SaltedSeal.TagSize]];
        data.Seal(salt, $"record/{Snapshot}", default, record);
        AssertTold(Convert.ToBase64String(record));
    }

    private static byte[] Bytes(int first, int count) => [.. Enumerable.Range(first, count).Select(value => (byte)value)];

    private static void AssertTold(string value) => Assert.True(text.Contains($"`{value}`", StringComparison.Ordinal), $"{value} is not in the description.");
}
