using System.Net.WebSockets;

namespace Shop.Tests.Watching;

/// <summary>Many sockets at once, on the thread pool, as in the programs that watch in earnest.</summary>
[Loop(Backend = LoopBackend.ThreadPool)]
public sealed class ManyWatchersTests(PlacedOrder order)
{
    [Test]
    [Case(5)]
    [Case(25)]
    [Tag("slow")]
    public async Task All_watchers_see_the_same(int watchers, CancellationToken stop)
    {
        var watches = await Task.WhenAll(Enumerable.Range(0, watchers).Select(_ => order.Client.Watch(order.Id, stop)));
        await order.Client.Pay(order.Id, Cards.Mastercard, stop);

        var stories = await Task.WhenAll(watches.Select(w => w.Until(OrderStatus.Paid, stop)));

        foreach (var story in stories) Check.Sequence(stories[0], story);
        foreach (var watch in watches) await watch.DisposeAsync();
    }

    [Test]
    public async Task Watchers_may_come_while_the_bank_thinks(CancellationToken stop)
    {
        await order.Client.Pay(order.Id, Cards.Amex, stop);
        for (var i = 0; i < 4; i++)
        {
            await using var watch = await order.Client.Watch(order.Id, stop);
            Check.Equal(OrderStatus.Placed, (await watch.Next(stop))!.Status);
        }

        await using var last = await order.Client.Watch(order.Id, stop);
        Check.Sequence([1, 2, 3], (await last.Until(OrderStatus.Paid, stop)).Select(e => e.Sequence));
    }

    [Test]
    public async Task A_stranger_cannot_watch(ShopClient guest, CancellationToken stop)
    {
        try
        {
            await using var watch = await guest.Watch(order.Id, stop);
        }
        catch (WebSocketException refused)
        {
            Check.Contains("401", refused.Message);
            return;
        }

        throw new CheckFailedException("A guest watches somebody's order.");
    }
}
