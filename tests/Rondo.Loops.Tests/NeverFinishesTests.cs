using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Rondo.Loops.Tests;

[TestClass]
public sealed class NeverFinishesTests
{
    static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    [TestMethod]
    public void A_body_that_can_never_finish_fails_at_once_with_the_names_of_what_waits()
    {
        var outside = new QuietOutside();
        // Would wait for ever if it waited for quiet at all.
        var loop = Stallable(outside, QuietLimits.Default with { Stall = s_hour, StirredPool = s_hour });

        var error = Assert.ThrowsExactly<LoopStalledException>(() => loop.Run(_ => OuterAsync()));

        Assert.AreEqual(("RND3070", "stallable", "stallable"), (error.Code, error.LoopName, error.Owner));
        Assert.Contains("Waiting: NeverFinishesTests.OuterAsync → NeverFinishesTests.InnerAsync.", error.Message);
        Assert.DoesNotContain("something did before", error.Message);
    }

    [TestMethod]
    public void Work_beside_the_body_is_named_if_its_starter_noted_it()
    {
        var loop = Stallable(new QuietOutside());

        var error = Assert.ThrowsExactly<LoopStalledException>(() => loop.Run(async _ =>
        {
            for (int i = 0; i < 20; i++) LoopLane.CurrentOrNull!.NoteWaiting(Task.Delay(s_hour, loop.Clock));
            LoopLane.CurrentOrNull!.OpenStrand().NoteWaiting(OuterAsync());
            await new TaskCompletionSource().Task;
        }));

        Assert.Contains("NeverFinishesTests.OuterAsync → NeverFinishesTests.InnerAsync", error.Message);
    }

    [TestMethod]
    public void Each_pending_body_of_the_clock_is_told_on_its_own_lane()
    {
        using var host = LoopHost.StartThread("pump");
        var clock = LoopClock.Virtual();
        var one = EventLoop.Create(new() { Host = host, Clock = clock, Name = "one", OutsideWork = new QuietOutside() });
        var two = EventLoop.Create(new() { Host = host, Clock = clock, Name = "two", OutsideWork = new QuietOutside() });
        var never = new TaskCompletionSource().Task;

        var first = one.OpenLane("first").RunAsync(async () =>
        {
            await Task.Delay(s_hour, one.Clock);
            await never;
        });
        var second = one.OpenLane("second").RunAsync(() => never);
        var third = two.OpenLane("third").RunAsync(() => never);
        var fine = two.OpenLane("fine").RunAsync(() => Task.Delay(TimeSpan.FromDays(1), two.Clock));

        Assert.AreEqual(("first", "one"), OwnerOf(first));
        Assert.AreEqual(("second", "one"), OwnerOf(second));
        Assert.AreEqual(("third", "two"), OwnerOf(third));
        Until.Done(fine);

        static (string?, string) OwnerOf(Task task)
        {
            var error = Assert.ThrowsExactly<LoopStalledException>(() => Until.Done(task));
            return (error.Owner, error.LoopName);
        }
    }

    [TestMethod]
    public void The_loop_goes_on_after_the_verdict()
    {
        var loop = Stallable(new QuietOutside());
        Assert.ThrowsExactly<LoopStalledException>(() => loop.Run(_ => new TaskCompletionSource().Task));

        loop.Run(_ => Task.Delay(s_hour, loop.Clock));

        Assert.AreEqual(s_hour.Ticks, loop.Clock.GetTimestamp());
        // What was given up is still there, and is a leak.
        Assert.AreEqual(LeakKind.RunningBody, Assert.ContainsSingle(Until.Done(loop.CloseAsync(TimeSpan.Zero)).Leaks).Kind);
    }

    [TestMethod]
    public void A_body_that_was_given_up_and_ends_after_all_is_counted_once()
    {
        var loop = Stallable(new QuietOutside());
        var late = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Assert.ThrowsExactly<LoopStalledException>(() => loop.Run(_ => late.Task));

        late.SetResult();
        loop.Run(_ => Task.Delay(s_hour, loop.Clock));

        Assert.AreEqual(0, loop.Statistics.RunningBodies);
        Assert.ThrowsExactly<LoopStalledException>(() => loop.Run(_ => new TaskCompletionSource().Task));
    }

