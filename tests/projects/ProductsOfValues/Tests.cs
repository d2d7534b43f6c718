using Rondo;

namespace Products;

public enum Side { Left, Right }

public sealed class Cart;

public sealed class Grids
{
    [Fixture] public static Cart NewCart() => new();

    [Test] public void Grid([Values(1, 2, 3)] int x, [Values("a", "b")] string y) => Expect.True(x is > 0 and < 4 && y is "a" or "b", y);

    [Test] public async Task All_of_them(Cart cart, [Values] Side side, CancellationToken stop, [Values] bool? maybe)
    {
        await Task.Delay(1, stop);
        Expect.True(cart is not null && side is Side.Left or Side.Right, $"{side} {maybe}");
    }

    [Test, DisplayName("{text} at {price}")] public void Converted([Values(1.10, "2.5")] decimal price, [Values(null, "a/b")] string? text) => Expect.True(price > 1, text ?? "");

    [Test]
    public void Many(
        [Values(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)] int a, [Values(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)] int b, [Values(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)] int c)
    {
        if (a + b + c == 27) Journal.Add("last");
    }
}
