using System.Globalization;
using System.Text.RegularExpressions;
using Rondo.Acceptance.Running;

namespace Rondo.Acceptance;

/// <summary>What a failed property shows brings it again.</summary>
[TestClass]
public sealed partial class Properties
{
    private const string Failing = "Sums.Is_below_a_thousand_and_seven";

    [TestMethod]
    [DataRow("-n 0")]
    [DataRow("-n 2")]
    public async Task The_seed_of_a_failed_property_brings_the_same_examples_again(string workers)
    {
        await using var first = await UserRun.StartAsync("Properties", [.. workers.Split(' '), "--filter-uid", Failing]);
        var found = (await first.EndAsync()).Case(Failing).Message;
        var seed = Seed().Match(found).Groups[1].Value;
        await using var second = await UserRun.StartAsync("Properties", [.. workers.Split(' '), "--filter-uid", Failing, "--seed", seed]);
        var again = (await second.EndAsync()).Case(Failing).Message;
        var another = (int.Parse(seed, CultureInfo.InvariantCulture) ^ 1).ToString(CultureInfo.InvariantCulture);
        await using var third = await UserRun.StartAsync("Properties", [.. workers.Split(' '), "--filter-uid", Failing, "--seed", another]);
        var different = (await third.EndAsync()).Case(Failing).Message;

        Assert.Contains("The property does not hold for [7].", found);
        Assert.AreEqual(found, again);
        Assert.AreNotEqual(found, different);
    }

    [GeneratedRegex(@"--seed (\d+)")]
    private static partial Regex Seed();
}
