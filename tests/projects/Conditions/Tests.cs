using Rondo;

[assembly: SkipUnless(typeof(Here), nameof(Here.Always), "never skipped by this")]

public static class Here
{
    // The controller's process must not ask: with workers it runs no user code.
    public static bool IsWorker => Ask("asked", Environment.GetEnvironmentVariable("RONDO_WORKER") is not null || Environment.GetCommandLineArgs().Contains("0"));

    public static bool Always() => true;

    internal static readonly bool Never = false;

    public static bool Throws => throw new NotSupportedException("no answer");

    public static bool Prints
    {
        get
        {
            Console.WriteLine("asking who asks");
            return false;
        }
    }

    public static bool Kills
    {
        get
        {
            if (Environment.GetEnvironmentVariable("RONDO_WORKER") is not null) Environment.FailFast("the condition did it");
            return false;
        }
    }

    private static bool Ask(string what, bool answer)
    {
        Journal.Add($"{what} {answer}");
        return answer;
    }
}

public sealed class Tests
{
    public Tests() => Journal.Add("constructed");

    [Test, SkipUnless(typeof(Here), nameof(Here.IsWorker), "only where tests run")] public void Runs()
    {
    }

    [Test, SkipUnless(typeof(Here), nameof(Here.Never), "never here")] public void Is_skipped(Costly costly) => throw new InvalidOperationException("ran with " + costly);

    [Test, SkipUnless(typeof(Here), nameof(Here.Throws), "nobody knows")] public async Task Cannot_be_decided() => await Task.Yield();

    [Test, SkipUnless(typeof(Here), nameof(Here.Throws), "nobody knows"), ExpectedFailure("no excuse")] public void Is_not_expected()
    {
    }

    [Test, SkipUnless(typeof(Here), nameof(Here.Prints), "silent otherwise")] public void Has_the_output()
    {
    }

    [Test, SkipUnless(typeof(Here), nameof(Here.Kills), "it kills")] public void Is_charged_with_the_crash()
    {
    }

    [Test, SkipUnless(typeof(Here), nameof(Here.Always), "by its case"), Case(1, Skip = "this one")] public void Skip_comes_first(int number) => throw new InvalidOperationException($"ran {number}");

    [Fixture] public static Costly Costly()
    {
        Journal.Add("costly");
        return new Costly();
    }
}

[SkipUnless(typeof(Here), nameof(Here.Never), "by the class")]
public sealed class MarkedClass
{
    [Test] public void By_the_class() => throw new InvalidOperationException("ran");

    [Test, SkipUnless(typeof(Here), nameof(Here.Always), "by the method")] public void The_nearest_wins()
    {
    }
}

public sealed record Costly;
