using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Rondo.Loops.Tests;

[TestClass]
public sealed class ExploreTests
{
    // No test depends on how fast the machine is: budgets are counted in schedules.
    static readonly ExploreOptions s_counted = new() { Time = Timeout.InfiniteTimeSpan };

    [TestMethod]
    [DataRow("lost update")]
    [DataRow("check then act")]
    public async Task A_planted_race_is_found_within_ten_schedules_by_one_switch(string name)
    {
        var report = await Explore.RunAsync(Planted.Race(name), s_counted);

        Assert.IsNotNull(report.Failure);
        Assert.IsLessThanOrEqualTo(10, report.FailedAt, report.ToString());
        Assert.HasCount(1, Schedule.Parse(report.Replay!).Switches);
        Assert.IsFalse(report.Exhausted);
    }

    [TestMethod]
    [DataRow("lost update")]
    [DataRow("check then act")]
    [DataRow("two locks")]
    public async Task A_replay_fails_the_same_way_in_the_same_number_of_steps_each_time(string name)
    {
        var found = await Explore.RunAsync(Planted.Race(name), s_counted);

        for (int i = 0; i < 200; i++)
        {
            var again = await Explore.RunAsync(Planted.Race(name), new() { Replay = found.Replay });

            Assert.AreEqual((1, found.Failure!.Message, found.Steps), (again.Schedules, again.Failure!.Message, again.Steps));
        }
    }

    [TestMethod]
    public async Task A_replay_is_also_a_policy_of_any_loop()
    {
        var found = await Explore.RunAsync(Planted.Race("lost update"), s_counted);
        var loop = EventLoop.Create(new() { Policy = SchedulePolicy.Replay(found.Replay!) });

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => loop.Run(_ => Planted.Race("lost update")()));

