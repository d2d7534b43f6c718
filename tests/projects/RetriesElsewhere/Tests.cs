using Rondo;

public sealed class Tests(TestContext context)
{
    private static int s_runsHere;

    // What an earlier attempt did to the statics of its process is not seen.
    [Test, Retry(1)] public void Leaves_its_process_behind()
    {
        Expect.Equal(1, ++s_runsHere);
        Journal.Add($"attempt {context.Attempt} in {Environment.ProcessId}");
        Console.WriteLine($"words of attempt {context.Attempt}");
        if (context.Attempt == 1) throw new InvalidOperationException("boom in the first");
    }

    [Test, Retry(2)] public void Kills_its_process_twice()
    {
        Journal.Add($"kills {context.Attempt}");
        if (context.Attempt < 3) Environment.FailFast("no more");
    }

    [Test, Retry(1), Timeout(300)] public void Hangs_at_first()
    {
        Journal.Add($"hangs {context.Attempt}");
        if (context.Attempt == 1) Thread.Sleep(Timeout.Infinite);
    }

    [Test, Retry(1)] public void Is_always_wrong()
    {
        Journal.Add($"wrong {context.Attempt}");
        throw new InvalidOperationException($"boom {context.Attempt}");
    }

    [Test] public void Has_no_retry()
    {
        Journal.Add("no retry");
        throw new InvalidOperationException("boom");
    }

    [Test, Case(1), Case(2)] public void Passes(int number) => Journal.Add($"passes {number}");

    // Its fixture was broken in that process for good.
    [Test, Retry(1)] public void Meets_its_class_fixture_anew(Fragile fragile) => Journal.Add($"fragile {fragile} {context.Attempt}");

    [Fixture(FixtureScope.Class)] public static Fragile Fragile()
    {
        Journal.Add("fragile is made");
        return Directory.GetFiles(Journal.Folder).Sum(f => File.ReadAllLines(f).Count(l => l.EndsWith("fragile is made", StringComparison.Ordinal))) == 1 ? throw new InvalidOperationException("not the first time") : new Fragile(2);
    }
}

public sealed record Fragile(int Number);
