using Rondo.Generator.Model;
using Rondo.Generator.Reading;

namespace Rondo.Generator.Analyzers;

/// <summary>Marks where they have a meaning, and with values that make sense.</summary>
internal static class MarkRules
{
    public static void Check(INamedTypeSymbol type, Compilation compilation, Action<Diagnostic> report)
    {
        var attributes = type.GetAttributes();
        MarkSet? known = null;
        if (attributes.Length > 0) Check(attributes, type.Name, OfType(), type, report);
        foreach (var member in type.GetMembers())
        {
            if (member is not IMethodSymbol method || method.IsImplicitlyDeclared) continue;
            var marks = method.GetAttributes();
            CheckValues(method, report);
            if (marks.Length == 0) continue;
            CheckMethod(method, report);
            if (RondoNames.Has(method, RondoNames.Test)) Check(marks, method.Name, MarkReader.Read(marks, compilation.Assembly).Over(OfType()), method, report);
        }

        MarkSet OfType() => known ??= MarkReader.ReadWithBases(type).Over(MarkReader.Read(compilation.Assembly.GetAttributes(), compilation.Assembly));
    }

    /// <summary>Values of marks, wherever they stand.</summary>
    /// <param name="marks">The marks of one declaration.</param>
    /// <param name="on">Its name.</param>
    /// <param name="inForce">The marks that hold there, wider ones included.</param>
    /// <param name="symbol">The declaration.</param>
    /// <param name="report">Receives what is wrong.</param>
    public static void Check(IEnumerable<AttributeData> marks, string on, MarkSet inForce, ISymbol symbol, Action<Diagnostic> report)
    {
        var hasDispatcher = !inForce.RunsOnPool && inForce.Dispatcher is { Key.Length: > 0 };
        foreach (var mark in marks)
        {
            var name = RondoNames.Mark(mark);
            if (name == "TimeoutAttribute" && mark.ConstructorArguments is [{ Value: int milliseconds }] && milliseconds < 100 && milliseconds != 0)
                report(Diagnostics.ShortTimeout(milliseconds).At(MethodRules.At(mark, symbol)));
            else if (name is not null && inForce.RunsOnPool && WhyNotOnPool(name) is { } why)
                report(Diagnostics.MarkOnThreadPool(RondoNames.Written(name), on, why, isMatrix: inForce.Matrix.Count > 0).At(MethodRules.At(mark, symbol)));
            else if (name is "VirtualTimeAttribute" or "ExploreAttribute" or "MainThreadAttribute" && hasDispatcher)
                report(Diagnostics.MarkOnDispatcher(RondoNames.Written(name), on, name == "MainThreadAttribute" ? "the code runs on the dispatcher's thread" : "nobody knows when somebody else's dispatcher has nothing to do").At(MethodRules.At(mark, symbol)));
            else if (name is "VirtualTimeAttribute" or "ExploreAttribute" or "LoopMatrixAttribute" && symbol is IMethodSymbol { ReturnsVoid: true })
                report(Diagnostics.MarkOnSynchronousTest(RondoNames.Written(name), on).At(MethodRules.At(mark, symbol)));
            else if (name == "ExploreAttribute" && inForce.Loop is { } scope and not "Test")
                report(Diagnostics.ExploredOnSharedLoop(on, scope).At(MethodRules.At(mark, symbol)));
            else if (name == "ExploreAttribute")
                CheckBudget(mark, symbol, report);
            else if (name == "LoopMatrixAttribute")
                CheckMatrix(mark, on, symbol, report);
            else if (name == "LoopAttribute" && DispatcherRules.Check(mark, symbol) is { } wrong)
                report(wrong.Problem.At(wrong.At));
            else if (name == "VirtualTimeAttribute" && MarkReader.Start(mark) is { } start && MarkReader.Moment(start) is null)
                report(Diagnostics.NoTime(start).At(MethodRules.At(mark, symbol)));
            else if (name == "CooperativeAttribute") CheckCooperative(mark);
            else if (name == "SkipUnlessAttribute" && ConditionRules.Check(mark, symbol, symbol as IAssemblySymbol ?? symbol.ContainingAssembly) is { } unasked)
                report(unasked.Problem.At(unasked.At));
            else if (name == "ResourceLockAttribute" && LockProblem(mark) is { } problem) report(problem.At(MethodRules.At(mark, symbol)));
            else if (name is "RetryAttribute" or "RepeatAttribute" && mark.ConstructorArguments is [{ Value: int times }]) CheckTimes(mark, name == "RetryAttribute", times);
        }

        void CheckTimes(AttributeData mark, bool isRetry, int times)
        {
            var at = MethodRules.At(mark, symbol);
            if (isRetry ? times is < 0 or > MarkReader.MostRetries : times is < 1 or > MarkReader.MostRepetitions) report((isRetry ? Diagnostics.Retries(times) : Diagnostics.Repetitions(times)).At(at));
            else if (isRetry && times > 0 && marks.Any(other => RondoNames.Mark(other) == "ExpectedFailureAttribute")) report(Diagnostics.RetryBeside("ExpectedFailure", on, "A retry wants the test to pass in the end; an expected failure wants it to fail.").At(at));
            else if (isRetry && times > 0 && marks.Any(other => RondoNames.Mark(other) == "ExploreAttribute")) report(Diagnostics.RetryBeside("Explore", on, "An explored test fails because of one order of its strands, which stays a failure however the others end, so it is never run again.").At(at));
        }

        void CheckCooperative(AttributeData mark)
        {
            if (MarkReader.Window(mark) is < 1 or > MarkReader.LargestWindow) report(Diagnostics.WindowOutOfRange(MarkReader.Window(mark), MarkReader.LargestWindow).At(MethodRules.At(mark, symbol)));
            else if (inForce.RunsOnPool) report(Diagnostics.MarkOnThreadPool("Cooperative", on, "tests overlap on the thread of the loop, and there is none", isMatrix: inForce.Matrix.Count > 0).At(MethodRules.At(mark, symbol)));
            else if (symbol is IMethodSymbol { ReturnsVoid: true }) report(Diagnostics.MarkOnSynchronousTest("Cooperative", on).At(MethodRules.At(mark, symbol)));
            else if (marks.Any(other => RondoNames.Mark(other) == "SerialAttribute")) report(Diagnostics.SerialAndCooperative(on).At(MethodRules.At(mark, symbol)));
        }
    }

