using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Rondo.Generator.Reading;

namespace Rondo.Generator.Analyzers.Bodies;

/// <summary>The machine's time in tests that run in virtual time.</summary>
internal static class RealTime
{
    public static void CheckMember(Body body, MemberAccessExpressionSyntax access)
    {
        if (!IsVirtual(body) || body.SymbolOf(access) is not { IsStatic: true, ContainingType: { } type } member) return;
        var instead = (type.Name, member.Name) switch
        {
            ("DateTime", "Now" or "Today") when RondoNames.IsIn(type, "System") => "time.GetLocalNow()",
            ("DateTime", "UtcNow") or ("DateTimeOffset", "UtcNow") when RondoNames.IsIn(type, "System") => "time.GetUtcNow()",
            ("DateTimeOffset", "Now") when RondoNames.IsIn(type, "System") => "time.GetLocalNow()",
            ("Stopwatch", "StartNew" or "GetTimestamp") when RondoNames.IsIn(type, "System", "Diagnostics") => "time.GetTimestamp()",
            ("Task", "Delay") when RondoNames.IsIn(type, "System", "Threading", "Tasks") && member is IMethodSymbol method && WaitsInRealTime(body, method, access) => "Task.Delay(…, time)",
            _ => null,
        };
        if (instead is null) return;
        Report(body, (SyntaxNode?)(access.Parent as InvocationExpressionSyntax) ?? access, type.Name + "." + member.Name, instead);
    }

    public static void CheckCreation(Body body, BaseObjectCreationExpressionSyntax creation)
    {
        // By the name first, where there is one: most objects have nothing to do with time.
        if (creation is ObjectCreationExpressionSyntax { Type: SimpleNameSyntax { Identifier.ValueText: not ("Stopwatch" or "Timer" or "PeriodicTimer" or "CancellationTokenSource") } }) return;
        if (!IsVirtual(body) || body.SymbolOf(creation) is not IMethodSymbol { ContainingType: { } type } constructor) return;
        var parameters = constructor.Parameters;
        if (parameters.Any(p => RondoNames.BuiltIn(p.Type) == "TimeProvider")) return;
        var instead = type.Name switch
        {
            "Stopwatch" when RondoNames.IsIn(type, "System", "Diagnostics") => "time.GetTimestamp()",
            "Timer" when RondoNames.IsIn(type, "System", "Threading") || RondoNames.IsIn(type, "System", "Timers") => "time.CreateTimer(…)",
            "PeriodicTimer" when RondoNames.IsIn(type, "System", "Threading") => "new PeriodicTimer(…, time)",
            "CancellationTokenSource" when parameters.Length > 0 && RondoNames.IsIn(type, "System", "Threading") && !IsForEver(body, creation.ArgumentList) => "new CancellationTokenSource(…, time)",
            _ => null,
        };
        if (instead is not null) Report(body, creation, "new " + type.Name, instead);
    }

    private static void Report(Body body, SyntaxNode at, string what, string instead)
    {
        if (!body.IsForAnotherThread(at)) body.Report(Diagnostics.RealTime(what, body.Method.Name, instead), at);
    }

    private static bool IsVirtual(Body body) => body.IsTest && body.IsAsynchronous && body.Marks is { VirtualTime: true, RunsOnPool: false, Dispatcher: null or { Key.Length: 0 } };

    private static bool WaitsInRealTime(Body body, IMethodSymbol delay, MemberAccessExpressionSyntax access) =>
        !delay.Parameters.Any(p => RondoNames.BuiltIn(p.Type) == "TimeProvider") && !IsForEver(body, (access.Parent as InvocationExpressionSyntax)?.ArgumentList);

    // Zero and "infinite" take no time of any clock.
    private static bool IsForEver(Body body, ArgumentListSyntax? arguments) => arguments is { Arguments: [{ Expression: var length }, ..] }
        && (body.Model.GetConstantValue(length, body.Stop) is { HasValue: true, Value: 0 or -1 }
            || length is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "InfiniteTimeSpan" or "Zero" });
}
