using BackupPortal.Core.Export;
using BackupPortal.Core.Messages;

namespace BackupPortal.Tests.Export;

public sealed class EncryptedContainerTests
{
    private const string Passphrase = "four words are enough";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(EncryptedContainer.ChunkSize - 1)]
    [InlineData(EncryptedContainer.ChunkSize)]
    [InlineData((2 * EncryptedContainer.ChunkSize) + 5)]
    public async Task WriteThenRead_AnyLength_GivesTheSameBytesFromAnyPlace(int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        var file = await SealAsync(content);

        using var opened = ContainerReadStream.Open(new MemoryStream(file), Passphrase);
        using var all = new MemoryStream();
        await opened.CopyToAsync(all, Stop);
        Assert.Equal(content, all.ToArray());
        Assert.Equal(length, opened.Length);
        foreach (var place in new[] { length / 2, length - 1, 0 }.Where(place => place >= 0 && place < length))
        {
            opened.Position = place;
            Assert.Equal(content[place], opened.ReadByte());
        }
    }

    [Fact]
    public async Task Open_AnyChangeOrCut_IsRefused()
    {
        var content = new byte[EncryptedContainer.ChunkSize + 100];
        var file = await SealAsync(content);
        var chunk = EncryptedContainer.ChunkSize + EncryptedContainer.TagSize;

        foreach (var at in new[] { 0, 8, 12, 16, 25, EncryptedContainer.HeaderSize + 3, EncryptedContainer.HeaderSize + chunk + 3, file.Length - 1 })
        {
            var changed = (byte[])file.Clone();
            changed[at] ^= 1;
            Assert.Throws<PortalException>(() => ContainerReadStream.Open(new MemoryStream(changed), Passphrase));
        }
        foreach (var length in new[] { 0, 10, EncryptedContainer.HeaderSize, EncryptedContainer.HeaderSize + 5, EncryptedContainer.HeaderSize + chunk, file.Length - 1 })
            Assert.Throws<PortalException>(() => ContainerReadStream.Open(new MemoryStream(file, 0, length), Passphrase));
        Assert.Equal("PassphraseWrong", Assert.Throws<PortalException>(() => ContainerReadStream.Open(new MemoryStream(file), Passphrase + " ")).What.Key);
    }

    [Fact]
    public async Task Read_DamageInTheMiddle_IsNotGivenOut()
    {
        var file = await SealAsync(new byte[3 * EncryptedContainer.ChunkSize]);
        file[EncryptedContainer.HeaderSize + EncryptedContainer.ChunkSize + EncryptedContainer.TagSize + 9] ^= 1;

        using var opened = ContainerReadStream.Open(new MemoryStream(file), Passphrase);

        var failure = await Assert.ThrowsAsync<PortalException>(() => opened.CopyToAsync(Stream.Null, Stop));
        Assert.Equal("ContainerDamaged", failure.What.Key);
    }

    [Fact]
    public void Open_HeaderThatAsksForEndlessWork_IsRefusedAtOnce()
    {
        using var container = EncryptedContainer.Create(Passphrase);
        var header = (byte[])container.Header.Clone();
        header[15] = 0x7F;

        Assert.Null(EncryptedContainer.Open(header, Passphrase));
    }

    private static async Task<byte[]> SealAsync(byte[] content)
    {
        using var target = new MemoryStream();
        await using var writer = new ContainerWriteStream(target, EncryptedContainer.Create(Passphrase));
        // In pieces that fit no chunk.
        for (var at = 0; at < content.Length; at += 300_001)
            await writer.WriteAsync(content.AsMemory(at, Math.Min(300_001, content.Length - at)), Stop);
        await writer.CompleteAsync(Stop);
        return target.ToArray();
    }
}
