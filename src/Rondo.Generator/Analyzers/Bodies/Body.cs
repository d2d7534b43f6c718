using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Rondo.Generator.Model;
using Rondo.Generator.Reading;

namespace Rondo.Generator.Analyzers.Bodies;

/// <summary>The body of one test or fixture, and what its rules ask about it. Used by one thread.</summary>
internal sealed class Body(
    SyntaxNode root, IMethodSymbol method, bool isTest, SemanticModel model, Lazy<MarkSet> ofAssembly, Action<Diagnostic> report, CancellationToken stop)
{
    private MarkSet? _marks;
    private HashSet<LocalFunctionStatementSyntax>? _asked;

    public SyntaxNode Root => root;

    public IMethodSymbol Method => method;

    public bool IsTest => isTest;

    public SemanticModel Model => model;

    public CancellationToken Stop => stop;

    /// <summary>"test" or "fixture".</summary>
    public string Kind => isTest ? "test" : "fixture";

    /// <summary>True if it gives a task to wait for: it runs on a loop then, else on the thread of synchronous code.</summary>
    public bool IsAsynchronous { get; } = RondoNames.IsTask(method.ReturnType, 0) || RondoNames.IsTask(method.ReturnType, 1)
        || RondoNames.IsValueTask(method.ReturnType, 0) || RondoNames.IsValueTask(method.ReturnType, 1);

    /// <summary>All marks that hold here, those of class and assembly included.</summary>
    public MarkSet Marks => _marks ??= MarkReader.Read(method.GetAttributes(), model.Compilation.Assembly).Over(MarkReader.ReadWithBases(method.ContainingType)).Over(ofAssembly.Value);

    /// <summary>Already reported once: the second write of one static says nothing new.</summary>
    public HashSet<ISymbol> Told { get; } = new(SymbolEqualityComparer.Default);

    public void Report(Problem problem, SyntaxNodeOrToken at) => report(problem.At(at.GetLocation()));

    public ISymbol? SymbolOf(SyntaxNode node) => model.GetSymbolInfo(node, stop).Symbol;

    public ITypeSymbol? TypeOf(ExpressionSyntax expression) => model.GetTypeInfo(expression, stop).Type;

    /// <summary>A task, with or without a value.</summary>
    public static bool IsTask(ITypeSymbol? type) => type is not null
        && (RondoNames.IsTask(type, 0) || RondoNames.IsTask(type, 1) || RondoNames.IsValueTask(type, 0) || RondoNames.IsValueTask(type, 1));

    /// <summary>The lambda or local function around a node; null if that is the method itself.</summary>
    public SyntaxNode? FunctionAround(SyntaxNode node)
    {
        for (var at = node.Parent; at is not null && at != root; at = at.Parent)
        {
            if (at is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax) return at;
        }

        return null;
    }

    /// <summary>True if it is certain that a node runs where the body runs: in the body, in a local function that is only called, or in a lambda for an assertion or a task group.</summary>
    public bool RunsHere(SyntaxNode node)
    {
        for (var at = FunctionAround(node); at is not null; at = FunctionAround(at))
        {
            if (at is LocalFunctionStatementSyntax function ? !IsOnlyCalledHere(function) : !IsRunByReceiver(at)) return false;
        }

        return true;
    }

    /// <summary>True if a node stands in a lambda that is handed to another thread on purpose.</summary>
    public bool IsForAnotherThread(SyntaxNode node)
    {
        for (var at = FunctionAround(node); at is not null; at = FunctionAround(at))
        {
            if (at.Parent is not ArgumentSyntax { Parent.Parent: { } receiver }) continue;
            if (SymbolOf(receiver) is not IMethodSymbol { ContainingType: { } type } called) continue;
            if (RondoNames.IsIn(type, "System", "Threading") && type.Name is "Thread" or "ThreadPool") return true;
            if (RondoNames.IsIn(type, "System", "Threading", "Tasks") && (type.Name is "TaskFactory" or "Parallel" || (type.Name == "Task" && called.Name is "Run" or ".ctor"))) return true;
        }

        return false;
    }

    /// <summary>Names of the body that mean a local function, its own declaration and what it says to itself left out.</summary>
    public IEnumerable<IdentifierNameSyntax> MentionsOf(LocalFunctionStatementSyntax function) =>
        root.DescendantNodes().OfType<IdentifierNameSyntax>().Where(n => n.Identifier.ValueText == function.Identifier.ValueText && !function.Span.Contains(n.Span));

    public static bool IsCalled(IdentifierNameSyntax name) => name.Parent is InvocationExpressionSyntax call && call.Expression == name;

    private bool IsOnlyCalledHere(LocalFunctionStatementSyntax function)
    {
        _asked ??= [];
        // Functions that call each other: the other calls decide.
        if (!_asked.Add(function)) return true;
        var mentions = MentionsOf(function).ToList();
        var here = mentions.Count > 0 && mentions.TrueForAll(m => IsCalled(m) && RunsHere(m));
        _asked.Remove(function);
        return here;
    }

    private bool IsRunByReceiver(SyntaxNode lambda) => lambda.Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax receiver }
        && SymbolOf(receiver) is IMethodSymbol { ContainingType: { } type }
        && (type.Name.EndsWith("Assert", StringComparison.Ordinal) || (type.Name is "TaskGroup" or "CancelScope" && RondoNames.IsIn(type, "Rondo", "Loops")));
}
