using Rondo;

public class Checkout
{
    [Test]
    public void Coffee_is_paid() { }

    [Test]
    public void Total_is_right()
    {
        var total = 3 + 1;
        if (total != 3) throw new InvalidOperationException($"expected a total of 3 but it was {total}");
    }

    [Test]
    public async Task Cake_is_paid_after_a_while()
    {
        await Task.Yield();
        await PayAsync("cake");
    }

    private static async Task PayAsync(string what)
    {
        await Task.Delay(1);
        throw new ArgumentException($"no price for {what}");
    }
}
