using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Planning;
using Rondo.Engine.Tests.Control;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Tests.Planning;

[TestClass]
public sealed class CaseOverridesTests
{
    private static readonly TestCatalog s_catalog = Simulation.CatalogOf(["Adds", "Removes"], ["Pays"]);

    [TestMethod]
    public void The_first_override_that_says_something_counts_setting_by_setting()
    {
        var plan = Applied(
            new CaseOverride("Adds", null) { Retries = 3 },
            new CaseOverride("Adds or Pays", null) { Retries = 9, TestTimeoutMs = 500 },
            new CaseOverride("Pays", null) { Isolation = Isolation.Test });

        Assert.AreEqual((3, 500, (Isolation?)null), Of(plan, "Adds"));
        Assert.AreEqual((9, 500, (Isolation?)Isolation.Test), Of(plan, "Pays"));
        Assert.AreEqual(((int?)null, (int?)null, (Isolation?)null), Of(plan, "Removes"));
    }

    [TestMethod]
    public void Names_and_tags_must_agree()
    {
        var plan = Applied(new CaseOverride("Adds", "slow") { Retries = 3 });

        Assert.IsNull(Of(plan, "Adds").Retries);
    }

    [TestMethod]
    public void Cases_stay_the_same_and_without_overrides_so_does_the_plan()
    {
        var plan = PlanBuilder.Build(s_catalog, _ => null);

        Assert.AreSame(plan, CaseOverrides.Apply(plan, []));
        Assert.AreEqual(plan.Hash, CaseOverrides.Apply(plan, [new CaseOverride("Adds", null) { Retries = 3 }]).Hash);
    }

    [TestMethod]
    public void They_cross_the_wire_whole()
    {
        CaseOverride[] overrides = [new("a and not b", null) { Retries = 0 }, new(null, "slow") { TestTimeoutMs = 0, Isolation = Isolation.Class }];
        var message = new Message.Welcome(new WorkerOptions { RunId = "r", Worker = 0, TempRoot = "/t", Overrides = overrides });

        var read = (Message.Welcome)FrameCodec.Decode(FrameCodec.Encode(message));

        CollectionAssert.AreEqual(overrides, read.Options.Overrides.ToArray());
    }

    private static Plan Applied(params CaseOverride[] overrides) => CaseOverrides.Apply(PlanBuilder.Build(s_catalog, _ => null), overrides);

    private static (int? Retries, int? TimeoutMs, Isolation? Isolation) Of(Plan plan, string name)
    {
        var marks = plan.Cases.Single(c => c.Id.EndsWith(name, StringComparison.Ordinal)).Marks;
        return (marks.Retry, marks.TimeoutMs, marks.Isolation);
    }
}
