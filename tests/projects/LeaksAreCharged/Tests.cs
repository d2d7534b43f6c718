using Rondo;
using Rondo.Loops;

// Everything here is left behind by one test and surfaces when all tests are over: in the teardown of the worker's fixture. What it is charged to is the point.
public sealed record Gate(TaskCompletionSource Opened, ManualResetEventSlim OpenedForThreads);

public sealed record Cart(int Number);

public sealed record Shelf(int Number);

public static class Fixtures
{
    [Fixture(FixtureScope.Worker)] public static async Task TheGate(Use<Gate> use)
    {
        var gate = new Gate(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new ManualResetEventSlim());
        await use(gate);
        gate.Opened.SetResult();
        gate.OpenedForThreads.Set();
        await Task.Delay(700);
    }

    [Fixture] public static Task Cart(Use<Cart> use, Gate gate)
    {
        Leaks.FailLater(gate.Opened.Task, "the cart's async void");
        return use(new Cart(1));
    }

    [Fixture(FixtureScope.Worker)] public static Task Shelf(Use<Shelf> use, Gate gate)
    {
        _ = Task.Run(() => Leaks.FailLater(gate.Opened.Task, "the shelf's async void"));
        return use(new Shelf(1));
    }
}

internal static class Leaks
{
    public static async void FailLater(Task gate, string text)
    {
        await gate;
        throw new InvalidOperationException(text);
    }

    public static async void WaitLater(Task gate) => await gate;

    public static async Task FailAsync(Task gate, string text)
    {
        await gate;
        throw new InvalidOperationException(text);
    }

    public static async Task WaitAsync(Task gate)
    {
        await gate;
        await Task.Yield();
    }
}

public class Tests
{
    [Test] public async Task Async_void_on_the_loop(Gate gate)
    {
        Leaks.FailLater(gate.Opened.Task, "an async void of the loop");
        await Task.Yield();
    }

    [Test] public async Task Async_void_on_the_pool(Gate gate)
    {
        _ = Task.Run(() => Leaks.FailLater(gate.Opened.Task, "an async void of the pool"));
        await Task.Delay(10);
    }

    [Test] public async Task Unobserved_task(Gate gate)
    {
        _ = Task.Run(() => Leaks.FailAsync(gate.Opened.Task, "nobody observed it"));
        await Task.Delay(10);
    }

    [Test] public void Unobserved_task_at_once() => Forget();

    [Test] public void Raw_thread(Gate gate) => new Thread(() =>
    {
        gate.OpenedForThreads.Wait();
        throw new InvalidOperationException("thrown by a thread");
    }) { IsBackground = true }.Start();

    [Test] public void System_timer(Gate gate)
    {
        Timer? timer = null;
        timer = new Timer(_ =>
        {
            if (!gate.OpenedForThreads.IsSet) return;
            timer!.Dispose();
            throw new InvalidOperationException("thrown by a timer");
        }, null, 20, 20);
    }

    [Test] public async Task Post_after_close(Gate gate)
    {
        _ = Leaks.WaitAsync(gate.Opened.Task);
        await Task.Yield();
    }

    [Test] public async Task Outstanding_async_void(Gate gate)
    {
        Leaks.WaitLater(gate.Opened.Task);
        await Task.Yield();
    }

    [Test] public async Task Armed_timer(TimeProvider clock)
    {
        _ = Task.Delay(TimeSpan.FromHours(1), clock);
        await Task.Yield();
    }

    [Test] public async Task Child_that_nobody_awaits(Gate gate)
    {
        _ = TaskGroup.RunAsync(group =>
        {
            _ = group.Start(_ => gate.Opened.Task);
            return Task.CompletedTask;
        });
        await Task.Yield();
    }

    [Test] public async Task Work_of_a_fixture_of_the_test(Cart cart)
    {
        await Task.Yield();
        Expect.Equal(1, cart.Number);
    }

    [Test] public void Work_of_a_wider_fixture(Shelf shelf) => Expect.Equal(1, shelf.Number);

    [Test] public async Task Innocent(Gate gate)
    {
        await Task.Delay(50);
        Expect.True(!gate.Opened.Task.IsCompleted, "tests come before the teardown");
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static void Forget() => _ = Task.Run(() => throw new InvalidOperationException("failed at once, and nobody observed it"));
}
