using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Results;
using Rondo.Engine.Wire;
using Rondo.Loops;

namespace Rondo.Engine.Tests.Worker;

/// <summary>Explored tests, cases on several backends, and loops whose ready order a seed decides, on a real worker.</summary>
[TestClass]
[DoNotParallelize]
public sealed class ExploredBodyTests
{
    // Budgets are counted in schedules: no test depends on how fast the machine is.
    private const string Explored = "explore=1|exploreMs=600000";

    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _log = WorkerBench.NewLog();
    private int _balance;

    [TestMethod]
    public void A_planted_race_is_found_within_ten_schedules_and_told_with_the_schedule_that_shows_it()
    {
        var catalog = new WrittenCatalog();
        catalog.Class("C").Test("T", _ => LoseAsync(), more: Explored);
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        var result = bench.Results["N.C.T"];
        var failure = Assert.IsInstanceOfType<Outcome.Failed>(result.Outcome).Failure;
        var schedule = Assert.ContainsSingle(result.Properties);
        Assert.AreEqual(typeof(InvalidOperationException).FullName, failure.Type);
        Assert.MatchesRegex(@"^balance 1[12]0\nExplored (\d|10) schedules of \d strands, seed \d+; number (\d|10) failed\. The same order again: --schedule s1\.[-.x0-9]+\.$", failure.Message);
        Assert.AreEqual(CaseResult.ScheduleProperty, schedule.Key);
        Assert.Contains($"--schedule {schedule.Value}.", failure.Message);
        Assert.Contains(nameof(LoseAsync), failure.Stack!);
    }

    [TestMethod]
    public void The_schedule_of_a_failure_fails_the_same_way_whenever_it_is_replayed()
    {
        var schedule = ScheduleOf(WithServer(Explored), "N.C.T");

        for (var i = 0; i < 30; i++)
        {
            using var bench = new WorkerBench(WithServer(Explored), WorkerBench.Options with { Schedule = schedule });
            bench.RunAll();

            Assert.StartsWith("balance 1", bench.FailureOf("N.C.T").Message, $"replay {i} of {schedule}");
            Assert.Contains($"Replayed schedule {schedule}.", bench.FailureOf("N.C.T").Message);
            Assert.DoesNotContain("RND3074", bench.FailureOf("N.C.T").Message);
        }
    }

    [TestMethod]
    public void A_schedule_that_does_not_fit_any_more_is_a_failure_although_nothing_failed()
    {
        var catalog = new WrittenCatalog();
        catalog.Class("C").Test("T", async _ => await Task.Yield(), more: Explored).Test("Plain", _ => Task.CompletedTask);
        using var bench = new WorkerBench(catalog, WorkerBench.Options with { Schedule = "s1.0-1-7" });

        bench.RunAll();

        Assert.Contains("The schedule 's1.0-1-7' does not fit 'N.C.T' any more", bench.FailureOf("N.C.T").Message);
        Assert.Contains("[RND3074]", bench.FailureOf("N.C.T").Message);
        Assert.IsInstanceOfType<Outcome.Passed>(bench.OutcomeOf("N.C.Plain"));
    }

    [TestMethod]
    public void A_schedule_that_fits_and_does_not_fail_passes_and_says_so()
    {
        var catalog = new WrittenCatalog();
        catalog.Class("C").Test("T", _ => Task.WhenAll(StepAsync("a"), StepAsync("b")), more: Explored);
        using var bench = new WorkerBench(catalog, WorkerBench.Options with { Schedule = "fifo" });

        bench.RunAll();

        Assert.IsInstanceOfType<Outcome.Passed>(bench.OutcomeOf("N.C.T"));
        Assert.AreEqual("replayed schedule fifo: it does not fail.", bench.Results["N.C.T"].Output.Trim());
        Assert.HasCount(4, _log);
    }

