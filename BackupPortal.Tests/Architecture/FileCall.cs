using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace BackupPortal.Tests.Architecture;

/// <summary>That a type calls something that opens, copies, moves or removes a file by its path.</summary>
/// <param name="Caller">The outermost type, so that lambdas and state machines count as the type that they are written in.</param>
internal sealed record FileCall(string Caller, string Callee)
{
    /// <summary>Members of <see cref="File"/> and <see cref="FileInfo"/> that only look, or that work on names: they open nothing.</summary>
    private static readonly string[] Harmless =
    [
        "Exists", "GetAttributes", "ResolveLinkTarget", "get_LinkTarget", "get_Length", "get_Exists", "GetLastWriteTimeUtc", "GetUnixFileMode", "Delete",
        "CreateSymbolicLink", ".ctor", "get_Directory", "get_DirectoryName", "SetUnixFileMode", "SetLastWriteTimeUtc",
    ];

    public static IReadOnlySet<FileCall> Read(string assemblyFile)
    {
        using var file = new PEReader(File.OpenRead(assemblyFile));
        var reader = file.GetMetadataReader();
        var calls = new HashSet<FileCall>();
        foreach (var handle in reader.MethodDefinitions)
        {
            var method = reader.GetMethodDefinition(handle);
            var caller = NameOf(reader, method.GetDeclaringType());
            if (method.GetImport() is { Name.IsNil: false } import)
                AddNative(reader, calls, caller, reader.GetString(import.Name));
            if (method.RelativeVirtualAddress == 0)
                continue;
            foreach (var (operand, token) in MethodTokens.Read(file.GetMethodBody(method.RelativeVirtualAddress).GetILReader()))
            {
                if (operand == OperandType.InlineMethod && CalleeOf(reader, token) is { } callee)
                    calls.Add(new FileCall(caller, callee));
            }
        }
        return calls;
    }

    private static void AddNative(MetadataReader reader, HashSet<FileCall> calls, string caller, string entryPoint)
    {
        if (entryPoint is "open" or "open64" or "openat" or "rename" or "renameat2" or "syscall" or "copy_file_range" or "link" or "fopen")
            calls.Add(new FileCall(caller, $"libc.{entryPoint}"));
    }

    /// <summary>Null when the member opens nothing by a path.</summary>
    private static string? CalleeOf(MetadataReader reader, EntityHandle handle)
    {
        if (handle.Kind == HandleKind.MethodSpecification)
            handle = reader.GetMethodSpecification((MethodSpecificationHandle)handle).Method;
        if (handle.Kind != HandleKind.MemberReference)
            return null;
        var member = reader.GetMemberReference((MemberReferenceHandle)handle);
        if (member.Parent.Kind != HandleKind.TypeReference)
            return null;
        var type = reader.GetTypeReference((TypeReferenceHandle)member.Parent);
        var (space, name, called) = (reader.GetString(type.Namespace), reader.GetString(type.Name), reader.GetString(member.Name));
        return (space, name) switch
        {
            ("System.IO", "File" or "FileInfo") when !Harmless.Contains(called) => $"{name}.{called}",
            ("System.IO", "Directory" or "DirectoryInfo") when called is "Move" or "MoveTo" => $"{name}.{called}",
            ("System.IO", "FileStream" or "StreamReader" or "StreamWriter") when called is ".ctor" && TakesPath(reader, member) => $"new {name}",
            ("System.IO.Compression", "ZipFile") => $"{name}.{called}",
            ("System.IO.MemoryMappedFiles", "MemoryMappedFile") => $"{name}.{called}",
            _ => null,
        };
    }

    /// <summary>A stream over an open handle or over another stream opens nothing.</summary>
    private static bool TakesPath(MetadataReader reader, MemberReference member)
    {
        var signature = reader.GetBlobReader(member.Signature);
        signature.ReadSignatureHeader();
        signature.ReadCompressedInteger();
        signature.ReadSignatureTypeCode();
        return signature.ReadSignatureTypeCode() == SignatureTypeCode.String;
    }

    private static string NameOf(MetadataReader reader, TypeDefinitionHandle handle)
    {
        var type = reader.GetTypeDefinition(handle);
        while (!type.GetDeclaringType().IsNil)
            type = reader.GetTypeDefinition(type.GetDeclaringType());
        return $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}";
    }
}
