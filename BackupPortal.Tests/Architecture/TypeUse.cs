using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace BackupPortal.Tests.Architecture;

/// <summary>That a type mentions another one, in a signature, a base type or a method body.</summary>
internal sealed record TypeUse(string Type, string Namespace, string UsedNamespace)
{
    /// <summary>All uses within an assembly, read from its metadata and its IL.</summary>
    public static IReadOnlyList<TypeUse> Read(string assemblyFile)
    {
        using var file = new PEReader(File.OpenRead(assemblyFile));
        var reader = file.GetMetadataReader();
        var uses = new HashSet<TypeUse>();
        foreach (var handle in reader.TypeDefinitions)
        {
            var type = reader.GetTypeDefinition(handle);
            var owner = Outermost(reader, handle);
            var scan = new TypeScan(reader);
            scan.Definition(type);
            foreach (var method in type.GetMethods())
                scan.Method(file, reader.GetMethodDefinition(method));
            foreach (var used in scan.Namespaces.Where(used => used.Length > 0 && used != owner.Namespace))
                uses.Add(new TypeUse($"{owner.Namespace}.{owner.Name}", owner.Namespace, used));
        }
        return [.. uses];
    }

    private static (string Namespace, string Name) Outermost(MetadataReader reader, TypeDefinitionHandle handle)
    {
        var type = reader.GetTypeDefinition(handle);
        while (!type.GetDeclaringType().IsNil)
            type = reader.GetTypeDefinition(type.GetDeclaringType());
        return (reader.GetString(type.Namespace), reader.GetString(type.Name));
    }
}
