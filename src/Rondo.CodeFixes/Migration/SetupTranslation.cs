using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Rondo.CodeFixes.Migration;

/// <summary>
/// Setups and teardowns of a class. A synchronous setup becomes the constructor and a teardown Dispose or DisposeAsync, since Rondo makes an instance for each case. What awaits, and what is done once for the
/// class, keeps its method and is called by a fixture around the tests. Only where a class has one of each, no base and no second part.
/// </summary>
internal sealed class SetupTranslation(SemanticModel model, TypeDeclarationSyntax type, CancellationToken stop)
{
    private const string AroundEach = "AroundEachTest";
    private const string AroundAll = "AroundAllTests";

    // What xUnit calls by an interface has no attribute.
    private sealed record Setup(MethodDeclarationSyntax Method, AttributeListSyntax? List);

    private enum Moment
    {
        BeforeTest,
        AfterTest,
        BeforeClass,
        AfterClass,
    }

    /// <summary>Rondo's attributes that a fixture needs, without "Attribute".</summary>
    public static IReadOnlyList<string> Written { get; } = ["Fixture"];

    /// <summary>False if xUnit initializes the class and a fixture cannot: its tests would run without what they need.</summary>
    public bool CanTurnLifetime() => model.GetDeclaredSymbol(type, stop) is not { } symbol || !symbol.AllInterfaces.Any(Foreign.IsLifetime) || !HasTests() || Lifetime(symbol) is not null;

    /// <param name="removeList">Takes the attributes of one pair of brackets away.</param>
    /// <param name="hasTests">Whether the class has tests of Rondo after the change. Without them it may have no fixtures.</param>
    public IEnumerable<TextChange> Changes(Func<AttributeListSyntax, TextChange> removeList, bool hasTests)
    {
        if (type is not ClassDeclarationSyntax || model.GetDeclaredSymbol(type, stop) is not { IsStatic: false, IsAbstract: false } symbol || !IsAlone(symbol)) return [];
        var changes = new List<TextChange>();
        if (symbol.Interfaces.Any(Foreign.IsLifetime))
        {
            // A class whose value tests share has no tests of its own, and its interface means something else.
            if (hasTests && Lifetime(symbol) is var (entry, before, after))
            {
                changes.Add(entry);
                changes.Add(Around(before, after));
            }
        }
        else
        {
            TurnForEach(symbol, changes, removeList, hasTests);
        }

        if (hasTests) TurnForAll(symbol, changes, removeList);
        return changes;
    }

    private static bool IsAlone(INamedTypeSymbol symbol) => symbol.BaseType?.SpecialType == SpecialType.System_Object && symbol.DeclaringSyntaxReferences.Length == 1;

    private void TurnForEach(INamedTypeSymbol symbol, List<TextChange> changes, Func<AttributeListSyntax, TextChange> removeList, bool hasTests)
    {
        var before = Marked(Moment.BeforeTest);
        var after = Marked(Moment.AfterTest);
        if (before.Exists(b => !IsVoid(b.Method)) || after.Exists(a => !IsVoid(a.Method) && !IsAsync(a.Method)))
        {
            if (!hasTests || before.Count > 1 || after.Count > 1 || before.Concat(after).Any(s => !IsCallable(s.Method, isStatic: false)) || !MayHaveFixture(AroundEach)) return;
            changes.AddRange(before.Concat(after).Select(s => removeList(s.List!)));
            changes.Add(Around(before.FirstOrDefault()?.Method, after.FirstOrDefault()?.Method));
            return;
        }

        if (type is ClassDeclarationSyntax { ParameterList: not null }) return;
        if (before is [var setup] && IsSimple(setup.Method) && !type.Members.Any(m => m is ConstructorDeclarationSyntax))
        {
            changes.Add(removeList(setup.List!));
            changes.Add(Head(setup.Method, "public " + type.Identifier.Text));
        }

        if (after is not [var teardown] || !IsSimple(teardown.Method) || symbol.Interfaces.Any(i => i.Name is "IDisposable" or "IAsyncDisposable")) return;
        if (type.Members.Any(m => m is MethodDeclarationSyntax { Identifier.ValueText: "Dispose" or "DisposeAsync" }) || (IsAsync(teardown.Method) && IsVoid(teardown.Method))) return;
        changes.Add(removeList(teardown.List!));
        var task = Syntax.Name(model, type.SpanStart, "System.Threading.Tasks", "ValueTask");
        changes.Add(Head(teardown.Method, IsAsync(teardown.Method) ? "public async " + task + " DisposeAsync" : "public void Dispose"));
        var contract = Syntax.Name(model, type.SpanStart, "System", IsAsync(teardown.Method) ? "IAsyncDisposable" : "IDisposable");
        changes.Add(type.BaseList is { Types: var types }
            ? new TextChange(new TextSpan(types.Last().Span.End, 0), ", " + contract)
            : new TextChange(new TextSpan((type.TypeParameterList?.Span ?? type.Identifier.Span).End, 0), " : " + contract));
    }

