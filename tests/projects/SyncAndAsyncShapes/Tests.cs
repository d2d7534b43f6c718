using Rondo;

namespace Shapes;

public class Instance
{
    [Test] public void Void() { }

    [Test] public async Task Task() => await System.Threading.Tasks.Task.Yield();

    [Test] public async ValueTask ValueTask() => await System.Threading.Tasks.Task.Yield();

    [Test] public Task Already_done() => System.Threading.Tasks.Task.CompletedTask;

    [Test]
    public async Task Continues_after_many_awaits()
    {
        for (var i = 0; i < 1000; i++) await System.Threading.Tasks.Task.Yield();
        await System.Threading.Tasks.Task.Delay(20);
        await System.Threading.Tasks.Task.Run(() => { });
    }
}

internal static class Static
{
    [Test] public static void Void() { }

    [Test] public static async Task Task() => await System.Threading.Tasks.Task.Yield();

    [Test] public static ValueTask ValueTask() => default;
}

sealed class Mixed
{
    private readonly int _value = 7;

    [Test] public static void Static() { }

    [Test] public void Instance() => Expect.Equal(7, _value);
}
