using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Rondo.Loops.Tests;

[TestClass]
public sealed class RunTests
{
    [TestMethod]
    public void Run_returns_what_main_returned_and_stays_on_the_calling_thread()
    {
        var loop = EventLoop.Create();

        var threads = loop.Run(async _ =>
        {
            int before = Environment.CurrentManagedThreadId;
            await Task.Yield();
            await Task.Run(() => { });
            return (before, after: Environment.CurrentManagedThreadId);
        });

        Assert.AreEqual((Environment.CurrentManagedThreadId, Environment.CurrentManagedThreadId), threads);
    }

    [TestMethod]
    public void An_exception_of_main_comes_out_as_it_is()
    {
        var boom = new FormatException("boom");

        var error = Assert.ThrowsExactly<FormatException>(() => EventLoop.Create().Run(async _ =>
        {
            await Task.Yield();
            throw boom;
        }));

        Assert.AreSame(boom, error);
    }

    [TestMethod]
    public void A_run_inside_a_run_is_refused_and_both_are_named()
    {
        var outer = EventLoop.Create(new() { Name = "outer", Owner = "the outer owner" });
        var inner = EventLoop.Create(new() { Name = "inner", Owner = "the inner owner", Host = LoopHost.ForThisThread() });

        var error = Assert.ThrowsExactly<LoopNestedRunException>(() => outer.Run(async _ =>
        {
            await Task.Yield();
            inner.Run(_ => Task.CompletedTask);
        }));

        Assert.AreEqual("RND3005", error.Code);
        Assert.Contains("'inner'", error.Message);
        Assert.Contains("'the outer owner' on loop 'outer'", error.Message);
    }

    [TestMethod]
    public void The_context_of_the_caller_is_back_after_a_run_and_absent_callers_have_none()
    {
        var mine = new SynchronizationContext();
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(mine);
        try
        {
            EventLoop.Create().Run(async _ => await Task.Yield());

            Assert.AreSame(mine, SynchronizationContext.Current);
        }
        finally { SynchronizationContext.SetSynchronizationContext(before); }
        Assert.IsNull(EventLoop.Current);
    }
}
