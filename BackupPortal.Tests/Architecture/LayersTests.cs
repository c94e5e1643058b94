namespace BackupPortal.Tests.Architecture;

/// <summary>The table of docs/architecture.md, enforced on what the compiler really emitted.</summary>
public class LayersTests
{
    /// <summary>From the top down: a capability may use those below it, never above.</summary>
    private static readonly string[] CoreLayers =
    [
        "Demo", "Scheduling", "Verification", "Pruning", "Retrieval", "Import", "Copies", "Export", "Rebuilding", "Restore", "Comparison", "Backup", "Maintenance", "Operations", "Catalog",
        "Repository", "Browsing", "Sources", "Encryption", "Storage", "Snapshots", "Tenancy", "Messages",
    ];

    private static readonly string CoreAssembly = typeof(BackupPortal.Core.Messages.Message).Assembly.Location;

    private static readonly string HostAssembly = Path.Combine(Path.GetDirectoryName(CoreAssembly)!, "BackupPortal.dll");

    [Fact]
    public void Core_EveryFolder_IsInTheTable()
    {
        var folders = TypeUse.Read(CoreAssembly).Select(use => Capability(use.Namespace, "BackupPortal.Core."))
            .OfType<string>().Distinct().ToList();

        Assert.NotEmpty(folders);
        Assert.Empty(folders.Except(CoreLayers));
    }

    [Fact]
    public void Core_EveryCapability_UsesOnlyWhatIsBelowIt()
    {
        var upward =
            from use in TypeUse.Read(CoreAssembly)
            let user = Capability(use.Namespace, "BackupPortal.Core.")
            let used = Capability(use.UsedNamespace, "BackupPortal.Core.")
            where user is not null && used is not null && Array.IndexOf(CoreLayers, used) < Array.IndexOf(CoreLayers, user)
            select $"{use.Type} uses {used}";

        AssertNone(upward);
    }

    [Fact]
    public void Core_Anything_KeepsAspNetOut()
    {
        var found =
            from use in TypeUse.Read(CoreAssembly)
            where use.UsedNamespace.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal)
                && !(use.UsedNamespace.StartsWith("Microsoft.AspNetCore.Identity", StringComparison.Ordinal)
                    && Capability(use.Namespace, "BackupPortal.Core.") is "Catalog")
            select $"{use.Type} uses {use.UsedNamespace}";

        AssertNone(found);
    }

    [Fact]
    public void Quartz_AnywhereButScheduling_IsNotUsed()
    {
        var found =
            from assembly in new[] { CoreAssembly, HostAssembly }
            from use in TypeUse.Read(assembly)
            where use.UsedNamespace.Split('.')[0] == "Quartz" && Capability(use.Namespace, "BackupPortal.Core.") != "Scheduling"
            select use.Type;

        AssertNone(found);
    }

    [Fact]
    public void Radzen_AnywhereButComponents_IsNotUsed()
    {
        var found =
            from assembly in new[] { CoreAssembly, HostAssembly }
            from use in TypeUse.Read(assembly)
            where use.UsedNamespace.Split('.')[0] == "Radzen" && Capability(use.Namespace, "BackupPortal.") != "Components"
            select use.Type;

        AssertNone(found);
    }

    private static void AssertNone(IEnumerable<string> violations) =>
        Assert.Equal("", string.Join('\n', violations.Distinct().Order()));

    private static string? Capability(string @namespace, string prefix) =>
        @namespace.StartsWith(prefix, StringComparison.Ordinal) ? @namespace[prefix.Length..].Split('.')[0] : null;
}
