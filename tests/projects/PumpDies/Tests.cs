using System.Reflection;
using Rondo;
using Rondo.Loops;

public class Tests
{
    [Test] public async Task Ends_the_pump_of_its_worker()
    {
        await Task.Yield();
        // Nothing that a test can do by itself gets there: a command of the library that fails, by reflection.
        Action fault = () => throw new NotSupportedException("planted in the pump");
        typeof(LoopHost).GetMethod("CommandBehind", BindingFlags.Instance | BindingFlags.NonPublic)!.Invoke(LoopHost.Current, [fault]);
        await Task.Delay(-1);
    }

    [Test, Case(1), Case(2), Case(3)] public async Task Runs_beside_it(int number)
    {
        await Task.Delay(10);
        Journal.Add("ran " + number);
    }
}
