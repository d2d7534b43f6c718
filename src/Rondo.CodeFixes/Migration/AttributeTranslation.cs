using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Rondo.CodeFixes.Migration;

/// <summary>Where the rows of a test come from.</summary>
/// <param name="Member">The name of the source.</param>
/// <param name="Type">The type that has it; null for the test's own class.</param>
/// <param name="IsClass">Whether the type itself is the source, as of [ClassData]: it has no member of that name yet.</param>
internal sealed record RowsSource(string Member, INamedTypeSymbol? Type, bool IsClass = false);

/// <summary>What one attribute becomes.</summary>
/// <param name="IsTest">Whether it made the method a test.</param>
/// <param name="Texts">Rondo's attributes beside [Test], as written between brackets; none if it has gone.</param>
/// <param name="Rows">Where rows come from, if it says so.</param>
internal sealed record Translation(bool IsTest, IReadOnlyList<string> Texts, RowsSource? Rows = null);

/// <summary>One attribute of another framework in the words of Rondo. Whatever it does not know for certain has no translation.</summary>
internal sealed class AttributeTranslation(SemanticModel model, CancellationToken stop)
{
    private const string NoReason = "\"no reason was given\"";

    private static readonly Translation s_nothing = new(false, []);

    // They say something to people or to other tools, and mean nothing for a run: they may stay.
    private static readonly string[] s_remarks = ["Description", "Author", "Owner", "Property", "TestProperty", "TestOf", "WorkItem", "CssIteration", "CssProjectStructure"];

    // TUnit selects by its properties.
    public static bool IsRemark(INamedTypeSymbol type) => s_remarks.Contains(Name(type)) && Foreign.Space(type) != Foreign.TUnit;

    /// <summary>Null if it has no counterpart, or not with these arguments.</summary>
    public Translation? Translate(AttributeSyntax attribute, INamedTypeSymbol type)
    {
        List<AttributeArgumentSyntax> given = attribute.ArgumentList is { } list ? [.. list.Arguments] : [];
        if (given.Exists(a => a.NameColon is not null) || type.Arity > 1) return null;
        var values = given.FindAll(a => a.NameEquals is null).ConvertAll(a => a.Expression);
        var named = new Dictionary<string, ExpressionSyntax>(StringComparer.Ordinal);
        foreach (var argument in given.FindAll(a => a.NameEquals is not null)) named[argument.NameEquals!.Name.Identifier.ValueText] = argument.Expression;
        var space = Foreign.Space(type);
        if (space == Foreign.TUnit) return FromTUnit(Name(type), attribute, values, named);
        return (space, Name(type)) switch
        {
            ("Xunit", "Fact" or "Theory") when values.Count == 0 => Test(named, ("DisplayName", "DisplayName"), ("Skip", "Skip"), ("Timeout", "Timeout"), ("Explicit", "Explicit")),
            ("Xunit", "InlineData") => Case(values, named, ("DisplayName", "Name"), ("TestDisplayName", "Name"), ("Skip", "Skip")),
            ("Xunit", "MemberData") => Rows(values, named, "MemberType"),
            ("Xunit", "ClassData") when named.Count == 0 && values is [TypeOfExpressionSyntax { Type: var rows }] && model.GetTypeInfo(rows, stop).Type is INamedTypeSymbol { Arity: 0 } source =>
                new(false, ["CasesFrom(typeof(" + rows + "), nameof(" + rows + ".Rows))"], new("Rows", source, IsClass: true)),
            ("Xunit", "Trait") when values.Count == 2 && named.Count == 0 => Tag(values[0], values[1]),

            ("NUnit.Framework", "Test") when values.Count == 0 && named.Keys.All(k => k == "Description") => new(true, [.. named.Values.Select(d => "NUnit.Framework.Description(" + d + ")")]),
            ("NUnit.Framework", "TestCase") => Case(values, named, ("TestName", "Name"), ("Ignore", "Skip"), ("IgnoreReason", "Skip")) is { } made ? made with { IsTest = true } : null,
            ("NUnit.Framework", "TestCaseSource") => Rows(values, named, "") is { } made ? made with { IsTest = true } : null,
            ("NUnit.Framework", "Category") when values.Count == 1 && named.Count == 0 => Tag(null, values[0]),
            ("NUnit.Framework", "Ignore") when values.Count == 1 && named.Count == 0 => new(false, ["Skip(" + values[0] + ")"]),
            ("NUnit.Framework", "Timeout" or "CancelAfter") when values.Count == 1 && named.Count == 0 => new(false, ["Timeout(" + values[0] + ")"]),
            ("NUnit.Framework", "NonParallelizable") when values.Count == 0 => new(false, ["Serial"]),
            ("NUnit.Framework", "Parallelizable") => s_nothing,
            ("NUnit.Framework", "Explicit") when values.Count <= 1 && named.Count == 0 => new(false, ["Explicit(" + (values.Count == 1 ? values[0].ToString() : NoReason) + ")"]),
            // NUnit counts the first attempt, Rondo and MSTest do not.
            ("NUnit.Framework", "Retry") when values.Count == 1 && named.Count == 0 && model.GetConstantValue(values[0], stop) is { HasValue: true, Value: int and > 0 and var all } =>
                new(false, ["Retry(" + (all - 1).ToString(System.Globalization.CultureInfo.InvariantCulture) + ")"]),
            ("NUnit.Framework", "Repeat") when values.Count == 1 && named.Count == 0 => new(false, ["Repeat(" + values[0] + ")"]),
            ("NUnit.Framework", "TestFixture") when given.Count == 0 => s_nothing,

            (_, "TestMethod" or "DataTestMethod") when space != "Xunit" && values.Count <= 1 => Test(named, ("DisplayName", "DisplayName")) is { } made
                ? values.Count == 0 ? made : Text(values[0]) is not null ? made with { Texts = [.. made.Texts, "DisplayName(" + values[0] + ")"] } : null
                : null,
            (_, "DataRow") => Case(values, named, ("DisplayName", "Name"), ("IgnoreMessage", "Skip")),
            (_, "DynamicData") => Rows(values.FindAll(v => !v.ToString().Contains("DynamicDataSourceType.")), named, ""),
            (_, "TestCategory") when values.Count == 1 && named.Count == 0 => Tag(null, values[0]),
            (_, "Ignore") when values.Count <= 1 && named.Count == 0 => new(false, ["Skip(" + (values.Count == 1 ? values[0].ToString() : NoReason) + ")"]),
            (_, "Timeout") when values.Count == 1 && named.Count == 0 && model.GetConstantValue(values[0], stop) is { HasValue: true, Value: int } => new(false, ["Timeout(" + values[0] + ")"]),
            (_, "Retry") when space != "Xunit" && values.Count == 1 && named.Count == 0 => new(false, ["Retry(" + values[0] + ")"]),
            // A remark, but of a name that means an order in Rondo.
            (_, "Priority") => new(false, [attribute.Name is SimpleNameSyntax ? space + "." + attribute : attribute.ToString()]),
            (_, "DoNotParallelize") => new(false, ["Serial"]),
            (_, "TestClass") when given.Count == 0 => s_nothing,
            _ => null,
        };
    }

