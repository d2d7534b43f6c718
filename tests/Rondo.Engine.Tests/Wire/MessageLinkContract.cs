using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Tests.Wire;

/// <summary>What every kind of link promises.</summary>
public abstract class MessageLinkContract
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(30);

    public Microsoft.VisualStudio.TestTools.UnitTesting.TestContext TestContext { get; set; } = null!;

    private protected abstract Task<(IMessageLink Controller, IMessageLink Worker)> ConnectAsync();

    [TestMethod]
    public async Task Messages_arrive_in_order_in_both_directions()
    {
        var (controller, worker) = await ConnectAsync();
        for (var i = 0; i < 100; i++) controller.Send(new Message.Assign([i]));
        controller.Flush();
        worker.SendNow(new Message.Note("from the worker"));

        for (var i = 0; i < 100; i++) Assert.AreEqual(i, ((Message.Assign)worker.Receive()!).Cases[0]);
        Assert.AreEqual(new Message.Note("from the worker"), controller.Receive());

        controller.Dispose();
        worker.Dispose();
    }

    [TestMethod]
    public async Task After_the_peer_closed_the_rest_can_be_read_and_then_nothing_for_ever()
    {
        var (controller, worker) = await ConnectAsync();
        for (var i = 0; i < 1000; i++) worker.Send(new Message.Note("n" + i));
        worker.Flush();
        worker.Dispose();

        for (var i = 0; i < 1000; i++) Assert.AreEqual(new Message.Note("n" + i), controller.Receive());
        Assert.IsNull(controller.Receive());
        Assert.IsNull(controller.Receive());

        controller.Dispose();
    }

    [TestMethod]
    public async Task What_the_controller_flushed_before_it_closed_arrives()
    {
        var (controller, worker) = await ConnectAsync();
        var large = new string('x', 3_000_000);
        controller.Send(new Message.Note(large));
        controller.Send(new Message.Finish());
        controller.Flush();
        controller.Dispose();

        Assert.AreEqual(new Message.Note(large), worker.Receive());
        Assert.AreEqual(new Message.Finish(), worker.Receive());
        Assert.IsNull(worker.Receive());

        worker.Dispose();
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Sending_to_a_dead_peer_throws_nothing_and_marks_the_link(bool controllerDies)
    {
        var (controller, worker) = await ConnectAsync();
        var (dead, living) = controllerDies ? (controller, worker) : (worker, controller);
        dead.Dispose();

        await UntilAsync(() =>
        {
            living.SendNow(new Message.Note("is anybody there?"));
            return living.IsDead;
        });

        living.SendNow(new Message.Finish());
        Assert.IsTrue(dead.IsDead);
        living.Dispose();
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task A_blocked_receiver_wakes_when_either_end_closes(bool ownEnd)
    {
        var (controller, worker) = await ConnectAsync();
        Message? received = new Message.Finish();
        var thread = new Thread(() => received = worker.Receive()) { IsBackground = true };
        thread.Start();
        await UntilAsync(() => thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin) || !ownEnd || controller is SocketLink);

        (ownEnd ? worker : controller).Dispose();

        Assert.IsTrue(thread.Join(s_deadline));
        Assert.IsNull(received);
        worker.Dispose();
        controller.Dispose();
    }

    [TestMethod]
    public async Task What_is_here_is_taken_in_lots_of_at_least_one_in_order_and_to_the_end()
    {
        var (controller, worker) = await ConnectAsync();
        var sending = Task.Factory.StartNew(() =>
        {
            for (var i = 0; i < 5000; i++) worker.SendNow(new Message.Working(i, WorkPhase.Body, "", 0));
            worker.Dispose();
        }, TestContext.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        var next = 0;
        while (controller.ReceiveLot() is { } lot)
        {
            Assert.IsNotEmpty(lot);
            foreach (var message in lot) Assert.AreEqual(next++, ((Message.Working)message).Case);
        }

        Assert.AreEqual(5000, next);
        Assert.IsNull(controller.ReceiveLot());
        await sending.WaitAsync(s_deadline, TestContext.CancellationToken);
        controller.Dispose();
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Who_is_blocked_waiting_for_a_lot_wakes_when_either_end_closes(bool ownEnd)
    {
        var (controller, worker) = await ConnectAsync();
        IReadOnlyList<Message>? received = [];
        var thread = new Thread(() => received = controller.ReceiveLot()) { IsBackground = true };
        thread.Start();
        await UntilAsync(() => thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin) || controller is SocketLink);

        (ownEnd ? controller : worker).Dispose();

        Assert.IsTrue(thread.Join(s_deadline));
        Assert.IsNull(received);
        worker.Dispose();
        controller.Dispose();
    }

    [TestMethod]
    public async Task Both_ends_may_send_much_at_once()
    {
        var (controller, worker) = await ConnectAsync();
        var text = new string('y', 200_000);
        var workerThread = Task.Factory.StartNew(() =>
        {
            for (var i = 0; i < 50; i++) worker.SendNow(new Message.Note(text));
            var count = 0;
            while (worker.Receive() is not null and not Message.Finish) count++;
            return count;
        }, TestContext.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        for (var i = 0; i < 50; i++) controller.SendNow(new Message.Note(text));
        controller.SendNow(new Message.Finish());
        for (var i = 0; i < 50; i++) Assert.AreEqual(new Message.Note(text), controller.Receive());

        Assert.AreEqual(50, await workerThread.WaitAsync(s_deadline, TestContext.CancellationToken));
        worker.Dispose();
        controller.Dispose();
    }

    [TestMethod]
    public async Task Many_threads_may_send_and_each_keeps_its_order()
    {
        var (controller, worker) = await ConnectAsync();
        var sending = Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 1000; i++) worker.SendNow(new Message.Working(i, WorkPhase.Body, "", thread));
        }, TestContext.CancellationToken)));

        var next = new int[4];
        for (var i = 0; i < 4000; i++)
        {
            var message = (Message.Working)(controller.Receive())!;
            Assert.AreEqual(next[message.LimitMs]++, message.Case);
        }

        await sending.WaitAsync(s_deadline, TestContext.CancellationToken);
        worker.Dispose();
        controller.Dispose();
    }

    [TestMethod]
    public async Task Closing_twice_and_using_a_closed_link_is_harmless()
    {
        var (controller, worker) = await ConnectAsync();

        controller.Dispose();
        controller.Dispose();
        controller.SendNow(new Message.Finish());

        Assert.IsNull(controller.Receive());
        Assert.IsNull(controller.Receive());
        worker.Dispose();
    }

    internal static async Task UntilAsync(Func<bool> condition)
    {
        var deadline = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.IsLessThan(s_deadline, TimeProvider.System.GetElapsedTime(deadline));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }
}

