using Rondo;

namespace Early;

public sealed record Tea(int Degrees);
public sealed record Milk(int Litres);

public static class Fixtures
{
    public static bool OutOfTea => true;

    [Fixture]
    public static async Task Tea(Use<Tea> use)
    {
        await Task.Yield();
        if (OutOfTea) return;
        await use(new Tea(90));
    }

    [Fixture]
    public static async Task Milk(Use<Milk> use)
    {
        var served = use(new Milk(1));
        await Task.Yield();
        if (OutOfTea) return;
        await served;
    }
}

public class Tests
{
    [Test] public void Wants_tea(Tea tea) => Journal.Add("drank tea " + tea);
    [Test] public async Task Wants_milk(Milk milk)
    {
        await Task.Delay(50);
        Journal.Add("drank milk " + milk);
    }

    [Test] public void Wants_nothing() { }
}
