using System.Runtime.InteropServices;
using Rondo;

namespace Killing;

public class Deadly
{
    [DllImport("libc", EntryPoint = "kill")] private static extern int Kill(int process, int signal);
    [DllImport("libc", EntryPoint = "exit")] private static extern void ExitOfLibc(int code);

    [DllImport("libc", EntryPoint = "abort")] private static extern void Abort();
    [DllImport("libc", EntryPoint = "memset")] private static extern nint Set(nint where, int what, nint length);

    [Test] public void By_fail_fast()
    {
        Console.WriteLine("last words before the failfast");
        Environment.FailFast("goodbye");
    }

    [Test] public void By_exit_zero() => Environment.Exit(0);

    [Test] public void By_exit_three() => Environment.Exit(3);

    [Test] public async Task By_exit_of_libc()
    {
        await Task.Yield();
        ExitOfLibc(0);
    }

    [Test] public void By_abort() => Abort();

    [Test] public void By_access_violation() => Set(new nint(0x7fff_0000_0000_0000), 1, 8);

    [Test] public void By_stack_overflow() => Deeper(1);

    [Test] public async Task By_signal()
    {
        await Task.Delay(10);
        Kill(Environment.ProcessId, 9);
        await Task.Delay(5000);
    }

    private static int Deeper(int level) => Deeper(level + 1) + level;
}

public class Healthy
{
    [Test, Case(1), Case(2), Case(3), Case(4), Case(5), Case(6), Case(7), Case(8)]
    public async Task Runs_once(int number)
    {
        Journal.Add("healthy " + number);
        await Task.Delay(20);
    }
}
