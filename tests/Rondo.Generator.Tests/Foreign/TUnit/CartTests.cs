using Shop;
using TUnit.Assertions;
using TUnit.Core;
using static TUnit.Core.HookType;

namespace Shop.Tests;

[Category("till")]
public class CartTests
{
    private static Product? s_tea;
    private Cart _cart = null!;

    [Before(Class)]
    public static async Task Price()
    {
        await Task.Yield();
        s_tea = new("TEA1", "Green tea", new Money(3.50m, Currency.Euro));
    }

    [After(Class)]
    public static void Forget() => s_tea = null;

    [Before(Test)]
    public async Task Prepare()
    {
        await Task.Yield();
        _cart = new Cart();
    }

    [After(Test)]
    public Task CleanUp()
    {
        _cart.Remove(s_tea!);
        return Task.CompletedTask;
    }

    [Test]
    public async Task A_new_cart_is_empty() => await Assert.That(_cart.IsEmpty);

    [Test, Retry(2), Repeat(1)]
    public async Task Nothing_is_counted() => await Assert.That(_cart.Count == 0);

    [Test]
    [Arguments(1, 3.5)]
    [Arguments(2, 7, DisplayName = "a pair")]
    [Arguments(10, 35, Skip = "under discussion")] // a crate
    [DisplayName("$count of tea cost $total")]
    public async Task Total_grows(int count, decimal total)
    {
        _cart.Put(s_tea!, count);
        await Assert.That(_cart.Total().Amount == total);
    }

    [Test, Skip("the bank is not connected yet")]
    public void Pays() { }

    [Test, Explicit, Property("Issue", "417")]
    public void By_hand() { }

    [Test, NotInParallel]
    public async Task Alone() => await Assert.That(_cart.IsEmpty);

    [Test, NotInParallel("till")]
    public async Task Alone_at_the_till() => await Assert.That(_cart.IsEmpty);

    [Test, NotInParallel(["till", "bank"])]
    public async Task Alone_at_both() => await Assert.That(_cart.IsEmpty);

    [Test]
    [MethodDataSource(nameof(Purchases))]
    public async Task Totals(int teas, decimal total)
    {
        _cart.Put(s_tea!, teas);
        await Assert.That(_cart.Total().Amount == total);
    }

    public static IEnumerable<(int, decimal)> Purchases() => [(1, 3.5m), (2, 7m)];

    [Test]
    [MethodDataSource(typeof(More), nameof(More.Purchases))]
    public async Task More_totals(int teas, decimal total)
    {
        _cart.Put(s_tea!, teas);
        await Assert.That(_cart.Total().Amount == total);
    }

    public static class More
    {
        public static IEnumerable<Func<(int, decimal)>> Purchases()
        {
            yield return () => (3, 10.5m);
            yield return () => (4, 14m);
        }
    }
}