        Assert.AreEqual(found.Failure!.Message, error.Message);
    }

    [TestMethod]
    public async Task A_body_without_a_fault_is_exhausted()
    {
        var report = await Explore.RunAsync(Planted.Race("nothing"), s_counted);

        Assert.IsNull(report.Failure);
        Assert.IsNull(report.Replay);
        Assert.IsTrue(report.Exhausted, report.ToString());
        Assert.AreEqual(s_counted.Schedules, report.Schedules);
    }

    [TestMethod]
    public async Task A_body_with_one_flow_needs_one_schedule()
    {
        var report = await Explore.RunAsync(async () => { for (int i = 0; i < 10; i++) await Task.Yield(); }, s_counted);

        Assert.AreEqual((1, 1, true), (report.Schedules, report.Strands, report.Exhausted));
    }

    [TestMethod]
    public async Task A_body_that_fails_in_any_order_fails_at_once()
    {
        var report = await Explore.RunAsync(() => throw new InvalidOperationException("always"), s_counted);

        Assert.AreEqual((1, "fifo", "always"), (report.Schedules, report.Replay, report.Failure!.Message));
        Assert.AreEqual("always", (await Explore.RunAsync(() => throw new InvalidOperationException("always"), new() { Replay = "fifo" })).Failure!.Message);
    }

    [TestMethod]
    public async Task An_order_that_never_finishes_is_a_failure()
    {
        var report = await Explore.RunAsync(Planted.Race("two locks"), s_counted);

        Assert.IsInstanceOfType<LoopStalledException>(report.Failure);
        Assert.IsGreaterThan(1, report.FailedAt);
    }

    [TestMethod]
    public async Task An_exception_that_nobody_awaits_is_a_failure()
    {
        var report = await Explore.RunAsync(async () =>
        {
            int state = 0;
            var first = Task.WhenAll(Set(), Check());
            await first;

            async Task Set() { await Task.Yield(); await Task.Yield(); await Task.Yield(); state = 1; await Task.Yield(); state = 2; }
            async Task Check()
            {
                await Task.Yield();
                if (state == 1) SynchronizationContext.Current!.Post(_ => throw new InvalidOperationException("nobody awaits this"), null);
            }
        }, s_counted);

        Assert.Contains("nobody awaits this", Assert.ContainsSingle(Assert.IsInstanceOfType<AggregateException>(report.Failure).InnerExceptions).Message);
    }

    [TestMethod]
    public async Task Time_is_virtual_and_begins_anew_in_each_run()
    {
        var starts = new HashSet<DateTimeOffset>();

        var report = await Explore.RunAsync(async () =>
        {
            var clock = EventLoop.Current!.Clock;
            starts.Add(clock.GetUtcNow());
            await Task.WhenAll(Wait(3), Wait(5));

            async Task Wait(int hours) { for (int i = 0; i < 3; i++) await Task.Delay(TimeSpan.FromHours(hours), clock); }
        }, s_counted with { Schedules = 50, Start = new DateTimeOffset(2031, 1, 1, 0, 0, 0, TimeSpan.Zero) });

        Assert.IsNull(report.Failure);
        Assert.AreEqual(new DateTimeOffset(2031, 1, 1, 0, 0, 0, TimeSpan.Zero), Assert.ContainsSingle(starts));
    }

    [TestMethod]
    public async Task What_left_the_loop_is_counted_and_named_and_nothing_is_called_exhausted()
    {
        var report = await Explore.RunAsync(async () =>
        {
            await Task.WhenAll(Stay(), LeaveAsync());

            static async Task Stay() => await Task.Yield();
        }, s_counted with { Schedules = 20 });

        Assert.IsGreaterThan(0, report.ForeignPosts);
        Assert.Contains("async method ExploreTests.LeaveAsync", report.LeftTheLoop);
        Assert.IsFalse(report.Exhausted);
        Assert.Contains("Not explored", report.ToString());
    }

    [TestMethod]
    public async Task A_fault_that_needs_several_switches_is_found_by_chance_and_made_short()
    {
        var report = await Explore.RunAsync(Planted.Race("several switches"), s_counted with { Schedules = 30_000 });

        Assert.IsNotNull(report.Failure, report.ToString());
        Assert.IsLessThanOrEqualTo(6, Schedule.Parse(report.Replay!).Switches.Count, report.Replay!);
        Assert.AreEqual(report.Failure.Message, (await Explore.RunAsync(Planted.Race("several switches"), new() { Replay = report.Replay })).Failure?.Message);
    }

    [TestMethod]
    public async Task The_body_sees_the_callers_ambient_values_and_not_those_of_other_runs()
    {
        var local = new AsyncLocal<string?> { Value = "caller" };
        var seen = new HashSet<string?>();

        await Explore.RunAsync(async () =>
        {
            seen.Add(local.Value);
            local.Value = "run";
            await Task.WhenAll(Flow(), Flow());
            static async Task Flow() => await Task.Yield();
        }, s_counted with { Schedules = 5 });

        Assert.AreEqual("caller", Assert.ContainsSingle(seen));
        Assert.AreEqual("caller", local.Value);
    }

    [TestMethod]
    public void A_loop_with_virtual_time_waits_for_an_exploration()
    {
        var loop = EventLoop.Create(new() { Clock = LoopClock.Virtual() });

        var report = loop.Run(_ => Explore.RunAsync(Planted.Race("nothing"), s_counted));

        Assert.AreEqual(s_counted.Schedules, report.Schedules);
        Assert.AreEqual(0, loop.Clock.GetTimestamp());
    }

    [TestMethod]
    public async Task A_budget_below_one_schedule_or_without_time_is_refused()
    {
        await Assert.ThrowsExactlyAsync<ArgumentOutOfRangeException>(() => Explore.RunAsync(() => Task.CompletedTask, new() { Schedules = 0 }));
        await Assert.ThrowsExactlyAsync<ArgumentOutOfRangeException>(() => Explore.RunAsync(() => Task.CompletedTask, new() { Time = TimeSpan.Zero }));
        await Assert.ThrowsExactlyAsync<LoopException>(() => Explore.RunAsync(() => Task.CompletedTask, new() { Replay = "again" }));
    }

    [TestMethod]
    public void The_same_seed_gives_the_same_history_and_its_schedule_replays_it()
    {
        int first = Random.Shared.Next(1_000_000);
        for (int seed = first; seed < first + 1000; seed++)
        {
            var (history, schedule) = Recorded(seed, Chooser(seed));
            var (again, same) = Recorded(seed, Chooser(seed));
            var (replayed, _) = Recorded(seed, Schedule.Parse(schedule).NewChooser());

            Assert.AreEqual(history, again, $"seed {seed}");
            Assert.AreEqual(schedule, same, $"seed {seed}");
            Assert.AreEqual(history, replayed, $"seed {seed}, schedule {schedule}");
        }
    }

    [TestMethod]
    public void What_a_thousand_seeds_find_fails_again_by_its_schedule()
    {
        int first = Random.Shared.Next(1_000_000), found = 0;
        for (int seed = first; seed < first + 1000; seed++)
        {
            var body = Faulty(seed);
            var report = Explored(body, new() { Schedules = 12, Time = Timeout.InfiniteTimeSpan, Seed = seed });
            if (report.Failure is null) continue;
            found++;

            var again = Explored(body, new() { Replay = report.Replay });

            Assert.AreEqual((report.Failure.Message, report.Steps, true), (again.Failure?.Message, again.Steps, again.ReplayFits), $"seed {seed}, schedule {report.Replay}");
        }
        Assert.IsGreaterThan(100, found, $"seeds from {first}");
        Assert.IsLessThan(1000, found, $"seeds from {first}");
    }

    [TestMethod]
    public void Orders_with_nothing_to_choose_are_run_once_however_many_strands_take_part()
    {
        var report = Explored(async () => { for (int i = 0; i < 5; i++) await Task.Factory.StartNew(One, CancellationToken.None, TaskCreationOptions.None, EventLoop.Current!.Scheduler).Unwrap(); }, s_counted);

        Assert.AreEqual((1, true), (report.Schedules, report.Exhausted));

        static async Task One() => await Task.Yield();
    }

    [TestMethod]
    public async Task A_replay_that_cannot_make_its_switches_says_so()
    {
        var found = await Explore.RunAsync(Planted.Race("lost update"), s_counted);

        var fits = await Explore.RunAsync(Planted.Race("lost update"), new() { Replay = found.Replay });
        var changed = await Explore.RunAsync(async () => await Task.Yield(), new() { Replay = found.Replay });

        Assert.IsTrue(fits.ReplayFits);
        Assert.IsFalse(changed.ReplayFits);
        Assert.IsNull(changed.Failure);
        Assert.Contains("does not fit", changed.ToString());
    }

    [TestMethod]
    public async Task What_a_run_throws_ends_the_exploration_of_its_maker()
    {
        int runs = 0;
        var exploration = new Exploration(s_counted, _ => ++runs == 3 ? throw new InvalidOperationException("enough") : new(new ExploredRun(null, 1, 1, ["somewhere"])));

        var error = await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => exploration.RunAsync(null));

        Assert.AreEqual(("enough", 3), (error.Message, runs));
    }

    [TestMethod]
    [DataRow("nothing", 29)]
    [DataRow("lost update", 91)]
    [DataRow("check then act", 1423)]
    public void All_schedules_with_at_most_two_switches_are_so_many(string name, int expected)
    {
        var search = new BoundedSearch(2);
        int count = 0;
        var seen = new HashSet<string>();
        while (search.Next() is { } schedule)
        {
            var trace = new StrandTrace();
            var loop = EventLoop.CreateExplored(new(), new RecordingChooser(schedule.NewChooser(), trace));
            try { loop.Run(_ => Planted.Race(name)()); }
            catch (InvalidOperationException) { /* It is counted all the same. */ }
            search.Ran(schedule, trace);
            // Each does what it says, so no two are the same.
            Assert.AreEqual(schedule.ToString(), trace.ToSchedule().ToString());
            Assert.IsTrue(seen.Add(schedule.ToString()), schedule.ToString());
            count++;
        }

        Assert.AreEqual(expected, count);
    }

    [TestMethod]
    public void A_schedule_of_more_than_sixty_four_strands_replays_too()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var (history, schedule) = Run(new ShuffleChooser(new Random(seed)));
            Assert.AreEqual(history, Run(Schedule.Parse(schedule).NewChooser()).History, $"seed {seed}");
        }

        static (string History, string Schedule) Run(StrandChooser chooser)
        {
            var trace = new StrandTrace();
            var told = new List<int>();
            EventLoop.CreateExplored(new(), new RecordingChooser(chooser, trace)).Run(_ => Task.WhenAll(Enumerable.Range(0, 100).Select(Flow)));
            return (string.Join(' ', told), trace.ToSchedule().ToString());

            async Task Flow(int number)
            {
                for (int i = 0; i < 3; i++)
                {
                    await Task.Yield();
                    told.Add(number);
                }
            }
        }
    }

    // Flows that wait for locks, for each other and for nothing; about every second order of about every third program is called a fault.
    static Func<Task> Faulty(int seed) => async () =>
    {
        var random = new Random(seed);
        var gate = new SemaphoreSlim(1);
        var told = new List<int>();
        int modulus = random.Next(2, 9);
        var flows = Enumerable.Range(0, random.Next(2, 5)).Select(name => (name, program: Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Next(4)).ToArray())).ToArray();
        await Task.WhenAll(flows.Select(flow => Flow(flow.name, flow.program)));
        int sum = told.Aggregate(17, (hash, name) => unchecked(hash * 31 + name)) & int.MaxValue;
        if (sum % modulus == 0) throw new InvalidOperationException(string.Join(' ', told));

        async Task Flow(int name, int[] program)
        {
            foreach (int step in program)
            {
                if (step == 0) await gate.WaitAsync();
                await Task.Yield();
                told.Add(name);
                if (step == 0) gate.Release();
            }
        }
    };

    static ExploreReport Explored(Func<Task> body, ExploreOptions options)
    {
        var exploration = new Exploration(options, new RunsOnThisThread(body, options).Run);
        var running = exploration.RunAsync(options.Replay is { } text ? Schedule.Parse(text) : null);
        Assert.IsTrue(running.IsCompleted);
        return running.GetAwaiter().GetResult();
    }

    static async Task LeaveAsync() => await Task.Run(() => Thread.Sleep(1));

    static StrandChooser Chooser(int seed) => (seed % 3) switch
    {
        0 => new ShuffleChooser(new Random(seed)),
        1 => new StickyChooser(new Random(seed), 0.7),
        _ => new PctChooser(new Random(seed), 3, 40),
    };

    static (string History, string Schedule) Recorded(int seed, StrandChooser chooser)
    {
        var trace = new StrandTrace();
        var told = new List<string>();
        var loop = EventLoop.CreateExplored(new() { Clock = LoopClock.Virtual(), OutsideWork = new QuietOutside() }, new RecordingChooser(chooser, trace));
        try { loop.Run(_ => RandomFlows(seed, loop.Clock, told)); }
        catch (LoopStalledException) { told.Add("stalled"); }
        return (string.Join(' ', told), trace.ToSchedule().ToString());
    }

    // Flows that start others, wait for time, for a lock and for each other.
    static Task RandomFlows(int seed, TimeProvider clock, List<string> told)
    {
        var random = new Random(seed);
        var gate = new SemaphoreSlim(1);
        var signal = new TaskCompletionSource();
        var programs = Enumerable.Range(0, 4).Select(_ => Enumerable.Range(0, random.Next(2, 7)).Select(_ => random.Next(7)).ToArray()).ToArray();
        return Task.WhenAll(Flow("a", programs[0]), Flow("b", programs[1]), Flow("c", programs[2]));

        async Task Flow(string name, int[] program)
        {
            foreach (int step in program)
            {
                told.Add($"{name}{step}");
                switch (step)
                {
                    case 0 or 1: await Task.Yield(); break;
                    case 2: await Task.Delay(TimeSpan.FromMinutes(1), clock); break;
                    case 3:
                        await gate.WaitAsync();
                        await Task.Yield();
                        gate.Release();
                        break;
                    case 4: signal.TrySetResult(); break;
                    case 5: await Task.WhenAny(signal.Task, Task.Delay(TimeSpan.FromMinutes(3), clock)); break;
                    default:
                        if (name.Length < 3) await Task.WhenAll(Flow($"{name}x", programs[3]), Flow($"{name}y", programs[3]));
                        break;
                }
            }
            told.Add($"{name}.");
        }
    }
}
