using System.Runtime.InteropServices;

namespace BackupPortal.Core.Maintenance;

/// <summary>Small files that are whole or not there, whenever the power goes: written to a temporary name, synced, renamed, and the folder synced.</summary>
internal static partial class DurableFile
{
    /// <summary>Replaces <paramref name="path"/>, or creates it. Its folder must exist.</summary>
    /// <remarks>Not cancelled halfway: what is noted decides what a recovery does.</remarks>
    public static async Task WriteAsync(string path, ReadOnlyMemory<byte> content)
    {
        // A name of its own for each attempt: two writers must not share a temporary file.
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            await using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 4096, FileOptions.Asynchronous))
            {
                await stream.WriteAsync(content, CancellationToken.None);
                await stream.FlushAsync(CancellationToken.None);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }

        SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Deletes durably; no error when there is no such file.</summary>
    public static void Delete(string path)
    {
        File.Delete(path);
        SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Makes created, renamed and deleted names in a folder durable.</summary>
    /// <exception cref="IOException">The folder cannot be opened or synced.</exception>
    public static void SyncFolder(string folder)
    {
        // Windows has no such call, and needs none: its file systems journal names.
        if (!OperatingSystem.IsWindows())
            Sync(folder, SyncOne);
    }

    /// <summary>Makes everything that was written to the file system of a folder durable. Only Linux can; elsewhere each file is synced by itself.</summary>
    /// <exception cref="IOException">The folder cannot be opened or synced.</exception>
    public static void SyncFileSystem(string folder)
    {
        if (OperatingSystem.IsLinux())
            Sync(folder, SyncAll);
        else
            SyncFolder(folder);
    }

    private static void Sync(string folder, Func<int, int> sync)
    {
        var descriptor = Open(folder, 0);
        if (descriptor < 0)
            throw new IOException($"The folder {folder} cannot be opened to sync it: {Marshal.GetLastPInvokeErrorMessage()}");
        try
        {
            if (sync(descriptor) != 0)
                throw new IOException($"The folder {folder} cannot be synced: {Marshal.GetLastPInvokeErrorMessage()}");
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int SyncOne(int descriptor);

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    private static partial int SyncAll(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