    private Translation? FromTUnit(string name, AttributeSyntax attribute, List<ExpressionSyntax> values, Dictionary<string, ExpressionSyntax> named) => (name, values) switch
    {
        ("Test", []) when named.Count == 0 => new(true, []),
        // A name with a placeholder stands for an argument; Rondo has those in [DisplayName] only.
        ("Arguments", _) when !named.TryGetValue("DisplayName", out var shown) || Text(shown)?.Contains('$') == false => Case(values, named, ("DisplayName", "Name"), ("Skip", "Skip")),
        ("MethodDataSource", _) => Rows(values, named, "", (attribute.Name as GenericNameSyntax ?? (attribute.Name as QualifiedNameSyntax)?.Right as GenericNameSyntax)?.TypeArgumentList.Arguments[0]),
        ("Category", [var word]) when named.Count == 0 => Tag(null, word),
        ("Property", [var key, var value]) when named.Count == 0 => Tag(key, value),
        ("Skip", [var reason]) when named.Count == 0 => new(false, ["Skip(" + reason + ")"]),
        ("Timeout", [var limit]) when named.Count == 0 => new(false, ["Timeout(" + limit + ")"]),
        ("Retry", [var more]) when named.Count == 0 => new(false, ["Retry(" + more + ")"]),
        // TUnit counts what comes on top of the first.
        ("Repeat", [var more]) when named.Count == 0 && model.GetConstantValue(more, stop) is { HasValue: true, Value: int and >= 0 and < int.MaxValue and var times } =>
            new(false, ["Repeat(" + (times + 1).ToString(System.Globalization.CultureInfo.InvariantCulture) + ")"]),
        ("Explicit", []) when named.Count == 0 => new(false, ["Explicit(" + NoReason + ")"]),
        ("DisplayName", [var shown]) when named.Count == 0 && attribute.Parent?.Parent is MethodDeclarationSyntax method && Placeholders(shown, method) is { } ours => new(false, ["DisplayName(" + ours + ")"]),
        ("NotInParallel", []) when named.Count == 0 => new(false, ["Serial"]),
        ("NotInParallel", [var keys]) when named.Count == 0 => Locks(keys),
        _ => null,
    };

