using Rondo;

[Cooperative]
public class Quiet
{
    [Test, Case(1), Case(2), Case(3)]
    public async Task Waiting_costs_nothing(int number)
    {
        // What starts and compiles is not what is measured.
        await Task.Delay(1000);
        var before = Environment.CpuUsage.TotalTime;
        await Task.Delay(2000);
        var used = Environment.CpuUsage.TotalTime - before;
        Expect.True(used < TimeSpan.FromMilliseconds(250), $"{used.TotalMilliseconds} ms of processor time in 2 s, case {number}");
    }
}
