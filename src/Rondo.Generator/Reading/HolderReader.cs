using Rondo.Generator.Analyzers;
using Rondo.Generator.Model;

namespace Rondo.Generator.Reading;

/// <summary>A class that declares fixtures, as a model and with its symbols.</summary>
/// <param name="Methods">In the order of the model's fixtures.</param>
internal sealed record ReadHolder(HolderModel Model, IReadOnlyList<IMethodSymbol> Methods, IReadOnlyList<Finding> Findings);

/// <summary>Reads the fixtures of a class.</summary>
internal static class HolderReader
{
    private static readonly string[] s_scopes = ["Test", "Class", "Namespace", "Worker", "Run"];

    public static int Width(string scope) => Array.IndexOf(s_scopes, scope);

    public static IMethodSymbol? FirstFixture(INamedTypeSymbol type)
    {
        foreach (var member in type.GetMembers())
        {
            if (member is IMethodSymbol { MethodKind: MethodKind.Ordinary } method && RondoNames.Has(method, RondoNames.Fixture)) return method;
        }

        return null;
    }

    /// <summary>True: the fixtures of this class are written under the names of those that derive from it, since nothing can be called on an open generic class.</summary>
    public static bool IsOpenGeneric(INamedTypeSymbol type) => MethodRules.IsGeneric(type) && SymbolEqualityComparer.Default.Equals(type, type.OriginalDefinition);

    /// <summary>Holders that only exist through a class deriving from them: constructed generic bases, and bases in other assemblies.</summary>
    public static IEnumerable<HolderModel> Borrowed(INamedTypeSymbol type, Compilation compilation)
    {
        for (var outer = type; outer is not null; outer = outer.ContainingType)
        {
            // A closed generic class declares for itself what nobody else writes.
            for (var up = outer.Arity > 0 && !MethodRules.IsOpen(outer) ? outer : outer.BaseType; up is { SpecialType: SpecialType.None } && MethodRules.MayDeclareTests(up, compilation); up = up.BaseType)
            {
                var foreign = !MethodRules.IsOf(up, compilation);
                if ((!foreign && !MethodRules.IsGeneric(up)) || FirstFixture(up) is null) continue;
                var holder = Read(up, compilation).Model;
                if (holder.Fixtures.Count == 0) continue;
                // Two assemblies may borrow the same class: the borrower's name keeps the keys apart.
                yield return foreign ? holder with { TypeName = holder.TypeName + "~" + compilation.AssemblyName } : holder;
            }
        }
    }

    public static ReadHolder Read(INamedTypeSymbol type, Compilation compilation)
    {
        var findings = new List<Finding>();
        var methods = new List<IMethodSymbol>();
        var fixtures = new List<FixtureModel>();
        foreach (var member in type.GetMembers())
        {
            if (member is not IMethodSymbol { MethodKind: MethodKind.Ordinary } method || RondoNames.Find(method, RondoNames.Fixture) is not { } mark) continue;
            var bad = findings.Count;
            if (!MethodRules.IsOf(type, compilation) && !compilation.IsSymbolAccessibleWithin(method, compilation.Assembly)) continue;
            var fixture = ReadFixture(method, mark, compilation, findings);
            var isTwin = methods.Exists(m => m.Name == method.Name);
            if (isTwin) findings.Add(new Finding(Diagnostics.SameFixture(type.Name, method.Name), MethodRules.At(method)));
            if (findings.Count > bad && (isTwin || !Sources.KeepsBrokenFixtures)) continue;
            methods.Add(method);
            fixtures.Add(findings.Count > bad ? fixture with { Broken = findings[bad].Problem.Text } : fixture);
        }

        INamedTypeSymbol? owner = type;
        while (owner is { IsStatic: true }) owner = owner.ContainingType;
        var model = new HolderModel(
            TypeText.Namespace(type), TypeText.NameInNamespace(type), TypeText.Code(type), MethodRules.File(type, compilation),
            MethodRules.PlaceOf(type, compilation), owner is null ? null : TypeText.Key(owner), EquatableArray.Of(fixtures));
        return new ReadHolder(model, methods, findings);
    }

