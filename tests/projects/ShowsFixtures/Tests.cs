using Rondo;

[assembly: Tag("shown")]

public sealed record Address(int Port);

public static class Everywhere
{
    [Fixture(FixtureScope.Run)]
    public static async Task Server(Use<Address> use)
    {
        Journal.Add("server up");
        if (Environment.GetEnvironmentVariable("SLOW_SERVER") is not null)
        {
            // Until the run is cancelled; an hour is for ever.
            Journal.Add("waits");
            await Task.Delay(TimeSpan.FromHours(1));
        }

        await use(new Address(4711));
        Journal.Add("server down");
    }
}

namespace Shows
{
    public sealed class Client;

    public sealed class Basket;

    public sealed class Log;

    public static class Fixtures
    {
        [Fixture(FixtureScope.Worker, Name = "shop client")]
        public static Client Client(Address server) => new();

        [Fixture(FixtureScope.Namespace, AutoUse = true)]
        public static async Task Log(Use<Log> use) => await use(new Log());

        [Fixture]
        public static Basket Basket(Client client, TempDirectory folder) => new();

        [Fixture(FixtureScope.Class, Shared = false)]
        public static int Nobody_asks() => 1;
    }

    public sealed class A(Client client)
    {
        [Fixture(FixtureScope.Class)]
        public static long Own() => 5;

        [Test] public void First(long own, Basket basket) => _ = (own, basket, client);
        [Test, Case(1), Case(2)] public void Second(int number, Basket basket) => _ = (number, basket);
        [Test, Skip("not now")] public void Third(Basket basket) => _ = basket;
    }

    public sealed class B
    {
        [Test] public void Needs_nothing() => Journal.Add("ran");
    }
}
