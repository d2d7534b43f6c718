using System.Diagnostics;
using System.Runtime.InteropServices;
using Rondo;

public sealed class Tests
{
    [Test] public async Task Waits_for_nothing() => await Task.Delay(Timeout.Infinite);

    [Test] public void Sleeps() => Thread.Sleep(Timeout.Infinite);

    [Test] public async Task Holds_its_loop()
    {
        await Task.Yield();
        Spin();
    }

    [Test] public async Task Takes_long_and_lives()
    {
        for (var i = 0; i < 30; i++) await Task.Delay(100);
    }

    [Test] public void Takes_long_and_speaks()
    {
        for (var i = 0; i < 6; i++)
        {
            Thread.Sleep(500);
            Console.WriteLine($"still here {i}");
        }
    }

    [Test] public async Task Obeys_its_token(CancellationToken stop) => await Task.Delay(Timeout.Infinite, stop);

    private static ulong s_number;

    private static void Spin()
    {
        for (var number = 1ul; number != 0; number++) s_number ^= number;
    }
}

public sealed class Ends
{
    // A signal means what the tests make of it.
    [Test] public async Task Has_its_own_handler_of_a_signal()
    {
        var heard = new TaskCompletionSource();
        using var handler = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            heard.TrySetResult();
        });
        using var sender = Process.Start("kill", ["-TERM", $"{Environment.ProcessId}"]);
        await heard.Task;
    }

    // A worker that hangs is asked to end before it is killed: what hears of that may clean up.
    [Test] public void Hears_that_its_process_ends()
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Journal.Add("cleaned up");
        Thread.Sleep(Timeout.Infinite);
    }

    // Who does not come to an end then is killed.
    [Test] public void Hangs_in_that_too()
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            Journal.Add("deaf");
            Thread.Sleep(Timeout.Infinite);
        };
        Thread.Sleep(Timeout.Infinite);
    }
}