    [TestMethod]
    public void A_test_that_passes_has_one_line_of_output_and_what_its_first_schedule_wrote()
    {
        var catalog = new WrittenCatalog();
        catalog.Class("C").Test("T", async _ =>
        {
            Console.WriteLine("from the body");
            await Task.WhenAll(StepAsync("a"), StepAsync("b"));
        }, more: Explored + "|schedules=5");
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        var result = bench.Results["N.C.T"];
        Assert.IsInstanceOfType<Outcome.Passed>(result.Outcome);
        Assert.MatchesRegex(@"^from the body\nexplored: 5 schedules of \d strands in [0-9.]+m?s: none failed[^\n]*\.\n$", result.Output);
        Assert.IsEmpty(result.Notes);
        Assert.IsEmpty(result.Properties);
    }

    [TestMethod]
    public void Of_a_failure_the_output_is_that_of_the_schedule_that_failed()
    {
        var runs = 0;
        var catalog = new WrittenCatalog();
        catalog.Class("C").Test("T", async _ =>
        {
            Console.WriteLine($"run {++runs}");
            await LoseAsync();
        }, more: Explored);
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        // The last: the schedule that people are told to run was run once before they were told.
        Assert.AreEqual($"run {runs}\n", bench.Results["N.C.T"].Output);
    }

    [TestMethod]
    public void A_test_without_anything_to_interleave_runs_once()
    {
        var catalog = new WrittenCatalog().Use<string>("F", FixtureScope.Test, async (use, _) => await use("f"));
        catalog.Class("C", create: _ => Note("instance")).On("T", async (_, _) =>
        {
            await Task.Yield();
            _log.Enqueue("body");
        }, "F", more: Explored);
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        CollectionAssert.AreEqual((string[])["instance", "body"], _log.ToArray());
        Assert.Contains("explored: 1 schedule of", bench.Results["N.C.T"].Output);
        Assert.Contains("all with at most two switches were run", bench.Results["N.C.T"].Output);
    }

    [TestMethod]
    public void What_a_test_has_for_itself_is_new_in_each_schedule_and_wider_fixtures_are_set_up_once()
    {
        var catalog = new WrittenCatalog()
            .Value("Wide", FixtureScope.Class, _ => Note("wide up"))
            .Use<string>("Own", FixtureScope.Test, async (use, values) =>
            {
                _log.Enqueue("own up");
                await Task.Yield();
                await use("own");
                _log.Enqueue("own down");
            }, "Wide")
            .Value("Sync", FixtureScope.Test, _ => Note("sync up"));
        catalog.Class("C", ctor: "Sync", create: _ => new Disposed(_log)).On("T", async (_, _) =>
        {
            await Task.WhenAll(QuietAsync(), QuietAsync());
            _log.Enqueue("body");
        }, "Own", more: Explored + "|schedules=3");
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        string[] once = ["own up", "sync up", "made", "body", "disposed", "own down"];
        Assert.IsInstanceOfType<Outcome.Passed>(bench.OutcomeOf("N.C.T"));
        CollectionAssert.AreEqual((string[])["wide up", .. once, .. once, .. once], _log.ToArray());
    }

    [TestMethod]
    public void Ambient_values_of_fixtures_reach_the_body_in_each_schedule_and_nothing_flows_from_one_to_the_next()
    {
        var ambient = new AsyncLocal<string?>();
        var catalog = new WrittenCatalog()
            .Use<string>("Wide", FixtureScope.Worker, async (use, _) => { ambient.Value = "wide"; await use(""); })
            .Use<string>("Own", FixtureScope.Test, async (use, _) => { ambient.Value += "+own"; await use(""); });
        catalog.Class("C").Test("T", async _ =>
        {
            _log.Enqueue($"{ambient.Value} {TestContext.Current!.Id}");
            ambient.Value = "body";
            await Task.WhenAll(QuietAsync(), QuietAsync());
        }, "Wide Own", more: Explored + "|schedules=4");
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        CollectionAssert.AreEqual((string[])["wide+own N.C.T", "wide+own N.C.T", "wide+own N.C.T", "wide+own N.C.T"], _log.ToArray());
    }

