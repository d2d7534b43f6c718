using System.Text;
using Rondo.Engine.Control;
using Rondo.Engine.Planning;
using Rondo.Engine.Report;
using Rondo.Engine.Worker;

namespace Rondo.Engine.Hosting;

/// <summary>The text of <c>--setup-plan</c>: what one worker that ran the plan in its order would set up and tear down. It knows both sides: the order of setup is the worker's, the end of a scope the controller's.</summary>
internal static class SetupPlan
{
    public static string Of(Plan plan, TestCatalog catalog)
    {
        var text = new StringBuilder();
        var up = new List<(FixtureDefinition Fixture, string Instance)>();
        var counts = new ScopeCounts(plan, catalog);
        foreach (var planned in plan.Cases)
        {
            var runs = planned.Marks.Skip is null && planned.Key.Error is null;
            foreach (var key in runs ? FixtureTree.Order(catalog, planned.Test) : [])
            {
                var fixture = catalog.Fixture(key);
                var instance = fixture.Scope switch
                {
                    FixtureScope.Test => planned.Id,
                    FixtureScope.Class => planned.Test.Class.FullName,
                    FixtureScope.Namespace => fixture.Namespace,
                    _ => "",
                };
                if (up.Contains((fixture, instance))) continue;
                up.Add((fixture, instance));
                Line(SetupText.Step(fixture.Scope, key, isTeardown: false));
            }

            Line(SetupText.Test(planned.Id) + (runs ? "" : " (does not run)"));
            TearDown(FixtureScope.Test, planned.Id);
            foreach (var (scope, name) in counts.Finished(planned)) TearDown(scope, name);
        }

        TearDown(FixtureScope.Worker, "");
        TearDown(FixtureScope.Run, "");
        return text.ToString();

        void TearDown(FixtureScope scope, string instance)
        {
            for (var i = up.Count - 1; i >= 0; i--)
            {
                if (up[i].Fixture.Scope != scope || up[i].Instance != instance) continue;
                Line(SetupText.Step(scope, up[i].Fixture.Key, isTeardown: true));
                up.RemoveAt(i);
            }
        }

        void Line(string line) => text.Append(line).Append('\n');
    }
}
