// Stand-ins for the compiler's symbols, over reflection. They bear the compiler's names and mean what it means by them, as far as the generator's readers ask:
// those are compiled here once more, so that both catalogs follow from one set of rules. What F# and VB write differently is translated here and nowhere else.
namespace Rondo.Reflection.Symbols;

internal enum SymbolKind
{
    Assembly,
    Namespace,
    NamedType,
    OtherType,
    Method,
    Property,
    Field,
    Event,
    Parameter,
}

internal enum TypeKind
{
    Class,
    Struct,
    Interface,
    Enum,
    Delegate,
    Array,
    Pointer,
    FunctionPointer,
    TypeParameter,
    Error,
}

internal enum MethodKind
{
    Ordinary,
    Constructor,
    StaticConstructor,
    PropertyGet,
    PropertySet,
    ExplicitInterfaceImplementation,
    UserDefinedOperator,
    Conversion,
    Other,
}

internal enum Accessibility
{
    Private,
    ProtectedAndInternal,
    Protected,
    Internal,
    ProtectedOrInternal,
    Public,
}

internal enum RefKind
{
    None,
    Ref,
    Out,
    In,
    RefReadOnlyParameter,
}

internal enum TypedConstantKind
{
    Error,
    Primitive,
    Enum,
    Type,
    Array,
}

internal enum TypeParameterKind
{
    Type,
    Method,
}

/// <summary>In the compiler's order, which the readers count on.</summary>
internal enum SpecialType
{
    None,
    System_Object,
    System_Enum,
    System_ValueType,
    System_Void,
    System_Boolean,
    System_Char,
    System_SByte,
    System_Byte,
    System_Int16,
    System_UInt16,
    System_Int32,
    System_UInt32,
    System_Int64,
    System_UInt64,
    System_Decimal,
    System_Single,
    System_Double,
    System_String,
    System_IntPtr,
    System_UIntPtr,
    System_Nullable_T,
    System_DateTime,
    System_Collections_Generic_IEnumerable_T,
}
