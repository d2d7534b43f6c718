using System.Runtime.InteropServices;
using Rondo;

public class Tests
{
    [DllImport("libc", EntryPoint = "sleep")] private static extern uint SleepOfLibc(uint seconds);

    [Test, Timeout(500)] public void Sleeps_for_ever() => Sleeper();

    [Test, Timeout(500)] public void Sleeps_in_native_code() => SleepOfLibc(1000);

    [Test, Case(1), Case(2), Case(3), Case(4)] public void Healthy(int number) => Journal.Add("healthy " + number);

    private static void Sleeper() => Thread.Sleep(Timeout.Infinite);
}
