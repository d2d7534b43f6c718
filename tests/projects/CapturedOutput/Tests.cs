using System.Diagnostics;
using Rondo;

namespace Capturing;

public class Left
{
    [Test] public async Task Speaks()
    {
        for (var i = 0; i < 20; i++)
        {
            Console.WriteLine($"left {i}");
            await Task.Delay(1);
        }

        Console.Error.WriteLine("left complains");
    }

    [Test] public async Task Starts_work_that_speaks()
    {
        await Task.Run(async () =>
        {
            await Task.Delay(5);
            Console.WriteLine("from the pool");
        });
        var thread = new Thread(() => Console.WriteLine("from a thread"));
        thread.Start();
        thread.Join();
    }
}

public class Right
{
    [Test] public async Task Speaks()
    {
        for (var i = 0; i < 20; i++)
        {
            Console.WriteLine($"right {i}");
            await Task.Yield();
        }

        TestContext.Current!.Output.WriteLine("right notes");
        Trace.WriteLine("right traces");
        await Task.Run(() => Debug.WriteLine("right debugs on the pool"));
        throw new Exception("right fails");
    }

    [Test] public void Says_nothing() { }
}
