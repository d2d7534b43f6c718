using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Results;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Tests.Worker;

/// <summary>The corners of subtests: what users see is in tests/projects/PartsOfTests.</summary>
[TestClass]
[DoNotParallelize]
public sealed class PartsTests
{
    // The numbers are those of the cases in the list of what other frameworks' users rely on.

    [TestMethod]
    public void U1_a_failed_part_fails_a_test_that_itself_passes()
    {
        var result = Run(subtests => subtests.Run("one", Throw));

        Assert.IsTrue(result.OnlyPartsFailed());
        Assert.AreEqual("1 of 1 part failed: one.", result.Outcome.FailureOrNull!.Message);
        Assert.Contains("boom", Assert.ContainsSingle(result.Parts).Outcome.FailureOrNull!.Message);
    }

    [TestMethod]
    public void U1_a_failure_of_the_test_itself_is_kept()
    {
        var result = Run(subtests =>
        {
            subtests.Run("one", Throw);
            throw new FormatException("own");
        });

        Assert.IsFalse(result.OnlyPartsFailed());
        Assert.AreEqual("own", result.Outcome.FailureOrNull!.Message);
        Assert.Contains("1 of 1 part failed: one.", result.Notes);
    }

    [TestMethod]
    public void U2_a_skipped_part_skips_itself_only()
    {
        var result = Run(subtests =>
        {
            Assert.IsFalse(subtests.Run("one", () => Skip.Because("no")));
            Assert.IsTrue(subtests.Run("two", () => { }));
        });

        Assert.AreEqual("one Skipped, two Passed", Parts(result));
        Assert.IsInstanceOfType<Outcome.Passed>(result.Outcome);
    }

    [TestMethod]
    public void U3_nested_parts_are_listed_beside_each_other_with_readable_names()
    {
        var result = Run(subtests =>
        {
            subtests.Run("outer", () =>
            {
                subtests.Run("inner", Throw);
                subtests.Run("inner", () => { });
            });
            subtests.Run("", () => { });
            subtests.Run("a/b \"c\"\n", () => { });
            subtests.Run(new string('x', 200), () => { });
        });

        Assert.StartsWith("outer Passed, outer/inner Failed, outer/inner#2 Passed, (unnamed) Passed, a\\/b \\u0022c\\u0022\\n Passed, xxxx", Parts(result));
        Assert.IsLessThan(90, result.Parts[^1].Name.Length);
    }

    [TestMethod]
    public void U4_output_of_overlapping_parts_is_their_own()
    {
        var result = RunAsync(async subtests =>
        {
            TaskCompletionSource begun = new(), go = new();
            var a = subtests.RunAsync("A", async () =>
            {
                Console.Write("begin A ");
                begun.SetResult();
                await go.Task;
                Console.Write("end A");
            });
            var b = subtests.RunAsync("B", async () =>
            {
                await begun.Task;
                Console.Write("begin B ");
                go.SetResult();
                await a;
                Console.Write("end B");
            });
            await Task.WhenAll(a, b);
            Console.Write("body");
        });

        Assert.AreEqual("begin A end A|begin B end B", string.Join('|', result.Parts.Select(p => p.Output)));
        Assert.AreEqual("body", result.Output);
    }

    [TestMethod]
    public void What_a_part_leaves_behind_writes_for_its_test()
    {
        var result = RunAsync(async subtests =>
        {
            TaskCompletionSource over = new();
            Task? left = null;
            await subtests.RunAsync("A", () =>
            {
                left = WriteLaterAsync();
                return Task.CompletedTask;
            });
            over.SetResult();
            await left!;

            async Task WriteLaterAsync()
            {
                await over.Task;
                Console.Write("later");
                TestContext.Current!.Output.Write(" and later");
            }
        });

        Assert.AreEqual("", result.Parts[0].Output);
        Assert.AreEqual("later and later", result.Output);
    }

    [TestMethod]
    public void A_part_in_a_teardown_is_refused()
    {
        var catalog = new WrittenCatalog().Use<string>("F", FixtureScope.Test, async (use, values) =>
        {
            await use("f");
            ((Subtests)values[0]!).Run("late", () => { });
        }, "#Subtests");
        catalog.Class("C").Test("T", _ => Task.CompletedTask, "F");
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.Contains("[RND3090]", bench.FailureOf("N.C.T").Message);
        Assert.IsEmpty(bench.Results["N.C.T"].Parts);
    }

    [TestMethod]
    public void A_body_that_fails_cancels_parts_that_still_run_and_waits_for_them()
    {
        var catalog = new WrittenCatalog();
        catalog.Class("C").Test("T", values =>
        {
            var stop = (CancellationToken)values[1]!;
            _ = ((Subtests)values[0]!).RunAsync("listens", () => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop));
            throw new FormatException("own");
        }, "#Subtests #CancellationToken");
        using var bench = new WorkerBench(catalog);

        var result = bench.RunAll().Results["N.C.T"];