    [TestMethod]
    public void Time_is_virtual_in_the_body_and_its_own_fixtures_and_begins_where_the_mark_says()
    {
        var starts = new HashSet<string>();
        var catalog = new WrittenCatalog().Use<DateTimeOffset>("F", FixtureScope.Test, async (use, values) =>
        {
            var clock = (TimeProvider)values[0]!;
            await Task.Delay(TimeSpan.FromDays(1), clock);
            await use(clock.GetUtcNow());
            await Task.Delay(TimeSpan.FromDays(1), clock);
        }, "#TimeProvider");
        catalog.Class("C").Test("T", async values =>
        {
            var clock = (TimeProvider)values[1]!;
            starts.Add($"{values[0]:yyyy-MM-dd}");
            await Task.WhenAll(Task.Delay(TimeSpan.FromDays(3), clock), QuietAsync(), QuietAsync());
            starts.Add($"{clock.GetUtcNow():yyyy-MM-dd}");
        }, "F #TimeProvider", more: Explored + "|schedules=5|start=2026-02-28");
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.IsInstanceOfType<Outcome.Passed>(bench.OutcomeOf("N.C.T"));
        CollectionAssert.AreEquivalent((string[])["2026-03-01", "2026-03-04"], starts.ToArray());
    }

    // Under `dotnet test` this process has a connection to it, for which no loop waits. Without this, an order that never finishes would be given its whole limit.
    [AssemblyInitialize]
    public static void TheHostsConnectionsAreGiven(Microsoft.VisualStudio.TestTools.UnitTesting.TestContext context)
    {
        Assert.IsNotNull(context);
        Hosting.HostConnections.TakeAsGiven();
    }

    [TestMethod]
    public void An_order_that_never_finishes_is_a_failure_and_what_comes_after_it_runs()
    {
        var catalog = new WrittenCatalog().Use<string>("F", FixtureScope.Test, async (use, _) => await use(""));
        catalog.Class("C").Test("T", async _ =>
        {
            var (one, two) = (new SemaphoreSlim(1), new SemaphoreSlim(1));
            await Task.WhenAll(BothAsync(one, two, 1), BothAsync(two, one, 9));
        }, "F", more: Explored).Test("Next", _ => Task.CompletedTask, "F");
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        var failure = bench.FailureOf("N.C.T");
        Assert.Contains("[RND3070]\nExplored", failure.Message);
        Assert.IsEmpty(failure.Others);
        Assert.IsEmpty(bench.Results["N.C.T"].Notes);
        Assert.IsInstanceOfType<Outcome.Passed>(bench.OutcomeOf("N.C.Next"));

        static async Task BothAsync(SemaphoreSlim first, SemaphoreSlim second, int calls)
        {
            for (var i = 0; i < calls; i++) await Task.Yield();
            await first.WaitAsync();
            await Task.Yield();
            await second.WaitAsync();
            second.Release();
            first.Release();
        }
    }

    [TestMethod]
    public void What_left_the_loop_is_named()
    {
        var catalog = new WrittenCatalog();
        catalog.Class("C").Test("T", _ => Task.WhenAll(StepAsync("a"), LeaveAsync()), more: Explored + "|schedules=6");
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.Contains("Not explored:", bench.Results["N.C.T"].Output);
        Assert.Contains(nameof(LeaveAsync), bench.Results["N.C.T"].Output);
    }

    [TestMethod]
    public void What_fixtures_and_constructors_do_is_no_work_outside()
    {
        using var bench = new WorkerBench(WithServer(Explored + "|schedules=8", loses: false));

        bench.RunAll();

        Assert.IsInstanceOfType<Outcome.Passed>(bench.OutcomeOf("N.C.T"));
        Assert.DoesNotContain("Not explored", bench.Results["N.C.T"].Output);
        Assert.IsEmpty(bench.Results["N.C.T"].Notes);
    }

    [TestMethod]
    public void A_failure_that_depends_on_more_than_the_order_is_called_so()
    {
        var runs = 0;
        var catalog = new WrittenCatalog();
        catalog.Class("C").Test("T", async _ =>
        {
            await Task.WhenAll(QuietAsync(), QuietAsync());
            if (++runs == 3) throw new InvalidOperationException("the third run");
        }, more: Explored);
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.StartsWith("the third run\nExplored 3 schedules", bench.FailureOf("N.C.T").Message);
        Assert.Contains("But run once more, that schedule did not fail", bench.FailureOf("N.C.T").Message);
    }

