using System.Runtime.InteropServices;
using Rondo;

namespace Hungry;

public class Greedy
{
    private static object?[]? s_held;

    // What the runtime may hold is bounded by DOTNET_GCHeapHardLimit.
    [Test] public void On_a_thread_of_its_own()
    {
        var thread = new Thread(HoldMore);
        thread.Start();
        thread.Join();
    }

    [Test] public void In_the_body() => HoldMore();

    // Nothing is left for whoever wants to tell of it. Large pieces first: with small ones alone the collector looks again and again at a million of them.
    [Test] public void And_lets_nothing_go()
    {
        for (var size = 1 << 20; ; size = Math.Max(size / 4, 16))
        {
            try
            {
                while (true) s_held = [s_held, new byte[size]];
            }
            catch (OutOfMemoryException) when (size > 16) { }
        }
    }

    // And what the process may hold by its control group.
    [Test] public unsafe void Past_the_runtime()
    {
        while (true) new Span<byte>(NativeMemory.Alloc(1 << 20), 1 << 20).Fill(1);
    }

    private static void HoldMore()
    {
        var held = new List<byte[]>();
        while (true) held.Add(new byte[1 << 20]);
    }
}

public class Modest
{
    [Test, Case(1), Case(2), Case(3)]
    public async Task Holds_little(int number)
    {
        Journal.Add("modest " + number);
        await Task.Yield();
    }
}
