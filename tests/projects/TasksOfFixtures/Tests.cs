using Rondo;
using Rondo.Loops;

public sealed record Server(string Name, Func<Task<string>> Ask);
public sealed record Crashing(TaskCompletionSource Crash);
public sealed record Timed(CancelScope Scope);
public sealed record Bystander(int Number);
public sealed record Nested(Timed Timed);

public static class Fixtures
{
    // The group of the fixture lives as long as it does.
    [Fixture(FixtureScope.Class)] public static async Task Server(Use<Server> use, TaskGroup tasks)
    {
        var server = await tasks.StartAndWaitReadyAsync<Server>(async (ready, stop) =>
        {
            ready(new Server("echo", () => Task.FromResult("answer")));
            try { await Task.Delay(-1, stop); }
            finally { Journal.Add("server down"); }
        }, "echo");
        await use(server);
        Journal.Add("fixture down, server " + await server.Ask());
    }

    [Fixture] public static Crashing Crashing(TaskGroup tasks)
    {
        var crash = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = tasks.Start(async _ =>
        {
            await crash.Task;
            throw new FormatException("the server of the fixture crashed");
        }, "crasher");
        return new Crashing(crash);
    }

    [Fixture] public static async Task<string> NeverReady(TaskGroup tasks, CancellationToken stop)
    {
        _ = tasks.Start(_ => throw new FormatException("crashed while the setup waits"));
        await Task.Delay(-1, stop);
        return "ready";
    }

    // A scope of its own code around the use: what is cancelled there reaches those that use the value.
    [Fixture] public static Task Timed(Use<Timed> use) => CancelScope.RunAsync(scope => use(new Timed(scope)));

    [Fixture] public static async Task Bystander(Use<Bystander> use)
    {
        Expect.True(CancelScope.Current is null, "no scope of a sibling or test is around a fixture");
        await use(new Bystander(1));
        Expect.True(CancelScope.Current is null, "nor around its teardown");
        Journal.Add("bystander down");
    }

    [Fixture] public static async Task Nested(Use<Nested> use, Timed timed) => await use(new Nested(timed));
}

public class Tests
{
    [Test] public async Task Uses_a_server(Server server) => Expect.Equal("answer", await server.Ask());

    [Test] public async Task Uses_the_same_server(Server server) => Expect.Equal("answer", await server.Ask());

    [Test] public async Task A_fixture_whose_child_fails_fails_its_user(Crashing crashing, CancellationToken stop)
    {
        crashing.Crash.SetResult();
        await Task.Delay(-1, stop);
    }

    [Test] public void A_setup_whose_child_fails(string never) => Journal.Add("ran with " + never);

    [Test] public async Task A_fixture_that_cancels_its_scope_reaches_its_user(Timed timed, CancellationToken stop)
    {
        await Task.Yield();
        timed.Scope.Cancel("the fixture has had enough");
        await Task.Delay(-1, stop);
    }

    [Test] public async Task It_reaches_who_uses_it_through_another_fixture(Nested nested, CancellationToken stop)
    {
        await Task.Yield();
        nested.Timed.Scope.Cancel("enough, says the inner one");
        await Task.Delay(-1, stop);
    }

    [Test] public async Task A_cancelled_test_tears_its_fixtures_down(Bystander bystander, CancellationToken stop)
    {
        CancelScope.Current!.Cancel("the test itself");
        await Task.Yield();
        Expect.Equal(1, bystander.Number);
        Expect.True(!stop.IsCancellationRequested, "the token is the engine's");
    }
}
