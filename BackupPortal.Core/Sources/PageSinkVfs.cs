using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SQLitePCL;

namespace BackupPortal.Core.Sources;

/// <summary>
/// A file system for SQLite, as far as the target of a backup needs one: every file is a <see cref="PageSink"/>. So the pages of a copy go straight on
/// to whoever stores them, and no copy is ever written. See https://www.sqlite.org/vfs.html for what each call must do.
/// </summary>
internal static unsafe class PageSinkVfs
{
    public const string Name = "backupportal-pages";

    private const int LongestName = 64;
    private const int NotFound = 12; // SQLITE_NOTFOUND
    private const int ShortRead = 522; // SQLITE_IOERR_SHORT_READ
    private const int WriteFailed = 778; // SQLITE_IOERR_WRITE
    private const int SectorBytes = 4096;

    private static readonly ConcurrentDictionary<string, PageSink> sinks = new(StringComparer.Ordinal);
    private static readonly Lazy<bool> registered = new(Register);
    private static long count;

    /// <summary>Gives a sink a file name of its own.</summary>
    /// <exception cref="InvalidOperationException">SQLite did not take the file system.</exception>
    public static string Add(PageSink sink)
    {
        if (!registered.Value)
            throw new InvalidOperationException("SQLite refused to register a file system.");
        var name = "sink-" + Interlocked.Increment(ref count).ToString(CultureInfo.InvariantCulture);
        sinks[name] = sink;
        return name;
    }

    public static void Remove(string name) => sinks.TryRemove(name, out _);

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

    private static PageSink SinkOf(OpenFile* file) => (PageSink)GCHandle.FromIntPtr(file->Sink).Target!;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Open(Vfs* vfs, byte* name, OpenFile* file, int flags, int* flagsOut)
    {
        file->Methods = null;
        if (name is null || !sinks.TryGetValue(Marshal.PtrToStringUTF8((IntPtr)name)!, out var sink))
            return raw.SQLITE_CANTOPEN;
        file->Sink = GCHandle.ToIntPtr(GCHandle.Alloc(sink));
        file->Methods = (IoMethods*)vfs->AppData;
        if (flagsOut is not null)
            *flagsOut = flags;
        return raw.SQLITE_OK;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(OpenFile* file)
    {
        GCHandle.FromIntPtr(file->Sink).Free();
        return raw.SQLITE_OK;
    }

    /// <summary>What was written is gone; SQLite only ever reads the empty beginning.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(OpenFile* file, void* buffer, int length, long offset)
    {
        new Span<byte>(buffer, length).Clear();
        return offset >= SinkOf(file).Length ? ShortRead : raw.SQLITE_IOERR;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(OpenFile* file, void* buffer, int length, long offset) =>
        SinkOf(file).TryWrite(new ReadOnlySpan<byte>(buffer, length), offset) ? raw.SQLITE_OK : WriteFailed;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int FileSize(OpenFile* file, long* size)
    {
        *size = SinkOf(file).Length;
        return raw.SQLITE_OK;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Truncate(OpenFile* file, long size) => size == SinkOf(file).Length ? raw.SQLITE_OK : raw.SQLITE_IOERR;

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
        public IntPtr Sink;
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