    [TestMethod]
    public void A_test_that_fails_in_any_order_fails_in_the_first()
    {
        var catalog = new WrittenCatalog();
        catalog.Class("C").Test("T", _ => throw new InvalidOperationException($"{_log.Count} before"), more: Explored);
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.StartsWith("0 before\nExplored 1 schedule of", bench.FailureOf("N.C.T").Message);
        Assert.Contains("--schedule fifo.", bench.FailureOf("N.C.T").Message);
    }

    [TestMethod]
    public void A_fixture_that_fails_a_teardown_that_fails_and_what_nobody_awaits_fail_the_test_as_always()
    {
        var catalog = new WrittenCatalog()
            .Use<string>("NoSetup", FixtureScope.Test, (_, _) => throw new InvalidOperationException("no setup"))
            .Use<string>("NoEnd", FixtureScope.Test, async (use, _) => { await use(""); throw new InvalidOperationException("no end"); })
            .Use<string>("Ends", FixtureScope.Test, async (use, values) => { _ = use(""); await Task.Yield(); await Task.Yield(); });
        catalog.Class("C")
            .Test("A", _ => Task.CompletedTask, "NoSetup", more: Explored)
            .Test("B", _ => Task.CompletedTask, "NoEnd", more: Explored)
            .Test("C", async _ => { for (var i = 0; i < 9; i++) await Task.Yield(); }, "Ends", more: Explored)
            .Test("D", async _ => { SynchronizationContext.Current!.Post(_ => throw new InvalidOperationException("nobody"), null); await Task.Yield(); await Task.Yield(); }, more: Explored);
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.StartsWith("no setup\nExplored 1 schedule", Assert.IsInstanceOfType<Outcome.FixtureFailed>(bench.OutcomeOf("N.C.A")).Failure.Message);
        Assert.Contains("no end", Assert.IsInstanceOfType<Outcome.Failed>(bench.OutcomeOf("N.C.B")).Failure.Message);
        Assert.Contains("RND3023", Assert.IsInstanceOfType<Outcome.FixtureFailed>(bench.OutcomeOf("N.C.C")).Failure.Message);
        Assert.Contains("nobody", Assert.IsInstanceOfType<Outcome.Failed>(bench.OutcomeOf("N.C.D")).Failure.Message);
    }

    [TestMethod]
    public void A_test_may_skip_itself_or_be_skipped_by_a_fixture()
    {
        var catalog = new WrittenCatalog().Value("F", FixtureScope.Test, _ => { Skip.Because("no device"); return ""; });
        catalog.Class("C").Test("A", async _ => { await Task.Yield(); Skip.Because("not today"); }, more: Explored).Test("B", _ => Task.CompletedTask, "F", more: Explored);
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.AreEqual("not today", Assert.IsInstanceOfType<Outcome.Skipped>(bench.OutcomeOf("N.C.A")).Reason);
        Assert.AreEqual("no device", Assert.IsInstanceOfType<Outcome.Skipped>(bench.OutcomeOf("N.C.B")).Reason);
    }

    [TestMethod]
    public void The_limit_of_the_test_holds_for_all_schedules_together()
    {
        var catalog = new WrittenCatalog().Use<string>("F", FixtureScope.Test, async (use, _) =>
        {
            await use("");
            _log.Enqueue("down");
        });
        catalog.Class("C")
            .Test("Hangs", async values =>
            {
                while (true)
                {
                    ((CancellationToken)values[1]!).ThrowIfCancellationRequested();
                    await Task.Yield();
                }
            }, "F #CancellationToken", Explored + "|timeout=200")
            .Test("Is_long", _ => Task.WhenAll(QuietAsync(), QuietAsync(), QuietAsync(), QuietAsync(), QuietAsync()), more: Explored + "|schedules=100000000|timeout=1000");
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.Contains("RND3030", Assert.IsInstanceOfType<Outcome.TimedOut>(bench.OutcomeOf("N.C.Hangs")).Failure.Message);
        Assert.AreEqual("down", Assert.ContainsSingle(_log));
        Assert.IsInstanceOfType<Outcome.Passed>(bench.OutcomeOf("N.C.Is_long"), bench.Results["N.C.Is_long"].ToString());
    }

