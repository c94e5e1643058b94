using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using SQLitePCL;

namespace BackupPortal.Core.Sources;

/// <summary>
/// Binds Microsoft.Data.Sqlite to the operating system's SQLite library, which gets security fixes from the distribution.
/// </summary>
/// <remarks>
/// Microsoft.Data.Sqlite 10 asks for SQLitePCLRaw 2.1, of which only 2.0.6 is available to this project; every member it
/// calls is in 2.0.6 except <c>sqlite3_load_extension</c>, which nothing here calls. This file can go, together with the
/// NU1605 entries in the project files, as soon as SQLitePCLRaw 2.1 or later can be restored: then reference
/// SQLitePCLRaw.bundle_sqlite3 instead. See docs/decisions/0003-sqlite-binding.md.
/// </remarks>
public static class SqliteBinding
{
    /// <summary>Version of the SQLite library in use, for example <c>3.40.1</c>.</summary>
    public static string LibraryVersion => raw.sqlite3_libversion().utf8_to_string();

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Must run before the first use of Microsoft.Data.Sqlite, wherever that is.")]
    internal static void Initialize()
    {
        // The runtime refuses an assembly whose version is lower than the one asked for, unless somebody answers here.
        AssemblyLoadContext.Default.Resolving += static (context, name) =>
            name.Name == "SQLitePCLRaw.core" ? context.LoadFromAssemblyPath(BesideProgram("SQLitePCLRaw.core.dll")) : null;
        BindProvider();
    }

    // A method of its own: its types must not be resolved before the handler above is in place.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void BindProvider()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, static (name, _, _) =>
            name == "e_sqlite3" ? LoadSystemLibrary() : IntPtr.Zero);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
    }

    /// <summary>The library that every connection uses, for the few calls that SQLitePCLRaw does not offer.</summary>
    internal static IntPtr LoadSystemLibrary()
    {
        var name = OperatingSystem.IsWindows() ? "winsqlite3.dll"
            : OperatingSystem.IsMacOS() ? "libsqlite3.dylib"
            : "libsqlite3.so.0";
        return NativeLibrary.TryLoad(name, out var library)
            ? library
            : throw new DllNotFoundException(
                $"The system's SQLite library {name} was not found. On Debian and Ubuntu install it with: apt-get install libsqlite3-0");
    }

    private static string BesideProgram(string file) =>
        Path.Combine(Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location)!, file);
}