[TestClass]
public sealed class MemoryLinkTests : MessageLinkContract
{
    private protected override Task<(IMessageLink Controller, IMessageLink Worker)> ConnectAsync()
    {
        var (controller, worker) = MemoryLink.Pair();
        return Task.FromResult<(IMessageLink, IMessageLink)>((controller, worker));
    }

    [TestMethod]
    public void Messages_are_handed_over_as_they_are()
    {
        var (controller, worker) = MemoryLink.Pair();
        var message = new Message.Note("the same object");

        controller.SendNow(message);

        Assert.AreSame(message, worker.Receive());
    }

    [TestMethod]
    public void The_witness_has_heard_everything_when_a_flush_returns()
    {
        List<Message> heard = [];
        var (controller, worker) = MemoryLink.Pair(heard.AddRange);

        worker.Send(new Message.Note("one"));
        var before = heard.Count;
        worker.SendNow(new Message.Note("two"));

        Assert.AreEqual(0, before);
        Assert.AreSequenceEqual(new Message[] { new Message.Note("one"), new Message.Note("two") }, heard);
        Assert.HasCount(2, controller.ReceiveLot()!);
    }

    [TestMethod]
    public void The_witness_hears_nothing_that_the_peer_does_not_get()
    {
        List<Message> heard = [];
        var (controller, worker) = MemoryLink.Pair(heard.AddRange);

        controller.Dispose();
        worker.SendNow(new Message.Note("to nobody"));

        Assert.IsEmpty(heard);
    }
}