    private static FixtureModel ReadFixture(IMethodSymbol method, AttributeData mark, Compilation compilation, List<Finding> findings)
    {
        var scope = mark.ConstructorArguments is [var only] ? MarkReader.EnumMember(only) ?? "Test" : "Test";
        var fixture = new FixtureModel(method.Name, method.Name, MethodRules.Line(method)) { Scope = scope, IsStatic = method.IsStatic };
        var cases = new List<AttributeData>();
        foreach (var named in mark.NamedArguments)
        {
            fixture = (named.Key, named.Value.Value) switch
            {
                ("Name", string name) => fixture with { Name = name },
                ("AutoUse", bool use) => fixture with { AutoUse = use },
                ("Shared", bool shared) => fixture with { Shared = shared },
                ("Dispose", bool dispose) => fixture with { Dispose = dispose },
                ("TimeoutMs", int limit) => fixture with { TimeoutMs = limit },
                ("TeardownTimeoutMs", int limit) => fixture with { TeardownTimeoutMs = limit },
                _ => fixture,
            };
        }

        var at = MethodRules.At(method);
        if (Place(method) is { } place) findings.Add(new Finding(place, at));
        else if (method.IsGenericMethod) findings.Add(new Finding(Diagnostics.Generic($"Fixture '{method.Name}'"), at));
        else if (MethodRules.HiddenBy(method) is { } hidden) findings.Add(new Finding(Diagnostics.Hidden($"Fixture '{method.Name}'", hidden), at));
        else if (!method.IsStatic && scope != "Test") findings.Add(new Finding(Diagnostics.InstanceScope(method.Name, scope), at));
        else if (!fixture.Shared && scope != "Class") findings.Add(new Finding(Diagnostics.NotShared(method.Name, scope), MethodRules.At(mark, method)));

        foreach (var attribute in method.GetAttributes())
        {
            var name = RondoNames.Mark(attribute);
            if (name is "LoopAttribute")
            {
                fixture = fixture with { Loop = MarkReader.LoopScope(attribute), Backend = MarkReader.Backend(attribute), Dispatcher = MarkReader.Dispatcher(attribute) };
                if (DispatcherRules.Check(attribute, method) is { } dispatcher) findings.Add(dispatcher);
                if (fixture.Loop is { } loop && Width(loop) < Width(scope)) findings.Add(new Finding(Diagnostics.LoopNarrower(fixture.Name, scope, loop), MethodRules.At(attribute, method)));
            }
            else if (name == RondoNames.Case)
            {
                cases.Add(attribute);
            }
            else if (name == "ResourceLockAttribute")
            {
                if (MarkReader.Lock(attribute) is { } key) fixture = fixture with { Locks = EquatableArray.Of(fixture.Locks.Append(key)) };
                if (MarkRules.LockProblem(attribute) is { } problem) findings.Add(new Finding(problem, MethodRules.At(attribute, method)));
            }
            else if (name is not null && RondoNames.OnlyForTests.TryGetValue(name, out var instead) && !RondoNames.Has(method, RondoNames.Test))
            {
                findings.Add(new Finding(Diagnostics.MarkOnFixture(RondoNames.Written(name), method.Name, instead), MethodRules.At(attribute, method)));
            }
        }

        foreach (var parameter in method.Parameters)
        {
            if (RondoNames.Find(parameter, RondoNames.Values) is { } values)
                findings.Add(new Finding(Diagnostics.ValuesWithoutTest(parameter.Name, $"Fixture '{method.Name}'", "Write [Case] on the fixture, one for each value."), MethodRules.At(values, parameter)));
        }

        var count = findings.Count;
        fixture = Shape(method, fixture, findings);
        if (cases.Count == 0 || findings.Count > count) return fixture;
        var (models, arguments) = CaseReader.Read(method, cases, compilation, findings);
        if (arguments == 0 && findings.Count == count) findings.Add(new Finding(Diagnostics.EmptyFixtureCase(method.Name), MethodRules.At(cases[0], method)));
        return fixture with { Cases = models, ArgumentCount = arguments };
    }

