using Rondo;

namespace Killing;

[Cooperative]
public class Together
{
    [Test, Case(1), Case(2), Case(3), Case(4), Case(5)]
    public async Task Is_innocent(int number)
    {
        Journal.Add($"innocent {number} begins");
        await Task.Delay(500);
        Journal.Add($"innocent {number} ends");
    }

    [Test] public async Task Is_innocent_and_fails()
    {
        await Task.Delay(500);
        throw new Exception("its own failure");
    }

    [Test] public async Task Ends_its_process()
    {
        await Task.Delay(200);
        Environment.Exit(7);
    }
}

public class Apart
{
    [Test, Case(1), Case(2)] public void Runs_once(int number) => Journal.Add("apart " + number);
}