    [TestMethod]
    public void After_something_has_come_from_outside_the_verdict_waits_for_quiet()
    {
        var stall = TimeSpan.FromMilliseconds(200);
        var outside = new QuietOutside();
        var loop = Stallable(outside, QuietLimits.Default with { Stall = stall });
        long since = 0;

        var error = Assert.ThrowsExactly<LoopStalledException>(() => loop.Run(async _ =>
        {
            outside.BusyWorkers = 1;
            int looks = outside.Looks;
            await Task.Run(() => Until.True(() => outside.Looks > looks, "a look"));
            outside.BusyWorkers = 0;
            since = Stopwatch.GetTimestamp();
            await new TaskCompletionSource().Task;
        }));

        Assert.IsGreaterThanOrEqualTo(stall - TimeSpan.FromMilliseconds(20), Stopwatch.GetElapsedTime(since));
        Assert.Contains("something did before", error.Message);
    }

    [TestMethod]
    [DataRow("a socket waits")]
    [DataRow("a system timer is armed")]
    [DataRow("a neighbour has a timer")]
    [DataRow("a hold")]
    [DataRow("a wait for quiet")]
    [DataRow("a busy worker")]
    public void There_is_no_verdict_while_something_may_come_back(string what)
    {
        using var host = LoopHost.StartThread("pump");
        var outside = new QuietOutside();
        var loop = EventLoop.Create(new()
        {
            Host = host,
            Clock = LoopClock.Virtual(),
            OutsideWork = outside,
            QuietLimits = QuietLimits.Default with { Stall = TimeSpan.FromMilliseconds(1), StirredPool = TimeSpan.FromMilliseconds(1) },
        });
        var neighbour = EventLoop.Create(new() { Host = host, Name = "neighbour" });
        using var timer = neighbour.Clock.CreateTimer(_ => { }, null, what.Contains("neighbour", StringComparison.Ordinal) ? s_hour : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        using var held = neighbour.Hold("a device");
        var quiet = what.Contains("quiet", StringComparison.Ordinal) ? neighbour.WaitIdleAsync() : Task.CompletedTask;
        var answer = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);

        var body = loop.RunAsync(async _ =>
        {
            outside.SocketWaits = what.Contains("socket", StringComparison.Ordinal);
            outside.ArmedTimers = what.Contains("system", StringComparison.Ordinal) ? 1 : 0;
            outside.BusyWorkers = what.Contains("worker", StringComparison.Ordinal) ? 1 : 0;
            using var hold = what.Contains("hold", StringComparison.Ordinal) ? loop.Hold("an answer") : null;
            return await answer.Task;
        });
        // Only looks that found nothing but that reason count.
        Until.True(() => outside.Looks > 3, "looks");
        bool judged = body.IsCompleted;
        answer.SetResult(7);

        Assert.IsFalse(judged);
        Assert.AreEqual(7, Until.Done(body));
    }

    [TestMethod]
    public void Timers_of_a_supervisor_keep_nothing_from_being_judged()
    {
        using var host = LoopHost.StartThread("pump");
        var supervisor = EventLoop.Create(new() { Host = host, IsSupervisor = true });
        using var timer = supervisor.Clock.CreateTimer(_ => { }, null, s_hour, s_hour);
        var loop = EventLoop.Create(new() { Host = host, Clock = LoopClock.Virtual(), OutsideWork = new QuietOutside() });

        var body = supervisor.RunAsync(_ => loop.RunAsync(_ => new TaskCompletionSource().Task));

        Assert.AreEqual("RND3070", Assert.ThrowsExactly<LoopStalledException>(() => Until.Done(body)).Code);
    }

    [TestMethod]
    public void Code_that_merely_waits_for_a_socket_is_never_judged()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var loop = EventLoop.Create(new() { Clock = LoopClock.Virtual(), QuietLimits = QuietLimits.Default with { Stall = TimeSpan.FromMilliseconds(1), StirredPool = TimeSpan.FromMilliseconds(1) } });

        int got = loop.Run(async _ =>
        {
            using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
            client.Connect(listener.LocalEndpoint);
            using var server = listener.AcceptSocket();
            new Thread(() =>
            {
                Thread.Sleep(200);
                server.Send(new byte[3]);
            }).Start();
            return await client.ReceiveAsync(new byte[8]);
        });