    /// <summary>What is wrong with a lock; null if nothing is.</summary>
    public static Problem? LockProblem(AttributeData resourceLock) => resourceLock.ConstructorArguments switch
    {
        [{ Value: not string }, ..] => Diagnostics.Lock("names no resource"),
        [{ Value: string key }, ..] when key.Trim().Length == 0 => Diagnostics.Lock("names no resource"),
        [_, { Kind: TypedConstantKind.Enum } mode] when MarkReader.EnumMember(mode) is null => Diagnostics.Lock("has a mode that does not exist"),
        _ => null,
    };

    private static string? WhyNotOnPool(string mark) => mark switch
    {
        "BlockingWaitsAttribute" => "there is no loop thread to watch",
        "VirtualTimeAttribute" => "nobody can know when nothing runs",
        "ExploreAttribute" => "its threads go on in an order that nobody chooses",
        _ => null,
    };

    private static void CheckBudget(AttributeData explore, ISymbol symbol, Action<Diagnostic> report)
    {
        foreach (var name in new[] { "Schedules", "TimeMs" })
        {
            if (MarkReader.Number(explore, name) is { } number && number < 1) report(Diagnostics.NoBudget(name, number).At(MethodRules.At(explore, symbol)));
        }
    }

    private static void CheckMatrix(AttributeData matrix, string on, ISymbol symbol, Action<Diagnostic> report)
    {
        var backends = MarkReader.Matrix(matrix);
        if (backends.Contains(null)) report(Diagnostics.Matrix(on, "names a backend that does not exist").At(MethodRules.At(matrix, symbol)));
        else if (backends.Count < 2) report(Diagnostics.Matrix(on, backends.Count == 0 ? "names no backend" : "names only one backend, '" + backends[0] + "'").At(MethodRules.At(matrix, symbol)));
        else if (backends.GroupBy(b => b).FirstOrDefault(b => b.Count() > 1) is { } twice) report(Diagnostics.Matrix(on, "names '" + twice.Key + "' more than once").At(MethodRules.At(matrix, symbol)));
        if (symbol.GetAttributes().FirstOrDefault(m => RondoNames.Mark(m) == "LoopAttribute" && (MarkReader.Backend(m) is not null || MarkReader.DispatcherType(m) is not null)) is { } loop)
            report(Diagnostics.MatrixBesideBackend(on, MarkReader.DispatcherType(loop) is null ? "Backend" : "Dispatcher").At(MethodRules.At(matrix, symbol)));
    }

    // Those of fixtures are found where fixtures are read.
    private static void CheckValues(IMethodSymbol method, Action<Diagnostic> report)
    {
        foreach (var parameter in method.Parameters)
        {
            if (RondoNames.Find(parameter, RondoNames.Values) is not { } values || RondoNames.Has(method, RondoNames.Test) || RondoNames.Has(method, RondoNames.Fixture)) continue;
            var who = method.MethodKind == MethodKind.Constructor ? $"The constructor of '{method.ContainingType.Name}'" : $"'{method.Name}'";
            var advice = method.MethodKind == MethodKind.Constructor ? "Constructors are given fixtures: write one with a [Case] for each value." : "Write [Test] on the method, or remove [Values].";
            report(Diagnostics.ValuesWithoutTest(parameter.Name, who, advice).At(MethodRules.At(values, parameter)));
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
            if (RondoNames.Mark(attribute) is not { } name || !(RondoNames.OnlyForTests.ContainsKey(name) || name is "LoopAttribute" or "ResourceLockAttribute")) continue;
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
