using System.Runtime.CompilerServices;
using Rondo;

namespace BothEnds;

public class Tests
{
    // The first worker stops where WAIT_AT says, for somebody who wants to kill it exactly there; all others go on.
    [ModuleInitializer]
    internal static void Begin()
    {
        // The only trace of being a worker so early; private, but here the point is to wait before the worker can do anything.
        if (Environment.GetEnvironmentVariable("RONDO_CHANNEL") is null) return;
        WaitAt("start");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => WaitAt("end");
    }

    [Test, Case(1), Case(2), Case(3), Case(4)] public void Passes(int number) => Journal.Add("passed " + number);

    private static void WaitAt(string place)
    {
        if (Environment.GetEnvironmentVariable("WAIT_AT") != place) return;
        try
        {
            using var first = new FileStream(Path.Combine(Journal.Folder, "first"), FileMode.CreateNew);
        }
        catch (IOException)
        {
            return;
        }

        Journal.Add("waits at the " + place);
        Thread.Sleep(Timeout.Infinite);
    }
}
