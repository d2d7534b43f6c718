using Rondo;

namespace Interrupting;

public class AtOnce
{
    [Test, Case(1), Case(2), Case(3)] public void Is_over(int number) => Journal.Add("over " + number);

    [Test] public void Fails() => throw new Exception("as it should");

    [Test, Skip("not today")] public void Is_skipped() { }
}

public sealed record Lazy(int Number);

public class WithFixture
{
    [Fixture] public static async Task<Lazy> Lazy(CancellationToken stop)
    {
        Journal.Add("setting up");
        while (!File.Exists(Path.Combine(Journal.Folder, "go"))) await Task.Delay(20, stop);
        return new Lazy(1);
    }

    [Test, Case(1), Case(2)] public void Needs_it(int number, Lazy lazy) => Journal.Add($"needs {lazy} {number}");
}

public class Tests
{
    [Test, Case(1), Case(2), Case(3), Case(4), Case(5), Case(6), Case(7), Case(8)]
    public async Task Waits_for_the_word(int number)
    {
        Journal.Add("waiting " + number);
        while (!File.Exists(Path.Combine(Journal.Folder, "go"))) await Task.Delay(20);
        Journal.Add("done " + number);
    }
}

public class Deaf
{
    [Test, Case(1), Case(2), Case(3), Case(4)] public void Never_returns(int number)
    {
        Journal.Add("deaf " + number);
        Thread.Sleep(Timeout.Infinite);
    }
}

public class Suspended
{
    [Test, Timeout(2500)] public async Task Is_stopped_for_longer_than_its_limit()
    {
        Journal.Add("suspended " + Environment.ProcessId);
        while (!File.Exists(Path.Combine(Journal.Folder, "go"))) await Task.Delay(20);
    }
}

public class Polite
{
    [Test, Case(1), Case(2), Case(3)] public async Task Listens(int number, CancellationToken stop)
    {
        Journal.Add("listening " + number);
        try
        {
            await Task.Delay(Timeout.Infinite, stop);
        }
        finally
        {
            Journal.Add("cleaned up " + number);
        }
    }
}

public class Parents
{
    [Test] public async Task Has_a_child(CancellationToken stop)
    {
        using var child = System.Diagnostics.Process.Start("sleep", "300");
        Journal.Add("child " + child.Id);
        await Task.Delay(Timeout.Infinite, stop);
    }

    [Test] public async Task Has_a_detached_child(CancellationToken stop)
    {
        using var child = System.Diagnostics.Process.Start("sh", ["-c", "setsid sh -c 'sleep 300 & sleep 300'"]);
        await Task.Delay(200, stop);
        Journal.Add("child " + child.Id);
        await Task.Delay(Timeout.Infinite, stop);
    }
}
