using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Rondo.Catalog;
using Rondo.Generator.Model;

namespace Rondo.Generator.Reading;

/// <summary>Reads <c>[Case]</c>: arguments bind the first parameters.</summary>
internal static class CaseReader
{
    /// <summary>Reads all cases of a test.</summary>
    /// <param name="method">The test.</param>
    /// <param name="attributes">Its <c>[Case]</c> attributes in order.</param>
    /// <param name="compilation">Knows conversions.</param>
    /// <param name="findings">Receives what is wrong.</param>
    /// <returns>The cases and how many parameters they bind.</returns>
    public static (EquatableArray<CaseModel> Cases, int ArgumentCount) Read(IMethodSymbol method, List<AttributeData> attributes, Compilation compilation, List<Finding> findings)
    {
        var written = attributes.ConvertAll(a => Written.Of(a, method));
        var parameters = method.Parameters;
        var list = parameters.Length > 0 && parameters[parameters.Length - 1].IsParams ? parameters.Length - 1 : -1;
        var count = written.Max(w => w.Arguments.Count);
        if (list >= 0 && count > list) count = parameters.Length;

        var cases = new List<CaseModel>();
        for (var i = 0; i < written.Count; i++)
        {
            var bad = findings.Count;
            var values = Bind(written[i], method, Math.Min(count, parameters.Length), list, compilation, findings);
            if (findings.Count > bad) continue;
            string? name = null, skip = null, expected = null;
            foreach (var named in attributes[i].NamedArguments)
            {
                if (named.Key == "Name") name = named.Value.Value as string;
                else if (named.Key == "Skip") skip = named.Value.Value as string;
                else if (named.Key == "ExpectedFailure") expected = named.Value.Value as string;
            }

            cases.Add(new CaseModel(ArgumentText.FormatAll(values.ConvertAll(v => v.Value)), name, skip, EquatableArray.Of(values.Select(v => v.Code))) { ExpectedFailure = expected });
        }

        return (EquatableArray.Of(cases), Math.Min(count, parameters.Length));
    }

    private static List<ConvertedConstant> Bind(Written written, IMethodSymbol method, int count, int list, Compilation compilation, List<Finding> findings)
    {
        var values = new List<ConvertedConstant>();
        var arguments = written.Arguments;
        if (arguments.Count > method.Parameters.Length && list < 0)
        {
            findings.Add(new Finding(Diagnostics.CaseCount(
                Count(arguments.Count, "argument"), method.Name, Count(method.Parameters.Length, "parameter"), "Remove the arguments that are too many, or add parameters."), written.At(method.Parameters.Length)));
            return values;
        }

        for (var i = 0; i < count; i++)
        {
            var parameter = method.Parameters[i];
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
                    Count(arguments.Count, "argument"), method.Name, count + " from its other cases", $"Add a value for '{TypeText.Shown(parameter.Type)} {parameter.Name}'."), written.At(-1)));
                return values;
            }
        }

        return values;
    }

    private static bool IsWholeList(TypedConstant argument, IParameterSymbol parameter) =>
        argument.Kind == TypedConstantKind.Array && parameter.Type is IArrayTypeSymbol { ElementType: not IArrayTypeSymbol };

    private static Finding Unfit(TypedConstant argument, IParameterSymbol parameter, Location? at, string why) => new(
        Diagnostics.CaseValue(Shown(argument), TypeText.Shown(parameter.Type), parameter.Name, parameter.ContainingSymbol.Name, why), at);

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
    private sealed class Written(IReadOnlyList<TypedConstant> arguments, IReadOnlyList<ExpressionSyntax> sources, AttributeData attribute, ISymbol method)
    {
        public IReadOnlyList<TypedConstant> Arguments => arguments;

        public IReadOnlyList<ExpressionSyntax?> Sources => sources;

        public ExpressionSyntax? Source(int argument) => argument >= 0 && argument < sources.Count ? sources[argument] : null;

        public Location? At(int argument) => Source(argument)?.GetLocation() ?? MethodRules.At(attribute, method);

        public static Written Of(AttributeData attribute, IMethodSymbol method)
        {
            List<ExpressionSyntax> sources = attribute.ApplicationSyntaxReference?.GetSyntax() is AttributeSyntax { ArgumentList: { } list }
                ? [.. list.Arguments.Where(a => a.NameEquals is null).Select(a => a.Expression)]
                : [];
            if (attribute.ConstructorArguments is not [var all]) return new([], [], attribute, method);
            // A single null is a list with one null, and so is a list that is not of objects: [Case(new[] { "a", "b" })] is one argument.
            IReadOnlyList<TypedConstant> arguments = all.IsNull ? [all]
                : all.Type is IArrayTypeSymbol { ElementType.SpecialType: not SpecialType.System_Object } ? [all]
                : all.Values;
            return new(arguments, sources.Count == arguments.Count ? sources : [], attribute, method);
        }
    }
}