    [TestMethod]
    public void A_blocking_wait_is_broken_as_in_any_test_and_the_worker_retires()
    {
        var catalog = new WrittenCatalog();
        catalog.Class("C").Test("T", async _ =>
        {
            await Task.Yield();
            QuietAsync().Wait(CancellationToken.None);
        }, more: Explored + "|waits=Fail");
        using var bench = new WorkerBench(catalog);
        bench.GivePlan();

        var result = bench.RunCase("N.C.T");

        Assert.Contains("RND3003", result.Outcome.FailureOrNull!.Message);
        Assert.Contains("blocking wait", bench.Await<Message.Retiring>().Why);
    }

    [TestMethod]
    public void A_seed_decides_the_schedules_that_are_found_by_chance()
    {
        string[] Orders(int seed)
        {
            var orders = new List<string>();
            var catalog = new WrittenCatalog();
            catalog.Class("C").Test("T", async _ =>
            {
                var order = "";
                await Task.WhenAll(WalkAsync('a'), WalkAsync('b'), WalkAsync('c'), WalkAsync('d'));
                orders.Add(order);

                async Task WalkAsync(char name)
                {
                    for (var i = 0; i < 6; i++)
                    {
                        await Task.Yield();
                        order += name;
                    }
                }
            }, more: Explored + "|schedules=120");
            using var bench = new WorkerBench(catalog, WorkerBench.Options with { ExploreSeed = seed });
            bench.RunAll();
            return [.. orders];
        }

        var (first, again, other) = (Orders(5), Orders(5), Orders(6));

        Assert.HasCount(120, first);
        CollectionAssert.AreEqual(first, again);
        CollectionAssert.AreNotEqual(first, other);
        Assert.IsGreaterThan(100, first.Distinct().Count());
    }

    [TestMethod]
    public void Where_it_cannot_be_explored_a_test_runs_once()
    {
        var catalog = new WrittenCatalog();
        catalog.Class("C", more: Explored).Test("Pool", _ => StepAsync("pool"), more: "backend=ThreadPool").Test("Shared", _ => StepAsync("shared"), more: "loop=Class").Sync("Sync", _ => _log.Enqueue("sync"));
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        CollectionAssert.AreEqual((string[])["pool", "pool", "shared", "shared", "sync"], _log.ToArray());
        Assert.AreEqual("", bench.Results["N.C.Pool"].Output);
    }

    [TestMethod]
    public void Each_variant_of_a_matrix_runs_on_its_backend_and_only_one_is_explored()
    {
        var catalog = new WrittenCatalog();
        catalog.Class("C", more: Explored + "|schedules=4").Test("T", async values =>
        {
            _log.Enqueue($"{((EventLoop)values[0]!).Backend} {SynchronizationContext.Current is null}");
            await Task.WhenAll(QuietAsync(), QuietAsync());
        }, "#EventLoop", "matrix=SingleThread ThreadPool");
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        CollectionAssert.AreEqual((string[])["SingleThread False", "SingleThread False", "SingleThread False", "SingleThread False", "ThreadPool True"], _log.ToArray());
        CollectionAssert.AreEquivalent((string[])["N.C.T[SingleThread]", "N.C.T[ThreadPool]"], bench.Results.Keys.ToArray());
    }