    // "$amount of $currency" -> "{amount} of {currency}".
    private string? Placeholders(ExpressionSyntax shown, MethodDeclarationSyntax method)
    {
        if (Text(shown) is not { } text) return null;
        if (text.IndexOfAny(['$', '{', '}']) < 0) return shown.ToString();
        // Arguments of the class have placeholders, too.
        if (method.Parent is TypeDeclarationSyntax { ParameterList.Parameters.Count: > 0 } || (method.Parent as TypeDeclarationSyntax)?.Members.OfType<ConstructorDeclarationSyntax>().Any(c => c.ParameterList.Parameters.Count > 0) == true) return null;
        text = text.Replace("{", "{{").Replace("}", "}}");
        foreach (var name in method.ParameterList.Parameters.Select(p => p.Identifier.ValueText).OrderByDescending(n => n.Length)) text = text.Replace("$" + name, "{" + name + "}");
        return SymbolDisplay.FormatLiteral(text, quote: true);
    }

    // [NotInParallel("a")], [NotInParallel(["a", "b"])] -> a lock for each key.
    private Translation? Locks(ExpressionSyntax keys)
    {
        List<ExpressionSyntax?> all = keys switch
        {
            CollectionExpressionSyntax list => [.. list.Elements.Select(e => (e as ExpressionElementSyntax)?.Expression)],
            ImplicitArrayCreationExpressionSyntax list => [.. list.Initializer.Expressions],
            ArrayCreationExpressionSyntax { Initializer: { } list } => [.. list.Expressions],
            _ => [keys],
        };
        return all.Count > 0 && all.All(k => k is not null && Text(k)?.Trim().Length > 0) ? new(false, all.ConvertAll(k => "ResourceLock(" + k + ")")) : null;
    }

    /// <summary>Without "Attribute".</summary>
    public static string Name(INamedTypeSymbol type) => type.Name.EndsWith("Attribute", StringComparison.Ordinal) ? type.Name.Substring(0, type.Name.Length - "Attribute".Length) : type.Name;

    // [Fact(Skip = "why")] -> [Test, Skip("why")].
    private static Translation? Test(Dictionary<string, ExpressionSyntax> named, params (string Theirs, string Ours)[] known)
    {
        var texts = new List<string>();
        foreach (var argument in named)
        {
            var ours = known.FirstOrDefault(k => k.Theirs == argument.Key).Ours;
            if (ours is null || (ours == "Explicit" && argument.Value.ToString() != "true")) return null;
            texts.Add(ours + "(" + (ours == "Explicit" ? NoReason : argument.Value.ToString()) + ")");
        }

        return new(true, texts);
    }

    private static Translation? Case(List<ExpressionSyntax> values, Dictionary<string, ExpressionSyntax> named, params (string Theirs, string Ours)[] known)
    {
        var parts = values.ConvertAll(v => v.ToString());
        foreach (var argument in named)
        {
            var ours = known.FirstOrDefault(k => k.Theirs == argument.Key).Ours;
            if (ours is null) return null;
            parts.Add(ours + " = " + argument.Value);
        }

        return new(false, [parts.Count == 0 ? "Case" : "Case(" + string.Join(", ", parts) + ")"]);
    }

    private Translation? Rows(List<ExpressionSyntax> values, Dictionary<string, ExpressionSyntax> named, string typeName, TypeSyntax? typeArgument = null)
    {
        INamedTypeSymbol? type = null;
        var written = "";
        if (typeArgument is not null)
        {
            type = model.GetTypeInfo(typeArgument, stop).Type as INamedTypeSymbol;
            if (type is null) return null;
            written = "typeof(" + typeArgument + "), ";
        }

        var from = values.Find(v => v is TypeOfExpressionSyntax) ?? (named.TryGetValue(typeName, out var other) ? other : null);
        if (from is TypeOfExpressionSyntax declares)
        {
            type = model.GetTypeInfo(declares.Type, stop).Type as INamedTypeSymbol;
            if (type is null) return null;
            written = declares + ", ";
        }

        if (named.Keys.Any(k => k != typeName) || values.FindAll(v => v is not TypeOfExpressionSyntax) is not [var member]) return null;
        return model.GetConstantValue(member, stop).Value is string name ? new(false, ["CasesFrom(" + written + member + ")"], new(name, type)) : null;
    }

    // [Trait("Category", "slow")] and [Category("slow")] -> [Tag("slow")]; other traits keep their name: [Tag("Issue-17")].
    private Translation? Tag(ExpressionSyntax? name, ExpressionSyntax value)
    {
        if (model.GetConstantValue(value, stop).Value is not string word || word.Length == 0) return null;
        var key = name is null ? "Category" : model.GetConstantValue(name, stop).Value as string;
        if (key is null) return null;
        var isPlain = string.Equals(key, "Category", StringComparison.OrdinalIgnoreCase);
        var tag = isPlain ? word : key + "-" + word;
        if (!tag.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.')) return null;
        return new(false, ["Tag(" + (isPlain ? value.ToString() : SymbolDisplay.FormatLiteral(tag, quote: true)) + ")"]);
    }

    private string? Text(ExpressionSyntax value) => model.GetConstantValue(value, stop).Value as string;
}
