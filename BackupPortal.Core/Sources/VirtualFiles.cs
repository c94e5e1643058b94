using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SQLitePCL;

namespace BackupPortal.Core.Sources;

/// <summary>
/// A file system for SQLite, as far as the target of a backup and a database that is only read need one: every file is an <see cref="IVirtualFile"/>. So the
/// pages of a copy go straight on to whoever stores them, and a snapshot can be read without being unpacked. See https://www.sqlite.org/vfs.html for what each
/// call must do.
/// </summary>
internal static unsafe class VirtualFiles
{
    public const string Name = "backupportal-pages";

    private const int LongestName = 64;
    private const int NotFound = 12; // SQLITE_NOTFOUND
    private const int ShortRead = 522; // SQLITE_IOERR_SHORT_READ
    private const int WriteFailed = 778; // SQLITE_IOERR_WRITE
    private const int SectorBytes = 4096;

    private static readonly ConcurrentDictionary<string, IVirtualFile> files = new(StringComparer.Ordinal);
    private static readonly Lazy<bool> registered = new(Register);
    private static long count;

    /// <summary>Gives a file a name of its own.</summary>
    /// <exception cref="InvalidOperationException">SQLite did not take the file system.</exception>
    public static string Add(IVirtualFile file)
    {
        if (!registered.Value)
            throw new InvalidOperationException("SQLite refused to register a file system.");
        var name = "pages-" + Interlocked.Increment(ref count).ToString(CultureInfo.InvariantCulture);
        files[name] = file;
        return name;
    }

    public static void Remove(string name) => files.TryRemove(name, out _);

    private static bool Register()
    {
        var methods = (IoMethods*)NativeMemory.AllocZeroed((nuint)sizeof(IoMethods));
        methods->Version = 1;
        methods->Close = &Close;
        methods->Read = &Read;
        methods->Write = &Write;
        methods->Truncate = &Truncate;
        methods->Sync = &Sync;
        methods->FileSize = &FileSize;
        methods->Lock = &Lock;
        methods->Unlock = &Lock;
        methods->CheckReservedLock = &CheckReservedLock;
        methods->FileControl = &FileControl;
        methods->SectorSize = &SectorSize;
        methods->DeviceCharacteristics = &DeviceCharacteristics;

        var vfs = (Vfs*)NativeMemory.AllocZeroed((nuint)sizeof(Vfs));
        vfs->Version = 1;
        vfs->FileSize = sizeof(OpenFile);
        vfs->LongestName = LongestName;
        vfs->Name = (byte*)Marshal.StringToCoTaskMemUTF8(Name);
        vfs->AppData = methods;
        vfs->Next = null;
        vfs->LibraryOpen = vfs->LibraryError = vfs->LibrarySymbol = vfs->LibraryClose = null;
        vfs->Open = &Open;
        vfs->Delete = &Delete;
        vfs->Access = &Access;
        vfs->FullPathname = &FullPathname;
        vfs->Randomness = &Randomness;
        vfs->Sleep = &Sleep;
        vfs->CurrentTime = &CurrentTime;
        vfs->GetLastError = &GetLastError;

        // Both stay for as long as the process: SQLite keeps pointers to them.
        var register = (delegate* unmanaged[Cdecl]<Vfs*, int, int>)NativeLibrary.GetExport(SqliteBinding.LoadSystemLibrary(), "sqlite3_vfs_register");
        return register(vfs, 0) == raw.SQLITE_OK;
    }

