using Rondo;

public sealed record Cart(int Items);

public static class Fixtures
{
    [Fixture] public static Cart Empty() => new(0);
    [Fixture] public static Cart Full() => new(9);
}

public class Checkout
{
    [Test] public void Is_paid(Cart cart) => Expect.Equal(0, cart.Items);
    [Test] public void Is_empty(Cart empty) => Expect.Equal(0, empty.Items);
}