        Assert.AreEqual("own", result.Outcome.FailureOrNull!.Message);
        Assert.AreEqual("listens Failed", Parts(result));
    }

    [TestMethod]
    public void Parts_that_ignore_the_end_of_the_time_are_known_with_their_test()
    {
        var never = new TaskCompletionSource();
        var catalog = new WrittenCatalog();
        catalog.Class("C").Test("T", values => ((Subtests)values[0]!).RunAsync("deaf", () => never.Task), "#Subtests", "timeout=50");
        using var bench = new WorkerBench(catalog, WorkerBench.Options with { Worker = -1 });

        bench.GivePlan();
        var result = bench.RunCase("N.C.T");

        Assert.IsInstanceOfType<Outcome.TimedOut>(result.Outcome);
        Assert.AreEqual("deaf TimedOut", Parts(result));
        Assert.Contains("1 of 1 part failed: deaf.", result.Notes);
    }

    [TestMethod]
    public void Of_a_test_that_never_ends_the_parts_are_told_before_its_worker_is_replaced()
    {
        using var never = new ManualResetEventSlim();
        var catalog = new WrittenCatalog();
        catalog.Class("C").Sync("T", values =>
        {
            ((Subtests)values[0]!).Run("quick", () => { });
            ((Subtests)values[0]!).Run("deaf", never.Wait);
        }, "#Subtests", "timeout=50");
        using var bench = new WorkerBench(catalog);
        bench.GivePlan();

        bench.Assign("N.C.T");
        bench.Await<Message.Stuck>();
        never.Set();

        Assert.AreEqual("quick Passed, deaf TimedOut", string.Join(", ", bench.Said.OfType<Message.PartEnded>().Select(p => p.Part.Name + " " + p.Part.Outcome.GetType().Name)));
    }

    [TestMethod]
    public void A_stopped_run_counts_no_part_as_failed()
    {
        var begun = new TaskCompletionSource();
        var catalog = new WrittenCatalog();
        catalog.Class("C").Test("T", values => ((Subtests)values[0]!).RunAsync("listens", () =>
        {
            begun.SetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, (CancellationToken)values[1]!);
        }), "#Subtests #CancellationToken");
        using var bench = new WorkerBench(catalog);
        bench.GivePlan();

        bench.Assign("N.C.T");
        Assert.IsTrue(begun.Task.Wait(TimeSpan.FromSeconds(30), CancellationToken.None));
        bench.Tell(new Message.CancelRunning("enough"));
        var result = bench.Await<Message.Finished>().Result;

        Assert.IsInstanceOfType<Outcome.NotRun>(result.Outcome);
        Assert.AreEqual("listens NotRun", Parts(result));
    }

    [TestMethod]
    public void With_the_stop_at_the_first_failure_no_part_begins_after_it()
    {
        var log = WorkerBench.NewLog();
        var result = Run(subtests =>
        {
            subtests.Run("one", Throw);
            log.Enqueue("between");
            subtests.Run("two", () => log.Enqueue("two"));
            log.Enqueue("after");
        }, WorkerBench.Options with { StopsAtFirst = true });

        Assert.IsTrue(result.OnlyPartsFailed());
        Assert.AreEqual("between", string.Join(' ', log));
    }

    [TestMethod]
    public void Each_part_is_told_when_it_ends()
    {
        var catalog = new WrittenCatalog();
        catalog.Class("C").Sync("T", values => ((Subtests)values[0]!).Run("one", () => Console.Write("hello")), "#Subtests");
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        var told = Assert.ContainsSingle(bench.Said.OfType<Message.PartEnded>());
        Assert.AreEqual("one", told.Part.Name);
        Assert.AreEqual("hello", told.Part.Output);
        Assert.IsLessThan(bench.Said.FindIndex(m => m is Message.Finished), bench.Said.IndexOf(told));
    }

    [TestMethod]
    public void Parts_from_many_threads_are_all_known()
    {
        var result = RunAsync(subtests => Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() => subtests.RunAsync("p", async () =>
        {
            await Task.Yield();
            Console.Write(i);
            if (i % 10 == 0) Throw();
        })))));

        Assert.HasCount(200, result.Parts);
        Assert.AreEqual(200, result.Parts.Select(p => p.Name).Distinct().Count());
        Assert.AreEqual(200, result.Parts.Select(p => p.Output).Distinct().Count());
        Assert.AreEqual(20, result.Parts.Count(p => p.HasFailed));
        Assert.StartsWith("20 of 200 parts failed: p", result.Outcome.FailureOrNull!.Message);
    }

    private static void Throw() => throw new InvalidOperationException("boom");

    private static string Parts(CaseResult result) => string.Join(", ", result.Parts.Select(p => p.Name + " " + p.Outcome.GetType().Name));

    private static CaseResult Run(Action<Subtests> body, WorkerOptions? options = null)
    {
        var catalog = new WrittenCatalog();
        catalog.Class("C").Sync("T", values => body((Subtests)values[0]!), "#Subtests");
        using var bench = new WorkerBench(catalog, options);
        return bench.RunAll().Results["N.C.T"];
    }

    private static CaseResult RunAsync(Func<Subtests, Task> body)
    {
        var catalog = new WrittenCatalog();
        catalog.Class("C").Test("T", values => body((Subtests)values[0]!), "#Subtests");
        using var bench = new WorkerBench(catalog);
        return bench.RunAll().Results["N.C.T"];
    }
}
