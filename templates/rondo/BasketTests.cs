namespace Company.RondoTests1;

public sealed class BasketTests(Basket basket)
{
    [Test]
    public void A_new_basket_is_empty()
    {
        if (basket.Count != 0) throw new Exception($"The basket holds {basket.Count}.");
    }

    [Test, Case(1), Case(3)]
    public async Task What_is_put_in_is_there(int number, CancellationToken stop)
    {
        await basket.PutAsync(number, stop);
        if (basket.Count != number) throw new Exception($"Put {number} into the basket, but it holds {basket.Count}.");
    }
}

public static class Fixtures
{
    [Fixture] // one for each test; FixtureScope.Worker would be one for each worker process
    public static async Task Basket(Use<Basket> use)
    {
        var basket = new Basket();
        await use(basket); // the test runs inside this await
        basket.Clear();
    }
}

public sealed class Basket
{
    public int Count { get; private set; }

    public async Task PutAsync(int number, CancellationToken stop)
    {
        await Task.Delay(1, stop);
        Count += number;
    }

    public void Clear() => Count = 0;
}
