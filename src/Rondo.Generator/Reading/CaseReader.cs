using System.Collections.Immutable;
using Rondo.Catalog;
using Rondo.Generator.Model;

namespace Rondo.Generator.Reading;

/// <summary>Reads <c>[Case]</c>, whose arguments bind the first parameters, and <c>[Values]</c>, which stands on them.</summary>
internal static class CaseReader
{
    // Each value of a test is named in the source and each case of the run is kept in memory: beyond this somebody made a mistake.
    private const int MostCombinations = 1_000_000;

    /// <summary>Reads all cases of a test or fixture.</summary>
    /// <param name="method">The test or fixture. A fixture's <c>Use</c> is passed over.</param>
    /// <param name="attributes">Its <c>[Case]</c> attributes in order.</param>
    /// <param name="compilation">Knows conversions.</param>
    /// <param name="findings">Receives what is wrong.</param>
    /// <returns>The cases and how many parameters they bind.</returns>
    public static (EquatableArray<CaseModel> Cases, int ArgumentCount) Read(IMethodSymbol method, List<AttributeData> attributes, Compilation compilation, List<Finding> findings)
    {
        var written = attributes.ConvertAll(a => Written.Of(a, method));
        var isFixture = RondoNames.Has(method, RondoNames.Fixture);
        var parameters = isFixture && method.Parameters.Length > 0 && RondoNames.IsUse(method.Parameters[0].Type) ? method.Parameters.RemoveAt(0) : method.Parameters;
        var list = parameters.Length > 0 && parameters[parameters.Length - 1].IsParams ? parameters.Length - 1 : -1;
        var count = written.Max(w => w.Arguments.Count);
        if (list >= 0 && count > list) count = parameters.Length;

        var cases = new List<CaseModel>();
        for (var i = 0; i < written.Count; i++)
        {
            var bad = findings.Count;
            var values = Bind(written[i], method, parameters, Math.Min(count, parameters.Length), list, compilation, findings);
            if (findings.Count > bad) continue;
            string? name = null, skip = null, expected = null;
            foreach (var named in attributes[i].NamedArguments)
            {
                if (named.Key == "Name") name = named.Value.Value as string;
                else if (named.Key == "Skip") skip = named.Value.Value as string;
                else if (named.Key == "ExpectedFailure") expected = named.Value.Value as string;
            }

            var arguments = values.ConvertAll(v => v.Value);
            cases.Add(new CaseModel(isFixture ? ArgumentText.FormatVariant(arguments) : ArgumentText.FormatAll(arguments), name, skip, EquatableArray.Of(values.Select(v => v.Code))) { ExpectedFailure = expected });
        }

        return (EquatableArray.Of(cases), Math.Min(count, parameters.Length));
    }

    /// <summary>The types of a case's constants in the order of the parameters; null for a null.</summary>
    public static IReadOnlyList<ITypeSymbol?> TypesOf(AttributeData attribute, IMethodSymbol method) =>
        [.. Written.Of(attribute, method).Arguments.Select(a => a.IsNull || a.Kind == TypedConstantKind.Error ? null : a.Type)];

    /// <summary>Reads the values of a test's parameters.</summary>
    /// <param name="method">The test.</param>
    /// <param name="compilation">Knows conversions.</param>
    /// <param name="findings">Receives what is wrong.</param>
    /// <returns>One for each parameter that has values; empty for a test without.</returns>
    public static EquatableArray<ValuesModel> ReadValues(IMethodSymbol method, Compilation compilation, List<Finding> findings)
    {
        var found = new List<ValuesModel>();
        long combinations = 1;
        foreach (var parameter in method.Parameters)
        {
            if (RondoNames.Find(parameter, RondoNames.Values) is not { } attribute) continue;
            var written = Written.Of(attribute, parameter);
            var values = new List<ConvertedConstant>();
            if (written.Arguments.Count == 0)
            {
                values = AllValues(parameter.Type);
                if (values.Count == 0) findings.Add(new Finding(Diagnostics.NoValues(parameter.Name, method.Name, TypeText.Shown(parameter.Type)), written.At(-1)));
            }

            for (var i = 0; i < written.Arguments.Count; i++)
            {
                if (ConstantConversion.Convert(written.Arguments[i], parameter.Type, written.Source(i), compilation, out var why) is { } value) values.Add(value);
                else findings.Add(Unfit(written.Arguments[i], parameter, written.At(i), why));
            }

            combinations = Math.Min(combinations * Math.Max(1, values.Count), int.MaxValue);
            found.Add(new ValuesModel(parameter.Ordinal, EquatableArray.Of(values.Select(v => ArgumentText.Format(v.Value))), EquatableArray.Of(values.Select(v => v.Code))));
        }

        if (combinations > MostCombinations)
            findings.Add(new Finding(Diagnostics.TooManyCombinations(method.Name, string.Join(" × ", found.Select(v => v.Texts.Count)), MostCombinations), MethodRules.At(method)));
        return EquatableArray.Of(found);
    }

