using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Rondo.Loops.Tests;

/// <summary>Trio lets others run at each of its awaits. Here only an await of what is not complete does.</summary>
[TestClass]
public sealed class CheckpointTests
{
    [TestMethod]
    public void An_await_of_a_completed_task_lets_nobody_else_run()
    {
        var loop = EventLoop.Create();

        var othersRan = loop.Run(async _ =>
        {
            var ran = false;
            loop.Post(() => ran = true);
            await Task.CompletedTask;
            await Task.FromResult(1);
            var before = ran;
            await Task.Yield();
            return (before, after: ran);
        });

        Assert.AreEqual((false, true), othersRan);
    }
}