    // Once for the class: a fixture of scope Class is static, and so must be what it calls and what that sets.
    private void TurnForAll(INamedTypeSymbol symbol, List<TextChange> changes, Func<AttributeListSyntax, TextChange> removeList)
    {
        var before = Marked(Moment.BeforeClass);
        var after = Marked(Moment.AfterClass);
        var all = before.Concat(after).ToList();
        if (all.Count == 0 || before.Count > 1 || after.Count > 1 || type.TypeParameterList is not null || !MayHaveFixture(AroundAll) || IsInherited(symbol)) return;
        var fields = new HashSet<FieldDeclarationSyntax>();
        foreach (var one in all)
        {
            if (!IsCallable(one.Method, isStatic: true) || !CanBeStatic(one.Method, symbol, fields)) return;
        }

        var names = fields.SelectMany(f => f.Declaration.Variables).Select(v => v.Identifier.ValueText).ToList();
        if (type.DescendantNodes().OfType<MemberAccessExpressionSyntax>().Any(a => names.Contains(a.Name.Identifier.ValueText))) return;
        foreach (var one in all)
        {
            changes.Add(removeList(one.List!));
            if (!one.Method.Modifiers.Any(SyntaxKind.StaticKeyword)) changes.Add(MakeStatic(one.Method.Modifiers, one.Method.ReturnType));
            // The context of a run is another one here, and nothing uses it.
            if (one.Method.ParameterList.Parameters.Count > 0) changes.Add(new TextChange(TextSpan.FromBounds(one.Method.ParameterList.OpenParenToken.Span.End, one.Method.ParameterList.CloseParenToken.SpanStart), ""));
        }

        changes.AddRange(fields.Select(f => MakeStatic(f.Modifiers, f.Declaration.Type)));
        var (setup, teardown) = (before.FirstOrDefault()?.Method, after.FirstOrDefault()?.Method);
        var value = Syntax.Name(model, type.SpanStart, "System", "Type");
        var its = "typeof(" + type.Identifier.Text + ")";
        if (teardown is null && IsVoid(setup!))
            // It may block, as it could before: synchronous fixtures do not run on the loop.
            changes.Add(Insert(setup!, "[Fixture(FixtureScope.Class, AutoUse = true)]", $"public static {value} {AroundAll}()", [Call(setup)!, $"return {its};"]));
        else
            changes.Add(Insert(setup ?? teardown!, "[Fixture(FixtureScope.Class, AutoUse = true)]", $"public static async {Task()} {AroundAll}(Use<{value}> use)", [Call(setup), $"await use({its});", Call(teardown)]));
    }

    // The base list's entry and what xUnit calls before and after a test; null if that is not plain to see.
    private (TextChange Entry, MethodDeclarationSyntax Before, MethodDeclarationSyntax? After)? Lifetime(INamedTypeSymbol symbol)
    {
        if (!IsAlone(symbol) || !MayHaveFixture(AroundEach) || type.BaseList is not { Types: var bases }) return null;
        var entry = bases.FirstOrDefault(b => model.GetTypeInfo(b.Type, stop).Type is INamedTypeSymbol named && Foreign.IsLifetime(named));
        if (entry is null || Declared("InitializeAsync") is not { } before || Declared("DisposeAsync") is not { } after) return null;
        var isOld = ((after.ReturnType as QualifiedNameSyntax)?.Right ?? after.ReturnType) is IdentifierNameSyntax { Identifier.ValueText: "Task" };
        var isDisposable = symbol.Interfaces.Any(i => i.Name == "IAsyncDisposable");
        // Both would be called in the end.
        if (isOld && isDisposable) return null;
        if (!isOld && !isDisposable) return (new TextChange(entry.Span, Syntax.Name(model, type.SpanStart, "System", "IAsyncDisposable")), before, null);
        var at = bases.IndexOf(entry);
        var span = bases.Count == 1 ? TextSpan.FromBounds(type.BaseList.GetFirstToken().GetPreviousToken().Span.End, entry.Span.End)
            : at == 0 ? TextSpan.FromBounds(entry.SpanStart, bases[1].SpanStart)
            : TextSpan.FromBounds(bases[at - 1].Span.End, entry.Span.End);
        return (new TextChange(span, ""), before, isOld ? after : null);

        MethodDeclarationSyntax? Declared(string name) =>
            type.Members.OfType<MethodDeclarationSyntax>().SingleOrDefault(m => m.Identifier.ValueText == name && m.ExplicitInterfaceSpecifier is null && IsCallable(m, isStatic: false));
    }

