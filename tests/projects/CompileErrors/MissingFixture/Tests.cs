using Rondo;

public sealed record Cart(int Items);

public class Checkout
{
    [Test] public void Is_paid(Cart cart) => Expect.Equal(0, cart.Items);
}
