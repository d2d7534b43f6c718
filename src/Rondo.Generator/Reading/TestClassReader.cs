using Rondo.Generator.Model;
using Rondo.Generator.Writing;

namespace Rondo.Generator.Reading;

/// <summary>A class that runs tests, as a model and with its symbols, for those who need places.</summary>
internal sealed record ReadTestClass(TestClassModel Model, IReadOnlyList<IMethodSymbol> Tests, IMethodSymbol? Constructor, IReadOnlyList<Finding> Findings);

/// <summary>Reads a test class: its own tests in order of declaration, then those it inherits, nearest base first, an overridden one once.</summary>
internal static class TestClassReader
{
    /// <summary>The first test that the class itself declares, or null.</summary>
    public static IMethodSymbol? FirstOwnTest(INamedTypeSymbol type)
    {
        foreach (var member in type.GetMembers())
        {
            if (member is IMethodSymbol { MethodKind: MethodKind.Ordinary } method && RondoNames.Has(method, RondoNames.Test)) return method;
        }

        return null;
    }

    public static bool InheritsTests(INamedTypeSymbol type, Compilation compilation)
    {
        for (var up = type.BaseType; up is { SpecialType: SpecialType.None } && MayHold(up, compilation); up = up.BaseType)
        {
            if (FirstOwnTest(up) is not null) return true;
        }

        return false;
    }

    public static ReadTestClass Read(INamedTypeSymbol type, Compilation compilation)
    {
        var findings = new List<Finding>();
        var name = type.Arity > 0 && !MethodRules.IsOpen(type) ? TypeCases.NameOf(type, compilation) : TypeText.NameInNamespace(type);
        var model = new TestClassModel(TypeText.Namespace(type), name, TypeText.Code(type), MethodRules.File(type, compilation), MethodRules.Line(type), MethodRules.PlaceOf(type, compilation))
        {
            IsStatic = type.IsStatic,
            Marks = MarkReader.ReadWithBases(type),
            Borrowed = EquatableArray.Of(HolderReader.Borrowed(type, compilation)),
        };
        var methods = new List<IMethodSymbol>();
        var tests = new List<TestModel>();
        var broken = ClassProblem(type);
        if (broken is not null) findings.Add(new Finding(broken, MethodRules.At(type)));
        foreach (var method in TestsOf(type, compilation))
        {
            if (!method.IsGenericMethod) Add(method, ReadTest(method, null, type, compilation, findings));
            else ReadGeneric(method);
        }

        IMethodSymbol? constructor = null;
        if (broken is null && tests.Any(t => !t.IsStatic) && !type.IsAbstract)
        {
            var count = findings.Count;
            constructor = ConstructorOf(type, findings);
            if (findings.Count > count) broken = findings[count].Problem;
            else model = model with { Constructor = EquatableArray.Of(constructor!.Parameters.Select(MethodRules.Read)), IsPlain = Sources.IsPlain(type, constructor) };
        }

        model = model with { Tests = EquatableArray.Of(tests), Broken = broken?.Text };
        return new ReadTestClass(model, methods, constructor, findings);

        void Add(IMethodSymbol method, TestModel test)
        {
            methods.Add(method);
            tests.Add(test);
        }

        void ReadGeneric(IMethodSymbol method)
        {
            var problems = new List<Finding>();
            foreach (var closed in TypeCases.Close(method, compilation, problems)) Add(closed.Method, ReadTest(closed.Method, closed, type, compilation, findings));
            if (problems.Count == 0 && (methods.Count == 0 || !SymbolEqualityComparer.Default.Equals(methods[methods.Count - 1].OriginalDefinition, method.OriginalDefinition)))
                problems.Add(new Finding(Diagnostics.Generic($"Test '{method.Name}'"), MethodRules.At(method)));
            if (problems.Count == 0) return;
            Tell(problems, method, type, findings);
            Add(method, new TestModel(method.Name, MethodRules.Line(method), null) { IsStatic = method.IsStatic, Broken = problems[0].Problem.Text });
        }
    }

    private static bool MayHold(INamedTypeSymbol type, Compilation compilation) => MethodRules.MayDeclareTests(type, compilation);

    private static List<IMethodSymbol> TestsOf(INamedTypeSymbol type, Compilation compilation)
    {
        var tests = new List<IMethodSymbol>();
        for (var up = type; up is { SpecialType: SpecialType.None } && MayHold(up, compilation); up = up.BaseType)
        {
            foreach (var member in up.GetMembers())
            {
                if (member is not IMethodSymbol { MethodKind: MethodKind.Ordinary } method || !RondoNames.Has(method, RondoNames.Test)) continue;
                if (ReferenceEquals(up, type) || !tests.Exists(nearer => Replaces(nearer, method))) tests.Add(method);
            }
        }

        return tests;
    }

