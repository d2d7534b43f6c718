using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Rondo.Loops.Tests;

[TestClass]
public sealed class LoopDebugTests
{
    [TestInitialize]
    public void Turn_on() => Assert.IsTrue(LoopDebug.TryTurnOn(), "This runtime has no list of suspended async methods any more.");

    [TestCleanup]
    public void Turn_off() => LoopDebug.TurnOff();

    [TestMethod]
    public void What_nobody_awaits_is_named_for_its_own_lane_only()
    {
        using var host = LoopHost.StartThread("debug");
        var loop = EventLoop.Create(new() { Host = host });
        var careless = loop.OpenLane("careless");
        var careful = loop.OpenLane("careful");
        var never = new TaskCompletionSource();

        Until.Done(careless.RunAsync(async () =>
        {
            _ = OuterAsync(never.Task);
            _ = Task.Run(() => OnThePoolAsync(never.Task));
            await Task.Yield();
        }));
        Until.Done(careful.RunAsync(async () => await Task.Yield()));
        Until.True(() => LoopDebug.Suspended(careless).Count == 2, "both methods");

        CollectionAssert.AreEquivalent(new[] { "LoopDebugTests.OuterAsync → LoopDebugTests.InnerAsync", "LoopDebugTests.OnThePoolAsync" }, LoopDebug.Suspended(careless).ToArray());
        Assert.IsEmpty(LoopDebug.Suspended(careful));
        never.SetResult();
        Until.True(() => LoopDebug.Suspended(careless).Count == 0, "their end");
    }

    [TestMethod]
    public void Leaks_that_are_only_counted_get_names()
    {
        using var host = LoopHost.StartThread("debug");
        var loop = EventLoop.Create(new() { Host = host });
        var lane = loop.OpenLane("careless");
        var never = new TaskCompletionSource();
        Until.Done(lane.RunAsync(() => { Forget(never.Task); return Task.CompletedTask; }));

        var leak = Assert.ContainsSingle(lane.Close());

        Assert.AreEqual("1 async void method still running (suspended: LoopDebugTests.Forget)", leak.What);
        never.SetResult();
    }

    [TestMethod]
    public void Turned_off_it_names_nothing()
    {
        LoopDebug.TurnOff();
        var loop = EventLoop.Create();
        var lane = loop.OpenLane("owner");
        loop.Run(_ => lane.RunAsync(() => { Forget(new TaskCompletionSource().Task); return Task.CompletedTask; }));

        Assert.IsEmpty(LoopDebug.Suspended(lane));
        Assert.AreEqual("1 async void method still running", Assert.ContainsSingle(lane.Close()).What);
    }

    static async Task OuterAsync(Task never) => await InnerAsync(never);

    static async Task InnerAsync(Task never) => await never;

    static async Task OnThePoolAsync(Task never) => await never;

    static async void Forget(Task never) => await never;
}