    private TextChange Around(MethodDeclarationSyntax? before, MethodDeclarationSyntax? after) => Insert(
        before ?? after!, "[Fixture(AutoUse = true)]", $"public async {Task()} {AroundEach}(Use<{type.Identifier.Text}{type.TypeParameterList}> use)", [Call(before), "await use(this);", Call(after)]);

    private static string? Call(MethodDeclarationSyntax? method) => method is null ? null : (IsVoid(method) ? "" : "await ") + method.Identifier.Text + "();";

    private string Task() => Syntax.Name(model, type.SpanStart, "System.Threading.Tasks", "Task");

    private TextChange Insert(MethodDeclarationSyntax behind, string mark, string head, string?[] body)
    {
        var text = model.SyntaxTree.GetText(stop);
        var line = Lines.Ending(text) + Lines.Indent(text, behind);
        // One step of the file's own, as far as can be seen.
        var step = Lines.Indent(text, behind) is var own && own.Contains('\t') ? "\t" : "    ";
        return new TextChange(new TextSpan(behind.Span.End, 0), Lines.Ending(text) + line + mark + line + head + line + "{" + string.Concat(body.Where(b => b is not null).Select(b => line + step + b)) + line + "}");
    }

    private bool HasTests() => type.Members.OfType<MethodDeclarationSyntax>().Any(m => m.AttributeLists.SelectMany(l => l.Attributes).Any(a => Foreign.Find(a, model, stop) is not null));

    // Tests of classes inside, and static ones, would use the fixture too, or could not.
    private bool MayHaveFixture(string name) => !type.Members.Any(m => m is TypeDeclarationSyntax { Members: var inner } && inner.OfType<MethodDeclarationSyntax>().Any(i => i.AttributeLists.Count > 0))
        && !type.Members.OfType<MethodDeclarationSyntax>().Any(m => m.Modifiers.Any(SyntaxKind.StaticKeyword) && m.AttributeLists.SelectMany(l => l.Attributes).Any(a => Foreign.Find(a, model, stop) is { } mark && When(a, mark) is null))
        && !type.DescendantTokens().Any(t => t.IsKind(SyntaxKind.IdentifierToken) && t.ValueText == name);

    // Where others derive from it, each framework has its own idea of how often it is done.
    private bool IsInherited(INamedTypeSymbol symbol) => !symbol.IsSealed && Deriving(model.Compilation.Assembly.GlobalNamespace).Any(t => SymbolEqualityComparer.Default.Equals(t.BaseType?.OriginalDefinition, symbol));

    private static IEnumerable<INamedTypeSymbol> Deriving(INamespaceOrTypeSymbol space) =>
        space.GetMembers().OfType<INamespaceOrTypeSymbol>().SelectMany(m => m is INamedTypeSymbol named ? Deriving(named).Prepend(named) : Deriving(m));

    private bool CanBeStatic(MethodDeclarationSyntax method, INamedTypeSymbol symbol, HashSet<FieldDeclarationSyntax> fields)
    {
        if (method.Modifiers.Any(SyntaxKind.StaticKeyword)) return true;
        foreach (var node in method.DescendantNodes())
        {
            if (node is ThisExpressionSyntax or BaseExpressionSyntax) return false;
            if (node is not SimpleNameSyntax name || model.GetSymbolInfo(name, stop).Symbol is not { IsStatic: false, Kind: SymbolKind.Field or SymbolKind.Property or SymbolKind.Event or SymbolKind.Method } used) continue;
            if (!SymbolEqualityComparer.Default.Equals(used.ContainingType, symbol)) continue;
            // A private field that all tests share may as well belong to the class.
            if (used is not IFieldSymbol { DeclaredAccessibility: Accessibility.Private, IsReadOnly: false } field || field.DeclaringSyntaxReferences is not [var reference]) return false;
            if (reference.GetSyntax(stop).FirstAncestorOrSelf<FieldDeclarationSyntax>() is not { } declared || name.Parent is MemberAccessExpressionSyntax access && access.Name == name) return false;
            fields.Add(declared);
        }

        return true;
    }

    private static TextChange MakeStatic(SyntaxTokenList modifiers, TypeSyntax before)
    {
        var access = modifiers.LastOrDefault(m => m.RawKind is (int)SyntaxKind.PublicKeyword or (int)SyntaxKind.PrivateKeyword or (int)SyntaxKind.ProtectedKeyword or (int)SyntaxKind.InternalKeyword);
        return access.RawKind != 0 ? new TextChange(new TextSpan(access.Span.End, 0), " static") : new TextChange(new TextSpan(modifiers.Count > 0 ? modifiers[0].SpanStart : before.SpanStart, 0), "static ");
    }