    private static bool Replaces(IMethodSymbol nearer, IMethodSymbol method)
    {
        for (var root = nearer.OverriddenMethod; root is not null; root = root.OverriddenMethod)
        {
            if (SymbolEqualityComparer.Default.Equals(root.OriginalDefinition, method.OriginalDefinition)) return true;
        }

        if (nearer.Name != method.Name || nearer.Parameters.Length != method.Parameters.Length
            || SymbolEqualityComparer.Default.Equals(nearer.ContainingType, method.ContainingType)) return false;
        for (var i = 0; i < nearer.Parameters.Length; i++)
        {
            if (!SymbolEqualityComparer.Default.Equals(nearer.Parameters[i].Type, method.Parameters[i].Type)) return false;
        }

        return true;
    }

    private static Problem? ClassProblem(INamedTypeSymbol type)
    {
        var first = FirstOwnTest(type)?.Name ?? type.Name;
        if (type.TypeKind == TypeKind.Struct) return Diagnostics.WrongPlace(first, "Test", $"in the struct '{type.Name}'");
        if (type.TypeKind == TypeKind.Interface) return Diagnostics.WrongPlace(first, "Test", $"in the interface '{type.Name}'");
        if (MethodRules.IsOpen(type) && !(type.IsAbstract && !type.IsStatic)) return Diagnostics.Generic($"Class '{TypeText.Shown(type)}'");
        if (type.IsAbstract && !type.IsStatic) return null;
        return MethodRules.FirstHidden(type) is { } hidden ? Diagnostics.Hidden($"Class '{hidden.Name}'", MethodRules.HiddenBy(hidden)!) : null;
    }

    private static IMethodSymbol? ConstructorOf(INamedTypeSymbol type, List<Finding> findings)
    {
        var constructors = type.InstanceConstructors.Where(c => MethodRules.HiddenBy(c) is null && !IsCopy(c, type)).ToList();
        if (constructors.Count != 1)
        {
            findings.Add(new Finding(
                constructors.Count == 0
                    ? Diagnostics.Constructor(type.Name, "has no public or internal constructor", "Make its constructor public.")
                    : Diagnostics.Constructor(type.Name, $"has {constructors.Count} public or internal constructors", "Keep one, and make the others private."),
                MethodRules.At(type)));
            return null;
        }

        var constructor = constructors[0];
        if (MethodRules.Unsupported(constructor, type.Name) is { } unsupported) findings.Add(unsupported);
        if (RequiredMember(type) is { } required && !constructor.GetAttributes().Any(a => a.AttributeClass is { Name: "SetsRequiredMembersAttribute" }))
            findings.Add(new Finding(Diagnostics.Constructor(type.Name, $"has the required member '{required.Name}'", $"Make '{required.Name}' a constructor parameter."), MethodRules.At(required) ?? MethodRules.At(type)));
        return constructor;
    }

    private static bool IsCopy(IMethodSymbol constructor, INamedTypeSymbol type) =>
        type.IsRecord && constructor.Parameters is [var only] && SymbolEqualityComparer.Default.Equals(only.Type, type);

    private static ISymbol? RequiredMember(INamedTypeSymbol type)
    {
        for (var up = type; up is { SpecialType: SpecialType.None }; up = up.BaseType)
        {
            if (up.GetMembers().FirstOrDefault(m => m is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true }) is { } required) return required;
        }

