using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Control;

namespace Rondo.Engine.Tests.Control;

[TestClass]
public sealed class BlameTests
{
    [TestMethod]
    [DataRow("Out of memory.\n", "Memory was used up, and the runtime gave up.")]
    [DataRow("terminate called after throwing an instance of 'PAL_SEHException'\n", "which is what it does when memory is used up, too")]
    [DataRow("Fatal error.\nInternal CLR error. (0x80131506)\n   at System.Runtime.EH.DispatchEx(System.Runtime.StackFrameIterator ByRef, ExInfo ByRef)\n", "which is what it does when memory is used up, too")]
    [DataRow("Fatal error.\nInternal CLR error. (0x80131506)\n   at System.GC.Collect()\n", "its message is in the error output below")]
    [DataRow("Process terminated.\nno memory of it\n", "The runtime gave up: Environment.FailFast")]
    public void Memory_is_named_where_the_runtime_gave_up_for_want_of_it(string wrote, string expected)
    {
        var why = Blame.ExplainEarly(new WorkerEnd(134, 6), wrote);

        Assert.Contains(expected, why);
    }

    [TestMethod]
    public void A_kill_that_the_system_counted_is_told_with_what_it_counted()
    {
        var why = Blame.ExplainEarly(new WorkerEnd(137, 9) { OutOfMemory = "'oom_kill' in 'x' rose from 0 to 1 while it ran" }, "");

        Assert.AreEqual("Memory was used up, and then the system ends processes: 'oom_kill' in 'x' rose from 0 to 1 while it ran. Run fewer workers (-n), let the tests hold less, or give the machine or container more.", why);
    }

    [TestMethod]
    public void Another_kill_came_from_outside()
    {
        var why = Blame.ExplainEarly(new WorkerEnd(137, 9), "");

        Assert.Contains("comes from outside", why);
        Assert.DoesNotContain("used up", why);
    }
}
