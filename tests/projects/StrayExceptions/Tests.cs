using Rondo;

namespace Stray;

public class Tests
{
    [Test] public async Task From_async_void()
    {
        Run();
        await Task.Delay(50);

        static async void Run()
        {
            await Task.Yield();
            throw new InvalidOperationException("nobody awaits me");
        }
    }

    [Test] public async Task From_async_void_at_once()
    {
        Run();
        await Task.Delay(50);

#pragma warning disable CS1998 // It throws before it could await.
        static async void Run() => throw new InvalidOperationException("thrown at once");
#pragma warning restore CS1998
    }

    [Test] public void From_a_thread()
    {
        var thread = new Thread(() => throw new InvalidOperationException("thrown by a thread"));
        thread.Start();
        thread.Join();
    }

    [Test] public async Task From_a_timer()
    {
        var fired = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var timer = new Timer(_ =>
        {
            fired.SetResult();
            throw new InvalidOperationException("thrown by a timer");
        }, null, 1, Timeout.Infinite);
        await fired.Task;
        await Task.Delay(200);
    }

    [Test] public async Task Beside_them() => await Task.Delay(10);

    [Test] public void And_after_them() { }
}
