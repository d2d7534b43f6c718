using System.Collections.Immutable;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Rondo.Conventions.Reading;

/// <summary>Which types each type of an assembly names: in its bases, signatures, attributes and the code of its methods.</summary>
/// <remarks>What lies inside a type (closures, state machines) counts as that type.</remarks>
internal sealed class TypeMentions : IDisposable
{
    private static readonly Dictionary<short, OpCode> s_codes = typeof(OpCodes).GetFields().Select(f => f.GetValue(null)).OfType<OpCode>().ToDictionary(c => c.Value);

    private readonly PEReader _file;
    private readonly MetadataReader _metadata;

    public TypeMentions(string assembly)
    {
        _file = new PEReader(new MemoryStream(File.ReadAllBytes(assembly)));
        _metadata = _file.GetMetadataReader();
    }

    public void Dispose() => _file.Dispose();

    public IEnumerable<string> ReferencedAssemblies => _metadata.AssemblyReferences.Select(r => _metadata.GetString(_metadata.GetAssemblyReference(r).Name));

    /// <summary>Pairs of full names without generic arity: a type and one that it names.</summary>
    public IEnumerable<(string From, string To)> All() => _metadata.TypeDefinitions.SelectMany(t => Of(t).Select(to => (Outermost(t), to))).Distinct();

    private string Outermost(TypeDefinitionHandle type)
    {
        while (_metadata.GetTypeDefinition(type).GetDeclaringType() is { IsNil: false } outer) type = outer;
        return Name(type);
    }

    private HashSet<string> Of(TypeDefinitionHandle handle)
    {
        var names = new Names(this);
        var type = _metadata.GetTypeDefinition(handle);
        Visit(type.BaseType, names);
        foreach (var face in type.GetInterfaceImplementations()) Visit(_metadata.GetInterfaceImplementation(face).Interface, names);
        foreach (var field in type.GetFields()) _metadata.GetFieldDefinition(field).DecodeSignature(names, null);
        foreach (var attribute in type.GetCustomAttributes()) Visit(_metadata.GetCustomAttribute(attribute).Constructor, names);
        foreach (var method in type.GetMethods())
        {
            Visit(method, names);
            foreach (var attribute in _metadata.GetMethodDefinition(method).GetCustomAttributes()) Visit(_metadata.GetCustomAttribute(attribute).Constructor, names);
            VisitBody(_metadata.GetMethodDefinition(method).RelativeVirtualAddress, names);
        }

        return names.Found;
    }

    private void VisitBody(int address, Names names)
    {
        if (address == 0) return;
        var body = _file.GetMethodBody(address);
        if (!body.LocalSignature.IsNil) _metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(names, null);
        foreach (var region in body.ExceptionRegions) Visit(region.CatchType, names);

        var code = body.GetILReader();
        while (code.RemainingBytes > 0)
        {
            int first = code.ReadByte();
            var operation = s_codes[first == 0xFE ? (short)(0xFE00 | code.ReadByte()) : (short)first];
            switch (operation.OperandType)
            {
                case OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok:
                    Visit(MetadataTokens.EntityHandle(code.ReadInt32()), names);
                    break;
                case OperandType.InlineSwitch:
                    var targets = code.ReadInt32();
                    code.Offset += targets * 4;
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    code.Offset += 8;
                    break;
                case OperandType.InlineBrTarget or OperandType.InlineI or OperandType.InlineSig or OperandType.InlineString or OperandType.ShortInlineR:
                    code.Offset += 4;
                    break;
                case OperandType.InlineVar:
                    code.Offset += 2;
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    code.Offset += 1;
                    break;
                case OperandType.InlineNone:
                    break;
                default:
                    throw new InvalidOperationException($"The operand of '{operation.Name}' is of a kind that this reader does not know: {operation.OperandType}.");
            }
        }
    }

    private void Visit(EntityHandle handle, Names names)
    {
        if (handle.IsNil) return;
        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition or HandleKind.TypeReference:
                names.Found.Add(Name(handle));
                break;
            case HandleKind.TypeSpecification:
                _metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(names, null);
                break;
            case HandleKind.FieldDefinition:
                var field = _metadata.GetFieldDefinition((FieldDefinitionHandle)handle);
                Visit(field.GetDeclaringType(), names);
                field.DecodeSignature(names, null);
                break;
            case HandleKind.MethodDefinition:
                var method = _metadata.GetMethodDefinition((MethodDefinitionHandle)handle);
                Visit(method.GetDeclaringType(), names);
                method.DecodeSignature(names, null);
                break;
            case HandleKind.MemberReference:
                var member = _metadata.GetMemberReference((MemberReferenceHandle)handle);
                Visit(member.Parent, names);
                if (member.GetKind() == MemberReferenceKind.Field) member.DecodeFieldSignature(names, null);
                else member.DecodeMethodSignature(names, null);
                break;
            case HandleKind.MethodSpecification:
                var specification = _metadata.GetMethodSpecification((MethodSpecificationHandle)handle);
                Visit(specification.Method, names);
                specification.DecodeSignature(names, null);
                break;
        }
    }

    private string Name(EntityHandle handle)
    {
        if (handle.Kind == HandleKind.TypeDefinition)
        {
            var type = _metadata.GetTypeDefinition((TypeDefinitionHandle)handle);
            return type.GetDeclaringType() is { IsNil: false } outer ? $"{Name(outer)}.{Plain(type.Name)}" : Full(type.Namespace, type.Name);
        }

        var reference = _metadata.GetTypeReference((TypeReferenceHandle)handle);
        return reference.ResolutionScope is { IsNil: false, Kind: HandleKind.TypeReference } scope ? $"{Name(scope)}.{Plain(reference.Name)}" : Full(reference.Namespace, reference.Name);
    }

    private string Full(StringHandle space, StringHandle name) => _metadata.GetString(space) is { Length: > 0 } named ? $"{named}.{Plain(name)}" : Plain(name);

    private string Plain(StringHandle name) => _metadata.GetString(name).Split('`')[0];

    /// <summary>Walks signatures and keeps every name it meets.</summary>
    private sealed class Names(TypeMentions mentions) : ISignatureTypeProvider<int, object?>
    {
        public HashSet<string> Found { get; } = new(StringComparer.Ordinal);

        public int GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => Keep(handle);

        public int GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => Keep(handle);

        public int GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
            reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

        public int GetArrayType(int elementType, ArrayShape shape) => 0;

        public int GetByReferenceType(int elementType) => 0;

        public int GetFunctionPointerType(MethodSignature<int> signature) => 0;

        public int GetGenericInstantiation(int genericType, ImmutableArray<int> typeArguments) => 0;

        public int GetGenericMethodParameter(object? genericContext, int index) => 0;

        public int GetGenericTypeParameter(object? genericContext, int index) => 0;

        public int GetModifiedType(int modifier, int unmodifiedType, bool isRequired) => 0;

        public int GetPinnedType(int elementType) => 0;

        public int GetPointerType(int elementType) => 0;

        public int GetPrimitiveType(PrimitiveTypeCode typeCode) => 0;

        public int GetSZArrayType(int elementType) => 0;

        private int Keep(EntityHandle handle)
        {
            Found.Add(mentions.Name(handle));
            return 0;
        }
    }
}