        return null;
    }

    private static TestModel ReadTest(IMethodSymbol method, TypeCases.ClosedTest? closed, INamedTypeSymbol type, Compilation compilation, List<Finding> all)
    {
        var file = MethodRules.IsInFileOf(method, type) || MethodRules.At(method) is null ? null : MethodRules.File(method, compilation);
        var inherited = !SymbolEqualityComparer.Default.Equals(method.ContainingType, type);
        var test = new TestModel(method.Name + closed?.TypeArguments, MethodRules.Line(method), file) { IsInherited = inherited, IsStatic = method.IsStatic };
        var findings = new List<Finding>();
        var cases = new List<AttributeData>();
        AttributeData? rows = null;
        var attributes = method.GetAttributes();
        string? display = null;
        foreach (var attribute in attributes)
        {
            switch (RondoNames.Mark(attribute))
            {
                case RondoNames.Case when closed?.Cases is null || closed.Cases.Contains(attribute): cases.Add(attribute); break;
                case RondoNames.TypeCase when closed is null: findings.Add(new Finding(Diagnostics.TypeCase(Types(attribute), $"they stand on test '{method.Name}', which is not generic"), MethodRules.At(attribute, method))); break;
                case RondoNames.CasesFrom: rows = attribute; break;
                case "DisplayNameAttribute" when attribute.ConstructorArguments is [{ Value: string format }]: display = format; break;
            }
        }

        if (Signature(method) is { } wrong) findings.Add(wrong);
        var valued = method.Parameters.FirstOrDefault(p => RondoNames.Has(p, RondoNames.Values));
        if (valued is not null && (cases.Count > 0 || rows is not null))
            findings.Add(new Finding(Diagnostics.ValuesBesideCases(method.Name, valued.Name, rows is null ? "Case" : "CasesFrom"), MethodRules.At(valued)));
        if (cases.Count > 0 && rows is not null) findings.Add(new Finding(Diagnostics.CasesTwice(method.Name, rows.ConstructorArguments.Last().Value as string ?? "?"), MethodRules.At(rows, method)));
        if (findings.Count == 0)
        {
            var marks = MarkReader.Read(attributes, compilation.Assembly);
            foreach (var nearer in Overrides(method, type)) marks = MarkReader.Read(nearer.GetAttributes(), compilation.Assembly).Over(marks);
            test = test with
            {
                CallCode = closed is null ? null : CodeText.Identifier(method.Name) + "<" + string.Join(", ", method.TypeArguments.Select(TypeText.Code)) + ">",
                OwnerCode = TypeText.Model(method.ContainingType).Code,
                Returns = method.ReturnsVoid ? ReturnKind.Void : RondoNames.IsTask(method.ReturnType, 0) ? ReturnKind.Task : ReturnKind.ValueTask,
                ReturnType = TypeText.Model(method.ReturnType).Key,
                Parameters = EquatableArray.Of(method.Parameters.Select(MethodRules.Read)),
                DisplayFormat = display,
                Marks = marks,
            };
            if (cases.Count > 0)
            {
                var (models, count) = CaseReader.Read(method, cases, compilation, findings);
                test = test with { Cases = models, ArgumentCount = count };
            }
            else if (rows is not null)
            {
                if (RowsReader.Read(method, rows, compilation, findings) is { } source) test = test with { Rows = RowsWriter.Model(source), ArgumentCount = source.Arity };
            }
            else if (valued is not null)
            {
                var values = CaseReader.ReadValues(method, compilation, findings);
                test = test with { Values = values, ArgumentCount = values.Count };
            }
        }

        if (findings.Count == 0) return test;
        Tell(findings, method, type, all);
        return test with { Broken = findings[0].Problem.Text };
    }

    private static void Tell(List<Finding> findings, IMethodSymbol method, INamedTypeSymbol type, List<Finding> all)
    {
        if (SymbolEqualityComparer.Default.Equals(method.ContainingType, type)) all.AddRange(findings);
        // A base in source reports its own faults; one in another assembly has no place here but this class.
        else if (MethodRules.At(method) is null) all.AddRange(findings.Select(f => new Finding(f.Problem, MethodRules.At(type))));
    }

    private static string Types(AttributeData typeCase) => typeCase.ConstructorArguments is [{ Kind: TypedConstantKind.Array, Values: { IsDefault: false } types }]
        ? string.Join(", ", types.Select(t => t.Value is ITypeSymbol type ? TypeText.Shown(type) : "null"))
        : "";

    private static Finding? Signature(IMethodSymbol method)
    {
        var at = MethodRules.At(method);
        if (RondoNames.Has(method, RondoNames.Fixture)) return new Finding(Diagnostics.TestAndFixture(method.Name), at);
        if (MethodRules.HiddenBy(method) is { } hidden) return new Finding(Diagnostics.Hidden($"Test '{method.Name}'", hidden), at);
        if (method.IsAbstract) return new Finding(Diagnostics.Abstract(method.Name), at);
        if (method.GetAttributes().Any(a => a.AttributeClass is { Name: "ConditionalAttribute", ContainingNamespace.Name: "Diagnostics" })) return new Finding(Diagnostics.Conditional(method.Name), at);
        if (method.IsAsync && method.ReturnsVoid) return new Finding(Diagnostics.AsyncVoid(method.Name), at);
        var type = method.ReturnType;
        if (method.ReturnsByRef || method.ReturnsByRefReadonly || !(method.ReturnsVoid || RondoNames.IsTask(type, 0) || RondoNames.IsValueTask(type, 0)))
        {
            var better = RondoNames.IsTask(type, 1) ? "Task" : RondoNames.IsValueTask(type, 1) ? "ValueTask" : "void";
            return new Finding(Diagnostics.Returns(method.Name, TypeText.Shown(type), better), at);
        }

        return MethodRules.Unsupported(method, method.Name);
    }

    // Overrides without [Test] of their own add marks to the inherited test; nearest last.
    private static List<IMethodSymbol> Overrides(IMethodSymbol method, INamedTypeSymbol type)
    {
        if (!(method.IsVirtual || method.IsOverride) || SymbolEqualityComparer.Default.Equals(method.ContainingType, type)) return [];
        var found = new List<IMethodSymbol>();
        for (var up = type; up is not null && !SymbolEqualityComparer.Default.Equals(up, method.ContainingType); up = up.BaseType)
        {
            foreach (var member in up.GetMembers(method.Name))
            {
                if (member is not IMethodSymbol { IsOverride: true } nearer) continue;
                for (var root = nearer.OverriddenMethod; root is not null; root = root.OverriddenMethod)
                {
                    if (SymbolEqualityComparer.Default.Equals(root, method)) found.Insert(0, nearer);
                }
            }
        }

        return found;
    }
}
