using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Wire;
using Rondo.Engine.Worker;

namespace Rondo.Engine.Tests.Worker;

[TestClass]
public sealed class RecyclingTests
{
    private const long Mib = 1024 * 1024;

    [TestMethod]
    public void After_so_many_cases_it_is_due_and_stays_so()
    {
        var recycling = new Recycling(3, 0);
        var due = new List<bool>();

        for (var i = 0; i < 5; i++)
        {
            recycling.Finished(() => throw new InvalidOperationException("Memory does not count."));
            due.Add(recycling.IsDue);
        }

        Assert.AreSequenceEqual([false, false, true, true, true], due);
    }

    [TestMethod]
    public void Above_so_much_memory_it_is_due_and_stays_so_when_it_shrinks()
    {
        var recycling = new Recycling(0, 100 * Mib);
        var due = new List<bool>();

        foreach (var mib in new[] { 99, 100, 101, 50 })
        {
            recycling.Finished(() => mib * Mib);
            due.Add(recycling.IsDue);
        }

        Assert.AreSequenceEqual([false, false, true, true], due);
    }

    [TestMethod]
    public void Whichever_comes_first_counts()
    {
        var byMemory = new Recycling(10, 1);
        var byCount = new Recycling(1, long.MaxValue);

        byMemory.Finished(() => 2);
        byCount.Finished(() => 2);

        Assert.IsTrue(byMemory.IsDue);
        Assert.IsTrue(byCount.IsDue);
    }

    [TestMethod]
    public void Without_options_there_is_nothing_to_ask() => Assert.IsNull(Recycling.Of(new WorkerOptions { RunId = "r", Worker = 0, TempRoot = "" }));
}