    [TestMethod]
    public void A_seed_for_the_ready_order_shuffles_the_loop_of_a_test_reproducibly_and_each_test_differently()
    {
        string Order(int? seed, string test)
        {
            var order = "";
            var catalog = new WrittenCatalog();
            catalog.Class("C").Test("A", _ => WalkAllAsync()).Test("B", _ => WalkAllAsync());
            using var bench = new WorkerBench(catalog, WorkerBench.Options with { ReadyOrderSeed = seed });
            bench.GivePlan();
            Assert.IsInstanceOfType<Outcome.Passed>(bench.RunCase("N.C." + test).Outcome);
            return order;

            Task WalkAllAsync() => Task.WhenAll("abcdef".Select(WalkAsync));

            async Task WalkAsync(char name)
            {
                for (var i = 0; i < 4; i++)
                {
                    await Task.Yield();
                    order += name;
                }
            }
        }

        Assert.AreEqual("abcdefabcdefabcdefabcdef", Order(null, "A"));
        Assert.AreEqual(Order(1, "A"), Order(1, "A"));
        Assert.AreNotEqual(Order(null, "A"), Order(1, "A"));
        Assert.AreNotEqual(Order(1, "A"), Order(2, "A"));
        Assert.AreNotEqual(Order(1, "A"), Order(1, "B"));
    }

    // ---- what is explored

    // A server with a flow of its own, a synchronous fixture and an instance: all that could come back to the loop by another way than the schedule's.
    private WrittenCatalog WithServer(string more, bool loses = true)
    {
        var catalog = new WrittenCatalog()
            .Use<Server>("Server", FixtureScope.Test, async (use, _) =>
            {
                var server = new Server();
                var serving = server.ServeAsync();
                await use(server);
                server.Stop();
                await serving;
            })
            .Value("Sync", FixtureScope.Test, _ => "sync");
        catalog.Class("C", ctor: "Sync", create: _ => new object()).On("T", async (_, values) =>
        {
            var balance = 100;
            await Task.WhenAll(PayAsync(10, 1), PayAsync(20, 12));
            if (loses && balance != 130) throw new InvalidOperationException($"balance {balance}");

            async Task PayAsync(int amount, int calls)
            {
                for (var i = 0; i < calls; i++) await Task.Yield();
                var before = balance;
                await ((Server)values[0]!).AskAsync();
                balance = before + amount;
            }
        }, "Server", more: more);
        return catalog;
    }

    private static string ScheduleOf(WrittenCatalog catalog, string id)
    {
        using var bench = new WorkerBench(catalog);
        bench.RunAll();
        return Assert.ContainsSingle(bench.Results[id].Properties, bench.Results[id].ToString()).Value;
    }

    private async Task LoseAsync()
    {
        _balance = 100;
        await Task.WhenAll(AddAsync(1, 10), AddAsync(6, 20));
        if (_balance != 130) throw new InvalidOperationException($"balance {_balance}");

        async Task AddAsync(int calls, int amount)
        {
            for (var i = 0; i < calls; i++) await Task.Yield();
            var before = _balance;
            await Task.Yield();
            _balance = before + amount;
        }
    }

    private async Task StepAsync(string name)
    {
        _log.Enqueue(name);
        await Task.Yield();
        _log.Enqueue(name);
    }

    private static async Task QuietAsync()
    {
        await Task.Yield();
        await Task.Yield();
    }

    // Not complete when it is awaited: what comes back at once has not left the loop.
    private static async Task LeaveAsync() => await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);

    private string Note(string text)
    {
        _log.Enqueue(text);
        return text;
    }

    private sealed class Disposed : IAsyncDisposable
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> _log;

        public Disposed(System.Collections.Concurrent.ConcurrentQueue<string> log)
        {
            _log = log;
            log.Enqueue("made");
        }

        public async ValueTask DisposeAsync()
        {
            await Task.Yield();
            _log.Enqueue("disposed");
        }
    }

    private sealed class Server
    {
        private readonly Queue<TaskCompletionSource> _requests = [];
        private readonly SemaphoreSlim _something = new(0);
        private bool _isStopped;

        public async Task ServeAsync()
        {
            while (true)
            {
                await _something.WaitAsync();
                if (_isStopped) return;
                await Task.Yield();
                _requests.Dequeue().SetResult();
            }
        }

        public Task AskAsync()
        {
            var request = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _requests.Enqueue(request);
            _something.Release();
            return request.Task;
        }

        public void Stop()
        {
            _isStopped = true;
            _something.Release();
        }
    }
}