    private List<Setup> Marked(Moment moment)
    {
        var found = new List<Setup>();
        foreach (var method in type.Members.OfType<MethodDeclarationSyntax>())
        {
            foreach (var attribute in method.AttributeLists.SelectMany(l => l.Attributes))
            {
                if (Foreign.Find(attribute, model, stop) is not { } mark || When(attribute, mark) != moment) continue;
                found.Add(new Setup(method, (AttributeListSyntax)attribute.Parent!));
            }
        }

        return found;
    }

    private Moment? When(AttributeSyntax attribute, INamedTypeSymbol mark)
    {
        var given = attribute.ArgumentList?.Arguments ?? default;
        return (AttributeTranslation.Name(mark), given.Count) switch
        {
            ("SetUp" or "TestInitialize", _) => Moment.BeforeTest,
            ("TearDown" or "TestCleanup", _) => Moment.AfterTest,
            ("OneTimeSetUp" or "ClassInitialize", _) => Moment.BeforeClass,
            ("OneTimeTearDown" or "ClassCleanup", _) => Moment.AfterClass,
            ("Before", > 0) => Hook() switch { "Test" => Moment.BeforeTest, "Class" => Moment.BeforeClass, _ => null },
            ("After", > 0) => Hook() switch { "Test" => Moment.AfterTest, "Class" => Moment.AfterClass, _ => null },
            _ => null,
        };

        string? Hook() => model.GetSymbolInfo(given[0].Expression, stop).Symbol is IFieldSymbol { ContainingType.Name: "HookType", Name: var name } ? name : null;
    }

    // A method that a fixture can call, with nothing said about it but when.
    private bool IsCallable(MethodDeclarationSyntax method, bool isStatic)
    {
        if (!HasOneMark(method) || method.TypeParameterList is not null || Overrides(method) || (IsAsync(method) && IsVoid(method))) return false;
        if (!IsVoid(method) && ((method.ReturnType as QualifiedNameSyntax)?.Right ?? method.ReturnType) is not IdentifierNameSyntax { Identifier.ValueText: "Task" or "ValueTask" }) return false;
        if (!isStatic) return method.ParameterList.Parameters.Count == 0 && !method.Modifiers.Any(SyntaxKind.StaticKeyword);
        return method.ParameterList.Parameters is [] || (method.ParameterList.Parameters is [{ Identifier.ValueText: var name }] && !IsNamed(method, name) && method.Modifiers.Any(SyntaxKind.StaticKeyword) && !IsNamedOutside(method));
    }

    private static bool HasOneMark(MethodDeclarationSyntax method)
    {
        if (method.AttributeLists.Count == 0) return true;
        if (method.AttributeLists is not [{ Attributes: [var mark] }]) return false;
        // MSTest 4 ends a class at its end, and knows no other way.
        return mark.ArgumentList is null || mark.ArgumentList.Arguments.Count == 0 || (mark.ArgumentList.Arguments.Count == 1 && mark.ArgumentList.Arguments[0] is { NameEquals: null, NameColon: null, Expression: var only }
            && (only is IdentifierNameSyntax { Identifier.ValueText: "Test" or "Class" } or MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Test" or "Class" or "EndOfClass" }));
    }

    private static bool Overrides(MethodDeclarationSyntax method) => method.Modifiers.Any(m => m.RawKind is (int)SyntaxKind.VirtualKeyword or (int)SyntaxKind.OverrideKeyword or (int)SyntaxKind.AbstractKeyword or (int)SyntaxKind.NewKeyword or (int)SyntaxKind.PartialKeyword);

    private bool IsSimple(MethodDeclarationSyntax method) => HasOneMark(method) && method.ParameterList.Parameters.Count == 0 && method.TypeParameterList is null
        && !Overrides(method) && !method.Modifiers.Any(SyntaxKind.StaticKeyword) && !IsNamedOutside(method) && (IsVoid(method) || IsAsync(method)) && !(IsVoid(method) && IsAsync(method));

    private bool IsNamedOutside(MethodDeclarationSyntax method) => IsNamed(type, method.Identifier.ValueText);

    private static bool IsNamed(SyntaxNode node, string name) => node.DescendantNodes().OfType<IdentifierNameSyntax>().Any(n => n.Identifier.ValueText == name && n.Parent is not AttributeSyntax);

    private static bool IsAsync(MethodDeclarationSyntax method) => method.Modifiers.Any(SyntaxKind.AsyncKeyword);

    private static bool IsVoid(MethodDeclarationSyntax method) => method.ReturnType is PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.VoidKeyword };

    private static TextChange Head(MethodDeclarationSyntax method, string head) =>
        new(TextSpan.FromBounds(method.Modifiers.Count > 0 ? method.Modifiers[0].SpanStart : method.ReturnType.SpanStart, method.Identifier.Span.End), head);
}
