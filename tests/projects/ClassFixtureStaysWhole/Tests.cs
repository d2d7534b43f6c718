using Rondo;

namespace Whole;

public sealed record Table(int Process);

public class First
{
    [Fixture(FixtureScope.Class)] public static async Task Table(Use<Table> use)
    {
        Journal.Add("first up");
        await use(new Table(Environment.ProcessId));
        Journal.Add("first down");
    }

    [Test, Case(1), Case(2), Case(3), Case(4), Case(5), Case(6)] public async Task Sits(int number, Table table)
    {
        await Task.Delay(10);
        Expect.Equal(Environment.ProcessId, table.Process);
        Journal.Add("first " + number);
    }
}

public class Second
{
    [Fixture(FixtureScope.Class)] public static async Task Table(Use<Table> use)
    {
        Journal.Add("second up");
        await use(new Table(Environment.ProcessId));
        Journal.Add("second down");
    }

    [Test, Case(1), Case(2), Case(3), Case(4), Case(5), Case(6)] public async Task Sits(int number, Table table)
    {
        await Task.Delay(10);
        Expect.Equal(Environment.ProcessId, table.Process);
        Journal.Add("second " + number);
    }
}

public class Rest
{
    [Test, Case(1), Case(2), Case(3), Case(4), Case(5), Case(6)] public async Task Stands(int number)
    {
        await Task.Delay(10);
        Journal.Add("rest " + number);
    }
}
