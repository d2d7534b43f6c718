
namespace Rondo.Generator.Reading;

/// <summary>Recognises the types of Rondo by name, without looking anything up.</summary>
internal static class RondoNames
{
    public const string Test = "TestAttribute";
    public const string Fixture = "FixtureAttribute";
    public const string Case = "CaseAttribute";
    public const string CasesFrom = "CasesFromAttribute";
    public const string Values = "ValuesAttribute";
    public const string TypeCase = "TypeCaseAttribute";
    public const string FixturesFrom = "FixturesFromAttribute";

    /// <summary>Marks that only a test understands, with what a fixture has in their place.</summary>
    public static readonly IReadOnlyDictionary<string, string> OnlyForTests = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [Case] = "Write one fixture per value.",
        [CasesFrom] = "How often a test runs must be known without running code of a fixture's: write one [Case] per value.",
        [TypeCase] = "Write one fixture per type.",
        ["SkipAttribute"] = "Call Skip.Because in the fixture, or mark the tests.",
        ["TimeoutAttribute"] = "Write [Fixture(TimeoutMs = …)].",
        ["TagAttribute"] = "Mark the tests.",
        ["GroupAttribute"] = "Mark the tests.",
        ["SerialAttribute"] = "Mark the tests.",
        ["IsolatedAttribute"] = "Mark the tests.",
        ["BlockingWaitsAttribute"] = "Mark the tests.",
        ["VirtualTimeAttribute"] = "Mark the tests; fixtures of one test see its time.",
        ["LoopMatrixAttribute"] = "Mark the tests; a fixture runs on one backend.",
        ["ExploreAttribute"] = "Mark the tests; fixtures of one test are set up for each schedule.",
        ["MainThreadAttribute"] = "Return Task<T> or take a Use<T>: asynchronous fixtures run on the main thread.",
        ["CooperativeAttribute"] = "Mark the tests; a fixture of a wider scope serves all that overlap.",
        ["ExpectedFailureAttribute"] = "Mark the tests.",
        ["RetryAttribute"] = "Mark the tests; each attempt sets up its fixtures of scope Test anew.",
        ["RepeatAttribute"] = "Mark the tests.",
        ["SkipUnlessAttribute"] = "Call Skip.Unless in the fixture, or mark the tests.",
        ["ExplicitAttribute"] = "Mark the tests.",
        ["PriorityAttribute"] = "Mark the tests.",
        ["DisplayNameAttribute"] = "Write [Fixture(Name = …)].",
    };

    /// <summary>The simple name of an attribute of Rondo, or null.</summary>
    public static string? Mark(AttributeData attribute) =>
        attribute.AttributeClass is { Arity: 0, ContainingType: null } type && IsRondo(type.ContainingNamespace) ? type.Name : null;

    public static bool Has(ISymbol symbol, string mark) => Find(symbol, mark) is not null;

    public static AttributeData? Find(ISymbol symbol, string mark)
    {
        foreach (var attribute in symbol.GetAttributes())
        {
            if (attribute.AttributeClass is { } type && type.Name == mark && type.ContainingType is null && IsRondo(type.ContainingNamespace)) return attribute;
        }

        return null;
    }

    /// <summary>As it is written in brackets.</summary>
    public static string Written(string mark) =>
        mark.EndsWith("Attribute", StringComparison.Ordinal) ? mark.Substring(0, mark.Length - "Attribute".Length) : mark;

    /// <summary>The name of the built-in value of this type, or null.</summary>
    public static string? BuiltIn(ITypeSymbol type) => type switch
    {
        { Name: "CancellationToken" } when IsIn(type, "System", "Threading") => type.Name,
        { Name: "TimeProvider" } when IsIn(type, "System") => type.Name,
        { Name: "TestContext" or "TempDirectory" or "WorkerInfo" or "Subtests" or "Patches" or "FreePort" } when IsIn(type, "Rondo") => type.Name,
        { Name: "EventLoop" or "TaskGroup" } when IsIn(type, "Rondo", "Loops") => type.Name,
        INamedTypeSymbol { TypeKind: TypeKind.Class, Arity: 0 } other when IsTestValue(other) => TypeText.Key(other),
        _ => null,
    };

    // Values that a library brings, by a mark on their class: the compiler half knows none of them.
    private static bool IsTestValue(INamedTypeSymbol type)
    {
        if (type.ContainingNamespace is not { IsGlobalNamespace: false }) return false;
        foreach (var attribute in type.GetAttributes())
        {
            if (attribute.AttributeClass is { Name: "TestValueAttribute" } mark && IsIn(mark, "Rondo", "Catalog")) return true;
        }

        return false;
    }

    /// <summary>True for built-in values that belong to one test, so that no wider fixture can ask for them.</summary>
    public static bool IsOfOneTest(string? builtIn) => builtIn is "TestContext" or "Subtests" or "Patches";

    public static bool IsUse(ITypeSymbol type) => type is INamedTypeSymbol { Name: "Use", Arity: 1 } && IsIn(type, "Rondo");

    public static bool IsCaseRow(ITypeSymbol type) => type is INamedTypeSymbol { Name: "CaseRow" } && IsIn(type, "Rondo");

    public static bool IsTask(ITypeSymbol type, int arity) => type is INamedTypeSymbol { Name: "Task" } t && t.Arity == arity && IsIn(type, "System", "Threading", "Tasks");

    public static bool IsValueTask(ITypeSymbol type, int arity) =>
        type is INamedTypeSymbol { Name: "ValueTask" } t && t.Arity == arity && IsIn(type, "System", "Threading", "Tasks");

    private static bool IsRondo(INamespaceSymbol? space) => space is { Name: "Rondo", ContainingNamespace.IsGlobalNamespace: true };

    public static bool IsIn(ITypeSymbol type, params string[] namespaces)
    {
        if (type.ContainingType is not null) return false;
        var space = type.ContainingNamespace;
        for (var i = namespaces.Length - 1; i >= 0; i--)
        {
            if (space is null || space.IsGlobalNamespace || space.Name != namespaces[i]) return false;
            space = space.ContainingNamespace;
        }

        return space is { IsGlobalNamespace: true };
    }
}
