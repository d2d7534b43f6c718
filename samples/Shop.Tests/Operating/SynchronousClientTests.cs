namespace Shop.Tests.Operating;

/// <summary>Old programs block. A synchronous test has a thread of its own, so waiting for a shop of the same process is no deadlock.</summary>
public sealed class SynchronousClientTests(Customer customer, Goods goods)
{
    [Test]
    public void A_whole_order_can_be_made_without_an_await(CancellationToken stop)
    {
        var cart = customer.Client.OpenCart(Currency.EUR, stop).Result;
        customer.Client.Put(cart.Id, goods.Tea.Sku, 3, stop).GetAwaiter().GetResult();
        var order = customer.Client.Place(cart.Id, stop).Result;

        var paid = customer.Client.PayAndWait(order.Id, Cards.Visa, stop).Result;

        Check.Equal(OrderStatus.Paid, paid.Status);
    }

    [Test]
    public void A_synchronous_request_is_answered(HttpClient http, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health");

        using var response = http.Send(request, stop);

        Check.That(response.IsSuccessStatusCode);
    }

    [Test]
    public void A_push_can_be_waited_for(PlacedOrder order, OrderWatch watch, CancellationToken stop)
    {
        order.Client.Pay(order.Id, Cards.Mastercard, stop).GetAwaiter().GetResult();

        var events = watch.Until(OrderStatus.Paid, stop).Result;

        Check.Equal(3, events.Count);
    }

    // The library call inside continues on the pool, so blocking the loop's own thread for it is ugly, but ends.
    [Test, BlockingWaits(BlockingWaits.Allow)]
    public async Task Even_an_async_test_may_block_where_it_says_so(HttpClient http, CancellationToken stop)
    {
        await Task.Yield();

        var answer = http.GetStringAsync("/health", stop).Result;

        Check.Equal("open", answer);
    }

    // Forty threads that block are hard on a pool of two cores: nobody else's times should suffer from it.
    [Test, Serial, Tag("slow")]
    public void Many_blocked_threads_get_their_answers(HttpClient http, CancellationToken stop)
    {
        var answers = new string[40];
        var threads = Enumerable.Range(0, answers.Length).Select(i => new Thread(() => answers[i] = http.GetStringAsync("/health", stop).Result)).ToList();

        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());

        Check.That(answers.All(a => a == "open"));
    }
}
