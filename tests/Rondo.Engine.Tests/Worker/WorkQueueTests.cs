using Rondo.Engine.Collections;
using Rondo.Engine.Planning;
using Rondo.Engine.Wire;
using Rondo.Engine.Worker;

namespace Rondo.Engine.Tests.Worker;

[TestClass]
public sealed class WorkQueueTests
{
    private readonly WorkQueue _queue = new();

    [TestMethod]
    public void A_case_waits_for_the_orders_that_were_heard_before_it()
    {
        _queue.Add(new Message.ScopeOver(FixtureScope.Class, "N.C1"));
        _queue.Add(CaseList.OfNumbers([3]));

        Assert.IsFalse(_queue.TryTake(out _));
        Assert.IsTrue(_queue.TryTakeOrder(out var order));
        Assert.IsInstanceOfType<Message.ScopeOver>(order);
        Assert.IsTrue(_queue.TryTake(out var index));
        Assert.AreEqual(new CaseIndex(3), index);
        Assert.IsTrue(_queue.IsEmpty);
    }

    [TestMethod]
    public void What_is_given_back_is_not_taken_and_the_rest_keeps_its_order()
    {
        _queue.Add(CaseList.OfNumbers([5, 1, 4, 2]));
        Assert.IsTrue(_queue.TryTake(out var first));

        var given = _queue.GiveBack(CaseList.OfNumbers([5, 4, 9]));

        Assert.AreEqual(5, first.Value);
        CollectionAssert.AreEqual(new[] { 4 }, CaseList.NumbersOf(given));
        CollectionAssert.AreEqual(new[] { 1, 2 }, CaseList.NumbersOf(_queue.GiveBackAll()));
        Assert.IsTrue(_queue.IsEmpty);
    }
}