    /// <summary>Both truth values, all members of an enum in order of declaration, and null where it may stand; empty for other types.</summary>
    private static List<ConvertedConstant> AllValues(ITypeSymbol type)
    {
        var values = new List<ConvertedConstant>();
        var inner = type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable ? nullable.TypeArguments[0] : type;
        if (inner.SpecialType == SpecialType.System_Boolean)
        {
            values.Add(new ConvertedConstant(ConstantCodes.Literal(false, inner), false));
            values.Add(new ConvertedConstant(ConstantCodes.Literal(true, inner), true));
        }
        else if (inner is INamedTypeSymbol { TypeKind: TypeKind.Enum } named)
        {
            values.AddRange(ConstantConversion.AllMembers(named));
        }

        if (values.Count > 0 && !ReferenceEquals(inner, type)) values.Add(new ConvertedConstant(ConstantCodes.Null, null));
        return values;
    }

    private static List<ConvertedConstant> Bind(Written written, IMethodSymbol method, ImmutableArray<IParameterSymbol> parameters, int count, int list, Compilation compilation, List<Finding> findings)
    {
        var values = new List<ConvertedConstant>();
        var arguments = written.Arguments;
        if (arguments.Count > parameters.Length && list < 0)
        {
            findings.Add(new Finding(Diagnostics.CaseCount(
                Count(arguments.Count, "argument"), Who(method), Count(parameters.Length, "parameter"), "Remove the arguments that are too many, or add parameters."), written.At(parameters.Length)));
            return values;
        }

        for (var i = 0; i < count; i++)
        {
            var parameter = parameters[i];
            string why;
            if (i == list && !(arguments.Count == list + 1 && IsWholeList(arguments[i], parameter)))
            {
                var rest = arguments.Skip(i).ToList();
                if (ConstantConversion.BuildArray(rest, written.Sources.Skip(i).ToList(), ((IArrayTypeSymbol)parameter.Type).ElementType, compilation, out why) is { } elements) values.Add(elements);
                else findings.Add(Unfit(rest[0], parameter, written.At(i), why));
            }
            else if (i < arguments.Count)
            {
                if (ConstantConversion.Convert(arguments[i], parameter.Type, written.Source(i), compilation, out why) is { } value) values.Add(value);
                else findings.Add(Unfit(arguments[i], parameter, written.At(i), why));
            }
            else if (parameter.IsOptional)
            {
                values.Add(ConstantConversion.Default(parameter));
            }
            else
            {
                findings.Add(new Finding(Diagnostics.CaseCount(
                    Count(arguments.Count, "argument"), Who(method), count + " from its other cases", $"Add a value for '{TypeText.Shown(parameter.Type)} {parameter.Name}'."), written.At(-1)));
                return values;
            }
        }

        return values;
    }

    private static bool IsWholeList(TypedConstant argument, IParameterSymbol parameter) =>
        argument.Kind == TypedConstantKind.Array && parameter.Type is IArrayTypeSymbol { ElementType: not IArrayTypeSymbol };

    private static Finding Unfit(TypedConstant argument, IParameterSymbol parameter, Location? at, string why) => new(
        Diagnostics.CaseValue(Shown(argument), TypeText.Shown(parameter.Type), parameter.Name, Who(parameter.ContainingSymbol), why, !RondoNames.Has(parameter.ContainingSymbol, RondoNames.Fixture)), at);

    private static string Who(ISymbol method) => (RondoNames.Has(method, RondoNames.Fixture) ? "fixture '" : "test '") + method.Name + "'";

    private static string Shown(TypedConstant argument) => argument.Kind switch
    {
        TypedConstantKind.Array => argument.IsNull ? "null" : "[" + string.Join(", ", argument.Values.Select(Shown)) + "]",
        TypedConstantKind.Type => argument.Value is ITypeSymbol type ? "typeof(" + TypeText.Shown(type) + ")" : "null",
        TypedConstantKind.Enum => MarkReader.EnumMember(argument) is { } member ? argument.Type!.Name + "." + member : ArgumentText.Format(argument.Value),
        TypedConstantKind.Error => "(error)",
        _ => ArgumentText.Format(argument.Value),
    };

    private static string Count(int count, string noun) => count + " " + noun + (count == 1 ? "" : "s");

    /// <summary>The arguments of one attribute, with their expressions where they can be told apart.</summary>
    private sealed class Written(IReadOnlyList<TypedConstant> arguments, IReadOnlyList<WrittenConstant> sources, AttributeData attribute, ISymbol method)
    {
        public IReadOnlyList<TypedConstant> Arguments => arguments;

        public IReadOnlyList<WrittenConstant> Sources => sources;

        public WrittenConstant Source(int argument) => argument >= 0 && argument < sources.Count ? sources[argument] : default;

        public Location? At(int argument) => Source(argument).Place ?? MethodRules.At(attribute, method);

        public static Written Of(AttributeData attribute, ISymbol method)
        {
            var sources = WrittenConstant.Of(attribute);
            if (attribute.ConstructorArguments is not [var all]) return new([], [], attribute, method);
            // A single null is a list with one null, and so is a list that is not of objects: [Case(new[] { "a", "b" })] is one argument.
            IReadOnlyList<TypedConstant> arguments = all.IsNull ? [all]
                : all.Type is IArrayTypeSymbol { ElementType.SpecialType: not SpecialType.System_Object } ? [all]
                : all.Values;
            return new(arguments, sources.Count == arguments.Count ? sources : [], attribute, method);
        }
    }
}
