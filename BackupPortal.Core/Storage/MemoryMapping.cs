using System.Runtime.InteropServices;

namespace BackupPortal.Core.Storage;

/// <summary>Memory that was asked of the system directly, so that freeing it makes the process smaller.</summary>
/// <param name="Size">Bytes.</param>
internal readonly unsafe partial record struct MemoryMapping(nint Address, int Size)
{
    private const nuint Alignment = 4096;
    private const int ReadWrite = 3; // PROT_READ | PROT_WRITE
    private const int PrivateAnonymous = 0x22; // MAP_PRIVATE | MAP_ANONYMOUS, on Linux
    private const int Populate = 0x8000; // MAP_POPULATE, on Linux

    // Bytes. Larger blocks are room for the worst case, and hardly ever filled.
    private const int LargestFilled = 1024 * 1024;

    private const nint Failed = -1;

    /// <exception cref="InsufficientMemoryException">The system has no more.</exception>
    public static MemoryMapping Create(int size)
    {
        if (!OperatingSystem.IsLinux())
            return new((nint)NativeMemory.AlignedAlloc((nuint)size, Alignment), size);
        // All pages at once: a page that is read before it is written, and the runtime does so before it copies, would cost two faults and a word to all cores.
        var flags = PrivateAnonymous | (size <= LargestFilled ? Populate : 0);
        var address = Map(0, (nuint)size, ReadWrite, flags, -1, 0);
        return address == Failed ? throw new InsufficientMemoryException($"{Marshal.GetLastPInvokeErrorMessage()}: {size} bytes") : new(address, size);
    }

    public void Free()
    {
        if (OperatingSystem.IsLinux())
            _ = Unmap(Address, (nuint)Size);
        else
            NativeMemory.AlignedFree((void*)Address);
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint length);
}
