using Microsoft.CodeAnalysis;
using Rondo.Generator.Model;
using Rondo.Generator.Reading;

namespace Rondo.Generator.Analyzers;

/// <summary>Marks where they have a meaning, and with values that make sense.</summary>
internal static class MarkRules
{
    public static void Check(INamedTypeSymbol type, Compilation compilation, Action<Diagnostic> report)
    {
        var attributes = type.GetAttributes();
        MarkSet? wider = null;
        if (attributes.Length > 0) Check(attributes, type.Name, Wider(), type, report);
        foreach (var member in type.GetMembers())
        {
            if (member is not IMethodSymbol method || method.IsImplicitlyDeclared) continue;
            var marks = method.GetAttributes();
            if (marks.Length == 0) continue;
            CheckMethod(method, report);
            if (RondoNames.Has(method, RondoNames.Test)) Check(marks, method.Name, MarkReader.Read(marks).Over(Wider()), method, report);
        }

        MarkSet Wider() => wider ??= MarkReader.ReadWithBases(type).Over(MarkReader.Read(compilation.Assembly.GetAttributes()));
    }

    /// <summary>Values of marks, wherever they stand.</summary>
    /// <param name="marks">The marks of one declaration.</param>
    /// <param name="on">Its name.</param>
    /// <param name="all">The marks that hold there, these and wider ones.</param>
    /// <param name="symbol">The declaration.</param>
    /// <param name="report">Receives what is wrong.</param>
    public static void Check(IEnumerable<AttributeData> marks, string on, MarkSet all, ISymbol symbol, Action<Diagnostic> report)
    {
        var backend = all.Backend;
        var dispatcher = backend != "ThreadPool" && all.Dispatcher is { Key.Length: > 0 };
        foreach (var mark in marks)
        {
            var name = RondoNames.Mark(mark);
            if (name == "TimeoutAttribute" && mark.ConstructorArguments is [{ Value: int milliseconds }] && milliseconds < 100 && milliseconds != 0)
                report(Diagnostics.ShortTimeout(milliseconds).At(MethodRules.At(mark, symbol)));
            else if (name == "BlockingWaitsAttribute" && backend == "ThreadPool")
                report(Diagnostics.MarkOnThreadPool("BlockingWaits", on, "there is no loop thread to watch").At(MethodRules.At(mark, symbol)));
            else if (name == "VirtualTimeAttribute" && backend == "ThreadPool")
                report(Diagnostics.MarkOnThreadPool("VirtualTime", on, "nobody can know when nothing runs").At(MethodRules.At(mark, symbol)));
            else if (name is "VirtualTimeAttribute" or "MainThreadAttribute" && dispatcher)
                report(Diagnostics.MarkOnDispatcher(RondoNames.Written(name), on, name == "MainThreadAttribute" ? "the code runs on the dispatcher's thread" : "nobody knows when somebody else's dispatcher has nothing to do").At(MethodRules.At(mark, symbol)));
            else if (name == "LoopAttribute" && DispatcherRules.Check(mark, symbol) is { } wrong)
                report(wrong.Problem.At(wrong.At));
            else if (name == "VirtualTimeAttribute" && symbol is IMethodSymbol { ReturnsVoid: true })
                report(Diagnostics.MarkOnSynchronousTest("VirtualTime", on).At(MethodRules.At(mark, symbol)));
            else if (name == "VirtualTimeAttribute" && MarkReader.Start(mark) is { } start && MarkReader.Moment(start) is null)
                report(Diagnostics.NoTime(start).At(MethodRules.At(mark, symbol)));
            else if (name == "CooperativeAttribute") CheckCooperative(mark);
        }

        void CheckCooperative(AttributeData mark)
        {
            if (MarkReader.Window(mark) is < 1 or > MarkReader.LargestWindow) report(Diagnostics.WindowOutOfRange(MarkReader.Window(mark), MarkReader.LargestWindow).At(MethodRules.At(mark, symbol)));
            else if (backend == "ThreadPool") report(Diagnostics.MarkOnThreadPool("Cooperative", on, "tests overlap on the thread of the loop, and there is none").At(MethodRules.At(mark, symbol)));
            else if (symbol is IMethodSymbol { ReturnsVoid: true }) report(Diagnostics.MarkOnSynchronousTest("Cooperative", on).At(MethodRules.At(mark, symbol)));
            else if (marks.Any(other => RondoNames.Mark(other) == "SerialAttribute")) report(Diagnostics.SerialAndCooperative(on).At(MethodRules.At(mark, symbol)));
        }
    }

    private static void CheckMethod(IMethodSymbol method, Action<Diagnostic> report)
    {
        var isTest = RondoNames.Has(method, RondoNames.Test);
        var isFixture = RondoNames.Has(method, RondoNames.Fixture);
        if (method.MethodKind != MethodKind.Ordinary)
        {
            if (!isTest && !isFixture) return;
            var what = method.MethodKind switch
            {
                MethodKind.PropertyGet or MethodKind.PropertySet => "the accessor of a property",
                MethodKind.ExplicitInterfaceImplementation => "an explicit interface implementation",
                MethodKind.UserDefinedOperator or MethodKind.Conversion => "an operator",
                _ => "no ordinary method",
            };
            report(Diagnostics.WrongPlace(method.Name, isTest ? "Test" : "Fixture", what).At(MethodRules.At(method)));
            return;
        }

        if (isTest || isFixture) return;
        var overridesTest = OverridesTest(method);
        foreach (var attribute in method.GetAttributes())
        {
            if (RondoNames.Mark(attribute) is not { } name || !(RondoNames.OnlyForTests.ContainsKey(name) || name == "LoopAttribute")) continue;
            if (overridesTest && name is not (RondoNames.Case or RondoNames.CasesFrom)) continue;
            report(Diagnostics.MarkWithoutTest(RondoNames.Written(name), method.Name).At(MethodRules.At(attribute, method)));
        }
    }

    private static bool OverridesTest(IMethodSymbol method)
    {
        for (var root = method.OverriddenMethod; root is not null; root = root.OverriddenMethod)
        {
            if (RondoNames.Has(root, RondoNames.Test)) return true;
        }

        return false;
    }
}