    private static IVirtualFile FileOf(OpenFile* file) => (IVirtualFile)GCHandle.FromIntPtr(file->File).Target!;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Open(Vfs* vfs, byte* name, OpenFile* file, int flags, int* flagsOut)
    {
        file->Methods = null;
        if (name is null || !files.TryGetValue(Marshal.PtrToStringUTF8((IntPtr)name)!, out var found))
            return raw.SQLITE_CANTOPEN;
        file->File = GCHandle.ToIntPtr(GCHandle.Alloc(found));
        file->Methods = (IoMethods*)vfs->AppData;
        if (flagsOut is not null)
            *flagsOut = flags;
        return raw.SQLITE_OK;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(OpenFile* file)
    {
        GCHandle.FromIntPtr(file->File).Free();
        return raw.SQLITE_OK;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(OpenFile* file, void* buffer, int length, long offset)
    {
        var target = new Span<byte>(buffer, length);
        var read = FileOf(file).TryRead(target, offset);
        if (read == length)
            return raw.SQLITE_OK;
        if (read < 0)
            return raw.SQLITE_IOERR;
        target[read..].Clear();
        return ShortRead;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(OpenFile* file, void* buffer, int length, long offset) =>
        FileOf(file).TryWrite(new ReadOnlySpan<byte>(buffer, length), offset) ? raw.SQLITE_OK : WriteFailed;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int FileSize(OpenFile* file, long* size)
    {
        *size = FileOf(file).Length;
        return raw.SQLITE_OK;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Truncate(OpenFile* file, long size) => size == FileOf(file).Length ? raw.SQLITE_OK : raw.SQLITE_IOERR;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sync(OpenFile* file, int flags) => raw.SQLITE_OK;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Lock(OpenFile* file, int level) => raw.SQLITE_OK;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int CheckReservedLock(OpenFile* file, int* isReserved)
    {
        *isReserved = 0;
        return raw.SQLITE_OK;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int FileControl(OpenFile* file, int operation, void* argument) => NotFound;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int SectorSize(OpenFile* file) => SectorBytes;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int DeviceCharacteristics(OpenFile* file) => 0;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Delete(Vfs* vfs, byte* name, int syncFolder) => raw.SQLITE_OK;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Access(Vfs* vfs, byte* name, int flags, int* isThere)
    {
        *isThere = 0;
        return raw.SQLITE_OK;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int FullPathname(Vfs* vfs, byte* name, int capacity, byte* full)
    {
        var source = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name);
        if (source.Length >= capacity)
            return raw.SQLITE_CANTOPEN;
        source.CopyTo(new Span<byte>(full, capacity));
        full[source.Length] = 0;
        return raw.SQLITE_OK;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Randomness(Vfs* vfs, int length, byte* buffer)
    {
        RandomNumberGenerator.Fill(new Span<byte>(buffer, length));
        return length;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sleep(Vfs* vfs, int microseconds)
    {
        Thread.Sleep(microseconds / 1000);
        return microseconds;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int CurrentTime(Vfs* vfs, double* julianDay)
    {
        *julianDay = 2440587.5 + (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalDays;
        return raw.SQLITE_OK;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int GetLastError(Vfs* vfs, int capacity, byte* text) => 0;

    private struct OpenFile
    {
        public IoMethods* Methods;
        public IntPtr File;
    }

    // The layouts are those of sqlite3_vfs and sqlite3_io_methods, version 1, in sqlite3.h.
    private struct Vfs
    {
        public int Version;
        public int FileSize;
        public int LongestName;
        public Vfs* Next;
        public byte* Name;
        public void* AppData;
        public delegate* unmanaged[Cdecl]<Vfs*, byte*, OpenFile*, int, int*, int> Open;
        public delegate* unmanaged[Cdecl]<Vfs*, byte*, int, int> Delete;
        public delegate* unmanaged[Cdecl]<Vfs*, byte*, int, int*, int> Access;
        public delegate* unmanaged[Cdecl]<Vfs*, byte*, int, byte*, int> FullPathname;
        public void* LibraryOpen;
        public void* LibraryError;
        public void* LibrarySymbol;
        public void* LibraryClose;
        public delegate* unmanaged[Cdecl]<Vfs*, int, byte*, int> Randomness;
        public delegate* unmanaged[Cdecl]<Vfs*, int, int> Sleep;
        public delegate* unmanaged[Cdecl]<Vfs*, double*, int> CurrentTime;
        public delegate* unmanaged[Cdecl]<Vfs*, int, byte*, int> GetLastError;
    }

    private struct IoMethods
    {
        public int Version;
        public delegate* unmanaged[Cdecl]<OpenFile*, int> Close;
        public delegate* unmanaged[Cdecl]<OpenFile*, void*, int, long, int> Read;
        public delegate* unmanaged[Cdecl]<OpenFile*, void*, int, long, int> Write;
        public delegate* unmanaged[Cdecl]<OpenFile*, long, int> Truncate;
        public delegate* unmanaged[Cdecl]<OpenFile*, int, int> Sync;
        public delegate* unmanaged[Cdecl]<OpenFile*, long*, int> FileSize;
        public delegate* unmanaged[Cdecl]<OpenFile*, int, int> Lock;
        public delegate* unmanaged[Cdecl]<OpenFile*, int, int> Unlock;
        public delegate* unmanaged[Cdecl]<OpenFile*, int*, int> CheckReservedLock;
        public delegate* unmanaged[Cdecl]<OpenFile*, int, void*, int> FileControl;
        public delegate* unmanaged[Cdecl]<OpenFile*, int> SectorSize;
        public delegate* unmanaged[Cdecl]<OpenFile*, int> DeviceCharacteristics;
    }
}