    private static Problem? Place(IMethodSymbol method)
    {
        var type = method.ContainingType;
        if (type.TypeKind is TypeKind.Struct or TypeKind.Interface)
            return Diagnostics.WrongPlace(method.Name, "Fixture", $"in the {(type.TypeKind == TypeKind.Struct ? "struct" : "interface")} '{type.Name}'");
        if (type.IsStatic && MethodRules.IsGeneric(type)) return Diagnostics.Generic($"Class '{TypeText.Shown(type)}' of fixture '{method.Name}'");
        return MethodRules.FirstHidden(type) is { } hidden
            ? Diagnostics.Hidden($"Class '{hidden.Name}' of fixture '{method.Name}'", MethodRules.HiddenBy(hidden)!)
            : null;
    }

    private static FixtureModel Shape(IMethodSymbol method, FixtureModel fixture, List<Finding> findings)
    {
        var at = MethodRules.At(method);
        var uses = method.Parameters.Where(p => RondoNames.IsUse(p.Type)).ToList();
        if (MethodRules.Unsupported(method, method.Name) is { } unsupported)
        {
            findings.Add(unsupported);
            return fixture;
        }

        if (uses.Count > 1) return Refuse($"has {uses.Count} Use parameters", "Make one fixture for each value.", MethodRules.At(uses[1]));
        var returned = method.ReturnType;
        ITypeSymbol value;
        if (uses.Count == 1)
        {
            if (method.Parameters[0] is { } first && !SymbolEqualityComparer.Default.Equals(first, uses[0])) return Refuse($"has '{uses[0].Name}' after '{first.Name}'", $"Move '{TypeText.Shown(uses[0].Type)} {uses[0].Name}' to the front.", MethodRules.At(uses[0]));
            if (!RondoNames.IsTask(returned, 0)) return Refuse($"uses its value but returns '{TypeText.Shown(returned)}'", "Return Task.", at);
            value = ((INamedTypeSymbol)uses[0].Type).TypeArguments[0];
            fixture = fixture with { Shape = FixtureShape.Use };
        }
        else if (method.ReturnsVoid || RondoNames.IsTask(returned, 0) || RondoNames.IsValueTask(returned, 0))
        {
            return Refuse($"returns '{TypeText.Shown(returned)}' and gives no value", "Return a value, or take a Use<T> as first parameter.", at);
        }
        else if (method.ReturnsByRef || method.ReturnsByRefReadonly || returned.IsRefLikeType || returned.TypeKind is TypeKind.Pointer or TypeKind.FunctionPointer)
        {
            return Refuse($"returns '{TypeText.Shown(returned)}', which cannot be kept", "Return an ordinary value.", at);
        }
        else if (RondoNames.IsTask(returned, 1) || RondoNames.IsValueTask(returned, 1))
        {
            value = ((INamedTypeSymbol)returned).TypeArguments[0];
            fixture = fixture with { Shape = FixtureShape.Task };
        }
        else
        {
            value = returned;
        }

        if (fixture.Scope == "Run")
        {
            var carried = CarriedReader.Read(value, method.ContainingAssembly, out var why);
            if (why is not null) findings.Add(new Finding(Diagnostics.NotCarried(method.Name, TypeText.Shown(value), why), uses.Count == 1 ? Sources.TypeOf(uses[0]) : Sources.ReturnTypeOf(method)));
            fixture = fixture with { Carried = carried };
        }

        return fixture with
        {
            Type = TypeText.Model(value),
            Parameters = EquatableArray.Of(method.Parameters.Skip(uses.Count).Select(MethodRules.Read)),
        };

        FixtureModel Refuse(string what, string advice, Location? place)
        {
            findings.Add(new Finding(Diagnostics.FixtureShape(method.Name, what, advice), place));
            return fixture;
        }
    }
}
