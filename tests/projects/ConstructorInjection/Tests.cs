using Rondo;

namespace Constructing;

public sealed record Cart(Guid Id);

public static class Fixtures
{
    [Fixture] public static Cart Cart() => new(Guid.NewGuid());
}

public sealed class Tests(Cart cart, TestContext context) : IAsyncDisposable, IDisposable
{
    private int _used;

    [Test] public void Same_cart(Cart again) => Expect.Equal(cart, Once(again));

    [Test] public async Task Same_cart_later(Cart again)
    {
        await Task.Yield();
        Expect.Equal(cart, Once(again));
    }

    public void Dispose() => Journal.Add("disposed synchronously");

    public ValueTask DisposeAsync()
    {
        Journal.Add("disposed after " + context.Id.Split('.')[^1]);
        return default;
    }

    private Cart Once(Cart value)
    {
        Expect.Equal(1, ++_used);
        return value;
    }
}

public sealed class Broken
{
    public Broken() => throw new NotSupportedException("no instances today");

    [Test] public void Never_runs() => Journal.Add("ran without an instance");
}
