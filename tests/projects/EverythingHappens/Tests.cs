using Rondo;

namespace Everything;

public sealed record Server(string Url);
public sealed record Database(string Name);
public sealed record Basket(int Number);
public sealed record Broken;
public sealed record Rattling;

/// <summary>What has failed once and does not when ALL_WELL is set: a rerun.</summary>
public static class Well
{
    public static bool IsAll => Environment.GetEnvironmentVariable("ALL_WELL") is not null;

    public static void OrThrow(string message)
    {
        if (!IsAll) throw new InvalidOperationException(message);
    }
}

public static class Fixtures
{
    [Fixture(FixtureScope.Run)]
    public static async Task Server(Use<Server> use)
    {
        await Task.Delay(30);
        await use(new Server("http://localhost"));
        await Task.Delay(10);
    }

    [Fixture(FixtureScope.Worker)]
    public static async Task Database(Use<Database> use)
    {
        await Task.Delay(60);
        await use(new Database("orders"));
        await Task.Delay(20);
    }

    [Fixture]
    public static async Task Basket(Use<Basket> use, Database database)
    {
        await Task.Delay(15);
        await use(new Basket(database.Name.Length));
        await Task.Delay(10);
    }

    [Fixture]
    public static Broken Broken()
    {
        Well.OrThrow("no route to the broken host");
        return new Broken();
    }

    [Fixture(FixtureScope.Worker)]
    public static async Task Rattling(Use<Rattling> use)
    {
        await use(new Rattling());
        Well.OrThrow("the machine will not turn off");
    }
}

public sealed class Shop
{
    private static int s_attempts;

    [Test, Tag("slow")] public async Task Sells(Basket basket, Server server)
    {
        Console.WriteLine($"selling to {server.Url}");
        await Task.Delay(80);
        Expect.Equal(6, basket.Number);
    }

    [Test, Case(1, "EUR"), Case(2, "USD", Name = "two dollars")] public async Task Counts(int amount, string currency, Basket basket)
    {
        await Task.Delay(10 * amount);
        Expect.Equal(3, currency.Length + basket.Number - 6);
    }

    [Test] public async Task Fails()
    {
        Console.WriteLine("before it fails");
        Console.Error.WriteLine("careful");
        await Task.Delay(20);
        Well.OrThrow("the order was paid twice");
    }

    [Test] public void Needs_what_is_broken(Broken broken) => Expect.True(broken is not null, "broken");

    [Test] public void Rattles(Rattling rattling) => Expect.True(rattling is not null, "rattling");

    [Test, Timeout(150)] public async Task Takes_too_long(CancellationToken stop)
    {
        if (!Well.IsAll) await Task.Delay(Timeout.Infinite, stop);
    }

    [Test, Retry(2)] public async Task Is_shaky(TestContext context)
    {
        await Task.Delay(15);
        Console.WriteLine($"attempt {context.Attempt}");
        if (++s_attempts < 2) throw new InvalidOperationException("shaky in the first");
    }

    [Test, Skip("not on a Sunday")] public void Is_skipped() { }

    [Test, ExpectedFailure("issue 12")] public void Is_expected_to_fail() => throw new InvalidOperationException("as expected");

    [Test] public async Task Has_parts(Subtests subtests)
    {
        await subtests.RunAsync("A", async () => { Console.WriteLine("a speaks"); await Task.Delay(5); });
        subtests.Run("B/\u0022quoted\u0022", () => Well.OrThrow("part b"));
    }
}

public sealed class Deadly
{
    [Test] public async Task Kills_its_process()
    {
        await Task.Delay(30);
        if (!Well.IsAll) Environment.FailFast("goodbye");
    }
}

public sealed class Hostile
{
    [Test, Case("</script><script>document.title='owned'</script>"), Case("<img src=x onerror=alert(1)>"), Case("\0\u001b[31m]]>\u2028")]
    public void Arguments(string text)
    {
        Console.WriteLine("</script></pre><script>document.title='owned'</script>" + text);
        Well.OrThrow("<b>bold</b> & ]]> </script> \0\u001b[2J {{7*7}} \ud800");
    }
}

[Cooperative]
public sealed class Together
{
    [Test, Repeat(6)] public async Task Overlaps() => await Task.Delay(60);
}
