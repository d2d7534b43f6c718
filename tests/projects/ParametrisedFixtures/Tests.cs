using Rondo;

namespace Parametrised;

public sealed record Database(string Kind);

public sealed record Client(Database Database);

public static class Fixtures
{
    [Fixture(FixtureScope.Worker), Case("sqlite"), Case("postgres")]
    public static async Task OpenDatabase(Use<Database> use, string kind, WorkerInfo worker)
    {
        Expect.True(worker.WorkerId.Length > 0, "worker");
        Journal.Add("up " + kind);
        await use(new Database(kind));
        Journal.Add("down " + kind);
    }

    [Fixture(FixtureScope.Worker)]
    public static async Task OpenClient(Use<Client> use, Database database)
    {
        Journal.Add("client of " + database.Kind);
        await use(new Client(database));
        Journal.Add("no client of " + database.Kind);
    }

    [Fixture, Case(1), Case(2, Name = "two"), Case(3, Skip = "three is too many")]
    public static int Size(int size) => size;
}

public sealed class Queries(Database database)
{
    [Test] public void By_constructor() => Expect.True(database.Kind is "sqlite" or "postgres", database.Kind);

    [Test, Case("x")] public async Task Through_another(string text, Client client)
    {
        await Task.Yield();
        Expect.Equal(database, client.Database);
        Expect.Equal("x", text);
    }
}

public sealed class Others
{
    [Test] public void No_fixture() { }

    [Test] public void Two_of_them(Client client, int size) => Expect.True(client.Database.Kind.Length > size, "size");
}

public abstract class OnItsOwn
{
    [Fixture, Case('a'), Case('b')] public char Letter(char letter) => letter;

    [Test] public void On_the_instance(char letter) => Expect.True(letter is 'a' or 'b', "letter");
}

public sealed class Derived : OnItsOwn
{
    [Fixture(FixtureScope.Class), Case(DayOfWeek.Monday), Case(DayOfWeek.Friday)]
    public static async Task Day(Use<DayOfWeek> use, DayOfWeek day)
    {
        Journal.Add("begin " + day);
        await use(day);
        Journal.Add("end " + day);
    }

    [Test] public void First(DayOfWeek day) => Journal.Add("first " + day);

    [Test] public void Second(DayOfWeek day) => Journal.Add("second " + day);
}
