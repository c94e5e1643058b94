using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using BackupPortal.Core.Sources;

namespace BackupPortal.Tests;

internal static class TestAssembly
{
    // bUnit asks for a lower strong-name version of AngleSharp.Diffing than the one that restores.
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Must run before bUnit is first used, wherever that is.")]
    internal static void Initialize()
    {
        AssemblyLoadContext.Default.Resolving += static (context, name) =>
            name.Name == "AngleSharp.Diffing"
                ? context.LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, "AngleSharp.Diffing.dll"))
                : null;
        // A test may open a database before it touches anything of Core, which is what binds SQLite.
        RuntimeHelpers.RunModuleConstructor(typeof(SqliteBinding).Module.ModuleHandle);
    }
}
