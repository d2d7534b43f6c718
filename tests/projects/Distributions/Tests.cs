using Rondo;

namespace Given;

public abstract class Noted(TestContext context)
{
    // Long enough for two workers to have something.
    protected async Task Note(string keys)
    {
        await Task.Delay(30);
        Journal.Add(context.Id);
        foreach (var key in keys.Split(' ', StringSplitOptions.RemoveEmptyEntries)) Journal.Add("in " + key);
    }
}

public sealed class One(TestContext context) : Noted(context)
{
    [Test, Group("db")] public Task A() => Note("class:One file:Tests group:db");

    [Test, Group("net"), Group("db")] public Task B() => Note("class:One file:Tests group:db_net");

    [Test] public Task C() => Note("class:One file:Tests");

    [Test] public Task D() => Note("class:One file:Tests");
}

public sealed class Two(TestContext context) : Noted(context)
{
    [Test, Group("db")] public Task A() => Note("class:Two file:Tests group:db");

    [Test, Group("db"), Group("net")] public Task B() => Note("class:Two file:Tests group:db_net");

    [Test] public Task C() => Note("class:Two file:Tests");
}
