using Rondo;

public sealed class Tests(TestContext context)
{
    private static readonly Dictionary<string, int> s_attempts = [];

    // In one process all attempts of a case see the same statics; the instance is new.
    private int _calls;

    [Test, Retry(2)] public async Task Passes_in_the_second(Fresh fresh, TestContext sameContext)
    {
        await Task.Yield();
        Expect.Equal(1, ++_calls);
        Expect.Equal(1, ++fresh.Uses);
        Expect.Equal(context.Attempt, sameContext.Attempt);
        Expect.Equal(context.Attempt, Count("second"));
        Console.WriteLine($"this is attempt {context.Attempt}");
        Journal.Add($"second {context.Attempt}");
        if (context.Attempt == 1) throw new InvalidOperationException("boom in the first");
    }

    [Test, Retry(2)] public void Passes_in_the_last()
    {
        if (context.Attempt < 3) throw new InvalidOperationException($"boom {context.Attempt}");
    }

    [Test, Retry(1)] public void Never_passes()
    {
        Console.WriteLine($"output of attempt {context.Attempt}");
        throw new InvalidOperationException($"boom {context.Attempt}");
    }

    [Test, Retry(3)] public void Passes_at_once() => Expect.Equal(1, Count("once"));

    [Test, Retry(3)] public void Is_skipped()
    {
        Expect.Equal(1, Count("skipped"));
        Skip.Because("not here");
    }

    [Test, Retry(1)] public void Fails_and_is_skipped_then()
    {
        if (context.Attempt == 2) Skip.Because("gone");
        throw new InvalidOperationException("boom before");
    }

    [Test, Retry(2), Timeout(300)] public async Task Is_too_slow_at_first(CancellationToken stop)
    {
        if (context.Attempt == 1) await Task.Delay(Timeout.Infinite, stop);
    }

    [Test, Retry(1)] public void Its_fixture_fails_at_first(Shaky shaky) => Expect.Equal(2, shaky.Attempt);

    [Test, Retry(5)] public void Its_class_fixture_fails(Hopeless hopeless) => throw new InvalidOperationException("never reached: " + hopeless);

    [Test] public void Fails_without_a_mark()
    {
        if (context.Attempt == 1) throw new InvalidOperationException("boom, and no retry");
    }

    [Test, Case(1), Case(2), Retry(1)] public void Cases_have_attempts_of_their_own(int number)
    {
        if (context.Attempt < number) throw new InvalidOperationException($"boom {number}");
    }

    [Fixture] public static Fresh Fresh() => new();

    [Fixture] public static Shaky Shaky(TestContext test) => test.Attempt == 1 ? throw new InvalidOperationException("shaky") : new Shaky(test.Attempt);

    [Fixture(FixtureScope.Worker)] public static Hopeless Hopeless()
    {
        Journal.Add("hopeless");
        throw new InvalidOperationException("hopeless");
    }

    private static int Count(string name) => s_attempts[name] = s_attempts.GetValueOrDefault(name) + 1;
}

[Retry(1)]
public sealed class MarkedClass(TestContext context)
{
    [Test] public void By_the_class() => Expect.Equal(2, context.Attempt);

    [Test, Retry(0)] public void The_nearest_wins() => Expect.Equal(2, context.Attempt);
}

public sealed class Fresh
{
    public int Uses { get; set; }
}

public sealed record Shaky(int Attempt);

public sealed record Hopeless;
