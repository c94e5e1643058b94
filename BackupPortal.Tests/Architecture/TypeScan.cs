using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace BackupPortal.Tests.Architecture;

/// <summary>Collects the namespaces of all types that a type definition mentions.</summary>
internal sealed class TypeScan(MetadataReader reader) : ISignatureTypeProvider<object?, object?>
{
    public HashSet<string> Namespaces { get; } = [];

    public void Definition(TypeDefinition type)
    {
        Entity(type.BaseType);
        foreach (var implemented in type.GetInterfaceImplementations())
            Entity(reader.GetInterfaceImplementation(implemented).Interface);
        foreach (var field in type.GetFields())
            reader.GetFieldDefinition(field).DecodeSignature(this, null);
    }

    public void Method(PEReader file, MethodDefinition method)
    {
        method.DecodeSignature(this, null);
        if (method.RelativeVirtualAddress == 0)
            return;
        var body = file.GetMethodBody(method.RelativeVirtualAddress);
        if (!body.LocalSignature.IsNil)
            reader.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(this, null);
        foreach (var (_, token) in MethodTokens.Read(body.GetILReader()))
            Entity(token);
    }

    private void Entity(EntityHandle handle)
    {
        if (handle.IsNil)
            return;
        switch (handle.Kind)
        {
            case HandleKind.TypeReference:
                GetTypeFromReference(reader, (TypeReferenceHandle)handle, 0);
                break;
            case HandleKind.TypeDefinition:
                GetTypeFromDefinition(reader, (TypeDefinitionHandle)handle, 0);
                break;
            case HandleKind.TypeSpecification:
                reader.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(this, null);
                break;
            case HandleKind.MemberReference:
                Entity(reader.GetMemberReference((MemberReferenceHandle)handle).Parent);
                break;
            case HandleKind.MethodSpecification:
                var specification = reader.GetMethodSpecification((MethodSpecificationHandle)handle);
                Entity(specification.Method);
                specification.DecodeSignature(this, null);
                break;
            case HandleKind.MethodDefinition:
                Entity(reader.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.FieldDefinition:
                Entity(reader.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType());
                break;
        }
    }

    public object? GetTypeFromReference(MetadataReader source, TypeReferenceHandle handle, byte rawTypeKind)
    {
        var type = source.GetTypeReference(handle);
        while (type.ResolutionScope.Kind == HandleKind.TypeReference)
            type = source.GetTypeReference((TypeReferenceHandle)type.ResolutionScope);
        Namespaces.Add(source.GetString(type.Namespace));
        return null;
    }

    public object? GetTypeFromDefinition(MetadataReader source, TypeDefinitionHandle handle, byte rawTypeKind)
    {
        var type = source.GetTypeDefinition(handle);
        while (!type.GetDeclaringType().IsNil)
            type = source.GetTypeDefinition(type.GetDeclaringType());
        Namespaces.Add(source.GetString(type.Namespace));
        return null;
    }

    public object? GetTypeFromSpecification(MetadataReader source, object? context, TypeSpecificationHandle handle, byte rawTypeKind) =>
        source.GetTypeSpecification(handle).DecodeSignature(this, context);

    public object? GetArrayType(object? elementType, ArrayShape shape) => null;

    public object? GetByReferenceType(object? elementType) => null;

    public object? GetFunctionPointerType(MethodSignature<object?> signature) => null;

    public object? GetGenericInstantiation(object? genericType, ImmutableArray<object?> typeArguments) => null;

    public object? GetGenericMethodParameter(object? genericContext, int index) => null;

    public object? GetGenericTypeParameter(object? genericContext, int index) => null;

    public object? GetModifiedType(object? modifier, object? unmodifiedType, bool isRequired) => null;

    public object? GetPinnedType(object? elementType) => null;

    public object? GetPointerType(object? elementType) => null;

    public object? GetPrimitiveType(PrimitiveTypeCode typeCode) => null;

    public object? GetSZArrayType(object? elementType) => null;
}
