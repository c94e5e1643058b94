using BackupPortal.Core.Storage;

namespace BackupPortal.Tests.Contracts;

/// <summary>What every object store must do. Derive for each implementation.</summary>
public abstract class ObjectStoreContract
{
    // Enough to find a store that looks first and moves then: about one round in a hundred goes wrong there.
    private const int Rounds = 300;

    private static readonly byte[] content = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i * 7))];

    protected abstract IObjectStore Store { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Write_NewObject_ReadsBackWholeAndInParts()
    {
        var size = await WriteAsync("packs/ab/one.pack", content);

        Assert.Equal(content.Length, size);
        Assert.Equal(content, await ReadAsync("packs/ab/one.pack", 0, content.Length));
        Assert.Equal(content[70_000..70_010], await ReadAsync("packs/ab/one.pack", 70_000, 10));
        Assert.Equal(content.Length, (await Store.FindAsync("packs/ab/one.pack", Cancel))!.SizeBytes);
    }

    [Fact]
    public async Task Write_EmptyObject_Exists()
    {
        Assert.Equal(0, await WriteAsync("maps/empty", []));

        Assert.Equal(0, (await Store.FindAsync("maps/empty", Cancel))!.SizeBytes);
        Assert.Empty(await ReadAsync("maps/empty", 0, 0));
    }

    [Fact]
    public async Task Write_KeyTaken_FailsAndKeepsTheFirst()
    {
        await WriteAsync("maps/a", [1, 2, 3]);

        await Assert.ThrowsAnyAsync<StorageException>(() => WriteAsync("maps/a", [4]));

        Assert.Equal([1, 2, 3], await ReadAsync("maps/a", 0, 3));
    }

    [Fact]
    public async Task Write_TwoAtOnceToOneKey_OneWinsWhole()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var key = $"maps/{round}";
            // Both have written all, and become visible at the same moment.
            using var meeting = new Barrier(participantCount: 2);
            Assert.Single(await Task.WhenAll(TryWriteAsync(key, 1, meeting), TryWriteAsync(key, 2, meeting)), won => won);
            var stored = await ReadAsync(key, 0, 2);
            Assert.Equal(stored[0], stored[1]);
        }
    }

    [Fact]
    public async Task Write_WhileUnderWay_IsNotVisible()
    {
        await Store.WriteAsync(
            "maps/a",
            async (stream, token) =>
            {
                await stream.WriteAsync(content, token);
                Assert.Null(await Store.FindAsync("maps/a", token));
                Assert.Empty(await ListAsync("maps"));
            },
            Cancel);

        Assert.Single(await ListAsync("maps"));
    }

    [Fact]
    public async Task Write_ContentFails_PassesTheFailureOnAndLeavesNothing()
    {
        await Assert.ThrowsAsync<FormatException>(() => Store.WriteAsync(
            "maps/a",
            async (stream, token) =>
            {
                await stream.WriteAsync(content, token);
                throw new FormatException();
            },
            Cancel));

        Assert.Null(await Store.FindAsync("maps/a", Cancel));
        Assert.Empty(await ListAsync("maps"));
    }

    [Fact]
    public async Task Write_Cancelled_LeavesNothing()
    {
        using var cancel = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.WriteAsync(
            "maps/a",
            async (stream, token) =>
            {
                await stream.WriteAsync(content, token);
                await cancel.CancelAsync();
            },
            cancel.Token));

        Assert.Null(await Store.FindAsync("maps/a", Cancel));
    }

    [Fact]
    public async Task Read_MissingObject_SaysSo()
    {
        await Assert.ThrowsAsync<ObjectNotFoundException>(() => ReadAsync("maps/none", 0, 1));

        Assert.Null(await Store.FindAsync("maps/none", Cancel));
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(2, 2)]
    [InlineData(10, 1)]
    public async Task Read_PastTheEnd_SaysSo(long offset, int length)
    {
        await WriteAsync("maps/a", [1, 2, 3]);

        await Assert.ThrowsAsync<EndOfStreamException>(() => ReadAsync("maps/a", offset, length));
    }

    [Fact]
    public async Task List_Folder_GivesAllBelowAndNothingElse()
    {
        string[] keys = ["packs/ab/1.pack", "packs/cd/2.pack", "packs-old/3", "maps/4"];
        foreach (var key in keys)
            await WriteAsync(key, [1, 2]);

        var listed = await ListAsync("packs");

        Assert.Equal(["packs/ab/1.pack", "packs/cd/2.pack"], listed.Select(item => item.Key).Order());
        Assert.All(listed, item => Assert.Equal(2, item.SizeBytes));
        Assert.Empty(await ListAsync("snapshots"));
    }

    [Fact]
    public async Task Delete_Object_MakesRoomForItAgain()
    {
        await WriteAsync("maps/a", [1]);

        await Store.DeleteAsync("maps/a", Cancel);
        await Store.DeleteAsync("maps/a", Cancel);

        Assert.Null(await Store.FindAsync("maps/a", Cancel));
        await WriteAsync("maps/a", [2]);
        Assert.Equal([2], await ReadAsync("maps/a", 0, 1));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/maps/a")]
    [InlineData("maps//a")]
    [InlineData("maps/../a")]
    [InlineData("maps/.a")]
    [InlineData("Maps/a")]
    [InlineData("maps/ä")]
    public async Task Write_WhatIsNoKey_IsRefused(string key) => await Assert.ThrowsAsync<ArgumentException>(() => WriteAsync(key, [1]));

    private Task<bool> TryWriteAsync(string key, byte value, Barrier meeting) => Task.Run(async () =>
    {
        try
        {
            await Store.WriteAsync(
                key,
                async (stream, token) =>
                {
                    await stream.WriteAsync(new[] { value, value }, token);
                    meeting.SignalAndWait(token);
                },
                Cancel);
            return true;
        }
        catch (StorageException)
        {
            return false;
        }
    });

    private Task<long> WriteAsync(string key, byte[] bytes) =>
        Store.WriteAsync(key, (stream, token) => stream.WriteAsync(bytes, token).AsTask(), Cancel);

    private async Task<byte[]> ReadAsync(string key, long offset, int length)
    {
        var buffer = new byte[length];
        await Store.ReadAsync(key, offset, buffer, Cancel);
        return buffer;
    }

    private async Task<List<StoredObject>> ListAsync(string folder)
    {
        var found = new List<StoredObject>();
        await foreach (var item in Store.ListAsync(folder, Cancel))
            found.Add(item);
        return found;
    }
}
