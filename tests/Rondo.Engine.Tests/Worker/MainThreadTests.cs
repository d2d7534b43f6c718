using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Results;

namespace Rondo.Engine.Tests.Worker;

/// <summary>[MainThread] in a host whose pump is not on the process's main thread; the rest is in tests/projects/MainThread.</summary>
[TestClass]
[DoNotParallelize]
public sealed class MainThreadTests
{
    [TestMethod]
    public void Without_a_main_thread_a_marked_test_fails_and_its_neighbour_runs()
    {
        var catalog = new WrittenCatalog();
        catalog.Class("Marked", more: "main=1").Sync("A", _ => { });
        catalog.Class("Free").Sync("B", _ => { });
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        var failed = (Outcome.Failed)bench.Results["N.Marked.A"].Outcome;
        Assert.Contains("RND3011", failed.Failure.Message);
        Assert.IsInstanceOfType<Outcome.Passed>(bench.Results["N.Free.B"].Outcome);
    }
}
