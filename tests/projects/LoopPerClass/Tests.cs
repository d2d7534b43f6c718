using Rondo;
using Rondo.Loops;

[Loop(LoopScope.Class)]
public class Shared
{
    private static EventLoop? s_seen;

    [Test, Case(1), Case(2), Case(3)] public async Task On_one_loop(int number)
    {
        var loop = EventLoop.Current!;
        Expect.True(SynchronizationContext.Current is not null, "a context on the loop");
        await Task.Yield();
        Expect.True(ReferenceEquals(loop, EventLoop.Current), "the same loop after an await");
        s_seen ??= loop;
        Expect.True(ReferenceEquals(s_seen, loop), "one loop for the class, case " + number);
    }
}

public class Own
{
    private static readonly HashSet<EventLoop> s_seen = [];

    [Test, Case(1), Case(2), Case(3)] public async Task On_its_own_loop(int number)
    {
        await Task.Yield();
        Expect.True(s_seen.Add(EventLoop.Current!), "a loop of its own, case " + number);
    }

    [Test] public async Task Stays_on_one_thread()
    {
        var thread = Environment.CurrentManagedThreadId;
        await Task.Delay(5);
        Expect.Equal(thread, Environment.CurrentManagedThreadId);
        await Task.Run(() => { });
        Expect.Equal(thread, Environment.CurrentManagedThreadId);
        await Task.Delay(5).ConfigureAwait(false);
    }
}
