using Rondo;

namespace Failing;

public sealed record Database(string Url);
public sealed record Shop(Database Database);

public static class Fixtures
{
    [Fixture(FixtureScope.Worker)]
    public static async Task<Database> Database()
    {
        Journal.Add("database asked");
        await Task.Yield();
        throw new IOException("the disk is on fire");
    }

    [Fixture]
    public static Shop Shop(Database database)
    {
        Journal.Add("shop up");
        return new Shop(database);
    }
}

public class Tests
{
    [Test] public void Asks_directly(Database database) => Journal.Add("ran " + database);
    [Test] public void Asks_through_another(Shop shop) => Journal.Add("ran " + shop);
    [Test] public void Asks_for_nothing() { }
}
