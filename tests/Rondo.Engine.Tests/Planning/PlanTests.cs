using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Planning;

namespace Rondo.Engine.Tests.Planning;

[TestClass]
public sealed class PlanTests
{
    [TestMethod]
    public void The_hash_says_which_cases_there_are_and_in_which_order()
    {
        string[][] plans = [[], [""], ["", ""], ["a"], ["b"], ["a", "b"], ["b", "a"], ["ab"], ["a", "b", ""], ["", "a", "b"], ["\0", "a"], ["ä"], ["\u00e4", "\ud83d\ude00"]];

        var hashes = plans.Select(ids => PlanOf(ids).Hash).ToList();

        CollectionAssert.AllItemsAreUnique(hashes);
        foreach (var hash in hashes) Assert.MatchesRegex("^[0-9a-f]{32}$", hash);
        CollectionAssert.AreEqual(hashes, plans.Select(ids => PlanOf(ids).Hash).ToList());
    }

    [TestMethod]
    public void The_hash_is_the_same_in_every_process() => Assert.AreEqual("9ca066f1a4ab2eea0ff2e69699c4857e", new Plan([]).Hash);

    [TestMethod]
    public void Many_plans_that_differ_in_one_letter_have_many_hashes()
    {
        var hashes = new HashSet<string>();
        var halves = new HashSet<string>();

        for (var i = 0; i < 20_000; i++)
        {
            var hash = PlanOf("Shop.Tests.First", $"Shop.Tests.Case{i}", "Shop.Tests.Last").Hash;
            hashes.Add(hash);
            halves.Add("first half " + hash[..16]);
            halves.Add("second half " + hash[16..]);
        }

        Assert.HasCount(20_000, hashes);
        Assert.HasCount(40_000, halves);
    }

    private static Plan PlanOf(params string[] ids)
    {
        var test = Sample.Catalog(Sample.Table("class|N|T|F.cs|1", "test|A|2|sync")).Classes[0].Tests[0];
        return new Plan([.. ids.Select((id, i) => new PlannedCase(new CaseIndex(i), id, id, test, CaseKey.NoArguments, Marks.None))]);
    }
}
