using Rondo.Engine.Results;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Tests.Worker;

/// <summary>How data sources are read: lazily, within limits, and with bounded memory.</summary>
[TestClass]
[DoNotParallelize]
public sealed class RowReaderTests
{
    [TestMethod]
    public void A_long_source_is_read_as_far_as_needed_and_its_old_values_are_let_go()
    {
        var (opened, closed, made) = (0, 0, new List<WeakReference>());
        IEnumerable<object> Numbers()
        {
            opened++;
            try
            {
                for (var i = 0; i < 20_000; i++)
                {
                    object value = new Number(i);
                    made.Add(new WeakReference(value));
                    yield return value;
                }
            }
            finally
            {
                closed++;
            }
        }

        var log = WorkerBench.NewLog();
        var catalog = new WrittenCatalog().Class("C").Rows("R", () => Rondo.Catalog.RowSource.Of(Numbers(), n => [n]), values => Task.Run(() => log.Enqueue(values[0]!.ToString()!))).End();
        using var bench = new WorkerBench(catalog);
        bench.GivePlan();
        Assert.AreEqual(20_000, made.Count);
        made.Clear();

        bench.RunCase("N.C.R(Number 15000)");
        Assert.AreEqual(15_001, made.Count);
        GC.Collect();
        Assert.IsLessThan(6_000, made.Count(m => m.IsAlive));
        bench.RunCase("N.C.R(Number 15001)");
        bench.RunCase("N.C.R(Number 14999)");
        Assert.AreEqual(2, opened);
        bench.RunCase("N.C.R(Number 7)");
        bench.RunCase("N.C.R(Number 15002)");
        bench.Finish();

        Assert.AreEqual("Number 15000 Number 15001 Number 14999 Number 7 Number 15002", string.Join(' ', log));
        Assert.IsTrue(bench.Results.Values.All(r => r.Outcome is Outcome.Passed));
        Assert.AreEqual(3, opened);
        Assert.AreEqual(3, closed);
    }

    [TestMethod]
    public void A_value_that_takes_forever_to_write_down_is_the_sources_fault()
    {
        using var never = new ManualResetEventSlim();
        var catalog = new WrittenCatalog().Class("C").Rows("R", () => Rondo.Catalog.RowSource.Of((IEnumerable<object>)[new Slow(never)], n => [n]), _ => Task.CompletedTask).End();
        using var bench = new WorkerBench(catalog, WorkerBench.Options with { RowsTimeoutMs = 100, CancelGraceMs = 50 });

        bench.Tell(new Message.ReadRows([0], [0]));

        Assert.Contains("RND3052", bench.Await<Message.Stuck>().Failure.Message);
        never.Set();
    }

    private sealed record Number(int Value)
    {
        public override string ToString() => "Number " + Value;
    }

    private sealed class Slow(ManualResetEventSlim until)
    {
        public override string ToString()
        {
            until.Wait(TimeSpan.FromSeconds(20));
            return "slow";
        }
    }
}
