using Covered;
using Rondo;

namespace Covering;

public class Doubles
{
    [Test, Case(1), Case(2), Case(3)] public void Are_twice_as_much(int price) => Expect.Equal(price * 2, Prices.Double(price));
}

public class Halves
{
    [Test] public void Of_even_ones() => Expect.Equal(2, Prices.Half(4));
}

// The only one that runs those lines, in a process of its own.
[Isolated]
public class OddHalves
{
    [Test] public void Are_rounded_down() => Expect.Equal(2, Prices.Half(5));
}

public class Later
{
    [Test] public async Task It_is_the_same() => Expect.Equal(7, await Prices.LaterAsync(7));
}
