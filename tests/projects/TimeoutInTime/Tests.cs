using Rondo;

public class Patience
{
    [Test, Timeout(300)]
    public async Task Waits_for_ever_but_listens(CancellationToken stop)
    {
        Journal.Add("process " + Environment.ProcessId);
        try
        {
            await Task.Delay(Timeout.Infinite, stop);
        }
        finally
        {
            Journal.Add("cleaned up");
        }
    }

    [Test, Timeout(5000)] public async Task Is_quick_enough() => await Task.Delay(10);

    [Test] public void Comes_later() { }
}