        Assert.AreEqual(3, got);
    }

    [TestMethod]
    public void A_thread_that_the_body_started_makes_the_verdict_wait()
    {
        var outside = new QuietOutside();
        var loop = Stallable(outside, QuietLimits.Default with { Stall = TimeSpan.FromSeconds(15) });

        int got = loop.Run(async _ =>
        {
            var answer = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
            outside.BesidesThePool = 1;
            int looks = outside.Looks;
            new Thread(() =>
            {
                Until.True(() => outside.Looks > looks, "a look");
                answer.SetResult(5);
            }).Start();
            return await answer.Task;
        });

        Assert.AreEqual(5, got);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Real_time_limits_a_body_that_keeps_itself_busy_for_ever(bool timers)
    {
        var loop = EventLoop.Create(new() { Name = "busy", Clock = LoopClock.Virtual(), OutsideWork = new QuietOutside(), RealTimeLimit = TimeSpan.FromMilliseconds(50) });

        var error = Assert.ThrowsExactly<LoopStalledException>(() => loop.Run(async _ =>
        {
            while (true)
            {
                if (timers) await Task.Delay(s_hour, loop.Clock);
                else await Task.Yield();
            }
        }));

        Assert.AreEqual("RND3071", error.Code);
        Assert.Contains(timers ? "A timer that repeats" : "code that polls", error.Message);
    }

    [TestMethod]
    public void A_real_time_limit_of_zero_is_refused() =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => EventLoop.Create(new() { RealTimeLimit = TimeSpan.Zero }));

    [TestMethod]
    public void A_blocking_wait_for_virtual_time_is_a_deadlock()
    {
        var loop = Stallable(new QuietOutside());

        var error = Assert.ThrowsExactly<LoopDeadlockException>(() => loop.Run(_ =>
        {
            Task.Delay(s_hour, loop.Clock).GetAwaiter().GetResult();
            return Task.CompletedTask;
        }));

        Assert.AreEqual("RND3001", error.Code);
    }

    [TestMethod]
    public void An_open_socket_is_seen_on_Linux_once_it_has_been_waited_for()
    {
        if (!OperatingSystem.IsLinux()) Assert.Inconclusive("Only Linux tells.");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.LocalEndpoint);

        var waiting = client.ReceiveAsync(new byte[1]);

        Assert.IsFalse(waiting.IsCompleted);
        Assert.IsTrue(ProcessFacts.ASocketMayWait());
        ProcessFacts.TakeOpenSocketsAsGiven();
        Assert.IsTrue(ProcessFacts.ASocketMayWait(), "Only the first call counts.");
        Assert.IsGreaterThan(0, ProcessFacts.BesidesThePool());
    }

    [TestMethod]
    public async Task A_worker_that_computes_is_seen_on_Linux()
    {
        if (!OperatingSystem.IsLinux()) Assert.Inconclusive("Only Linux tells.");
        bool over = false;
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var spinning = Task.Run(() =>
        {
            begun.SetResult();
            while (!Volatile.Read(ref over)) { }
        });
        await begun.Task;
        bool seen = false;
        var looking = new Thread(() => seen = ProcessFacts.APoolWorkerRuns());

        looking.Start();
        looking.Join();
        Volatile.Write(ref over, true);
        await spinning;

        Assert.IsTrue(seen);
    }

    [TestMethod]
    public void A_socket_that_is_the_hosts_and_waited_for_only_later_is_no_reason_to_wait()
    {
        if (!OperatingSystem.IsLinux()) Assert.Inconclusive("Only Linux tells.");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var host = new Socket(SocketType.Stream, ProtocolType.Tcp);
        host.Connect(listener.LocalEndpoint);
        var given = ProcessFacts.OpenSockets();
        Assert.IsNotNull(given);

        var answer = host.ReceiveAsync(new byte[1]);

        Assert.IsFalse(answer.IsCompleted);
        Assert.IsFalse(ProcessFacts.ASocketMayWait(given));
        using var later = new Socket(SocketType.Stream, ProtocolType.Tcp);
        later.Connect(listener.LocalEndpoint);
        var other = later.ReceiveAsync(new byte[1]);
        Assert.IsFalse(other.IsCompleted);
        Assert.IsTrue(ProcessFacts.ASocketMayWait(given));
    }

    // Under `dotnet test` this process has a connection to it, for which no loop waits. Without this, every loop that can never finish would be given its whole limit.
    [AssemblyInitialize]
    public static void TheHostsConnectionsAreGiven(TestContext context)
    {
        Assert.IsNotNull(context);
        ProcessFacts.TakeOpenSocketsAsGiven();
    }

    static EventLoop Stallable(IOutsideWork outside, QuietLimits? limits = null) =>
        EventLoop.Create(new() { Name = "stallable", Clock = LoopClock.Virtual(), OutsideWork = outside, QuietLimits = limits ?? QuietLimits.Default });

    static async Task OuterAsync()
    {
        await Task.Yield();
        await InnerAsync();
    }

    static async Task InnerAsync() => await new TaskCompletionSource().Task;
}
