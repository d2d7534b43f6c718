using Rondo;

namespace NotShared;

public sealed record Value(int Process);

public class Tests
{
    [Fixture(FixtureScope.Class, Shared = false)]
    public static async Task Own(Use<Value> use)
    {
        Journal.Add("own up");
        await use(new Value(Environment.ProcessId));
        Journal.Add("own down");
    }

    // Each waits until another worker runs one of the class as well.
    [Test, Case(1), Case(2), Case(3), Case(4)]
    public async Task Is_spread(int number, Value own, WorkerInfo worker)
    {
        Expect.Equal(Environment.ProcessId, own.Process);
        Journal.Add("test " + number);
        for (var i = 0; i < 2000 && Journal.Processes < worker.WorkerCount; i++) await Task.Delay(5);
        Expect.Equal(worker.WorkerCount, Journal.Processes);
    }
}
