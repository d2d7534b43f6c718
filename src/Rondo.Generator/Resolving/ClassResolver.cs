using Rondo.Generator.Model;

namespace Rondo.Generator.Resolving;

/// <summary>What one parameter of a generated call is given.</summary>
/// <param name="Binding">As it stands in the catalog; null for an argument of a case.</param>
/// <param name="IsOmitted">The call leaves it out.</param>
internal readonly record struct Bound(string? Binding, bool IsOmitted);

/// <param name="Parameters">One for each parameter of the test.</param>
/// <param name="AutoUse">Keys of instance fixtures that only this test can use, in classes that also have static tests.</param>
internal sealed record ResolvedTest(TestModel Model, EquatableArray<Bound> Parameters, EquatableArray<string> AutoUse, string? Broken);

/// <summary>A test class with everything bound: all the writer needs.</summary>
internal sealed record ResolvedClass(TestClassModel Model, EquatableArray<Bound> Constructor, EquatableArray<string> AutoUse, EquatableArray<ResolvedTest> Tests);

/// <summary>Binds the parameters of a class's tests and of its constructor.</summary>
internal static class ClassResolver
{
    /// <summary>Where a problem stands: the position of the test, or -1 for the constructor; and of its parameter, or -1 for the method.</summary>
    public delegate void Report(int test, int parameter, Problem problem);

    public static ResolvedClass Resolve(TestClassModel model, FixtureTable table, Report? report = null)
    {
        var broken = model.Broken;
        var constructor = new List<Bound>();
        if (broken is null && model.Constructor is { } parameters)
        {
            for (var i = 0; i < parameters.Count; i++)
            {
                var need = table.Find($"The constructor of '{model.TypeName}'", parameters[i], model.Place, null);
                if (need.Fixture is { } fixture && table.PathTo(fixture, f => !f.Fixture.IsStatic) is { } path)
                    need = need with { Problem = Diagnostics.ConstructorNeedsInstance(model.TypeName, string.Join(" → ", path.Select(e => e.Fixture.Name))) };
                if (need.Problem is { } problem)
                {
                    broken ??= problem.Text;
                    report?.Invoke(-1, i, problem);
                }

                constructor.Add(new Bound(need.Binding, need.Binding is null));
            }
        }

        var auto = table.AutoUse(model.Place);
        var allInstance = model.Tests.All(t => !t.IsStatic);
        var forAll = auto.Where(e => allInstance || e.Fixture.IsStatic).Select(e => e.Key);
        var forInstance = EquatableArray.Of(auto.Where(e => !allInstance && !e.Fixture.IsStatic).Select(e => e.Key));

        var tests = new List<ResolvedTest>();
        for (var t = 0; t < model.Tests.Count; t++) tests.Add(ResolveTest(t, model.Tests[t], model, table, forInstance, broken, report));
        return new ResolvedClass(model with { Broken = broken, Borrowed = EquatableArray<HolderModel>.Empty }, EquatableArray.Of(constructor.Select(b => b)), EquatableArray.Of(forAll), EquatableArray.Of(tests));
    }

    private static ResolvedTest ResolveTest(
        int position, TestModel test, TestClassModel model, FixtureTable table, EquatableArray<string> autoOfInstances, string? classBroken, Report? report)
    {
        var broken = classBroken ?? test.Broken;
        var bound = new List<Bound>();
        if (test.Broken is null && model.Broken is null)
        {
            for (var i = 0; i < test.Parameters.Count; i++)
            {
                if (test.IsArgument(i))
                {
                    bound.Add(default);
                    continue;
                }

                var who = test.IsInherited ? $"Test '{test.Name}', which '{model.TypeName}' inherits," : $"Test '{test.Name}'";
                var need = table.Find(who, test.Parameters[i], model.Place, null);
                if (test.IsStatic && need.Fixture is { } fixture && table.PathTo(fixture, f => !f.Fixture.IsStatic) is { } path)
                    need = need with { Problem = Diagnostics.StaticNeedsInstance(test.Name, string.Join(" → ", path.Select(e => e.Fixture.Name))) };
                if (need.Problem is { } problem)
                {
                    broken ??= problem.Text;
                    report?.Invoke(position, i, problem);
                }

                bound.Add(new Bound(need.Binding, need.Binding is null));
            }
        }

        return new ResolvedTest(test, EquatableArray.Of(bound), test.IsStatic ? EquatableArray<string>.Empty : autoOfInstances, broken);
    }
}
