using Rondo;

namespace RunFaults;

public sealed record Bad(int Number);
public sealed record Slow(int Number);
public sealed record Early(int Number);
public sealed record Needy(int Number);
public sealed record Absent(int Number);
public sealed record Messy(int Number);
public sealed record Good(int Number);
public record Shape(int Sides);
public sealed record Square(int Sides, string Colour) : Shape(Sides);

public static class Fixtures
{
    [Fixture(FixtureScope.Run)]
    public static async Task<Bad> Bad()
    {
        Journal.Add("bad");
        await Task.Yield();
        throw new FormatException("no such format");
    }

    [Fixture(FixtureScope.Run)]
    public static Needy Needy(Bad bad) => new(bad.Number);

    [Fixture(FixtureScope.Run, TimeoutMs = 300)]
    public static async Task Slow(Use<Slow> use)
    {
        // Neither ends nor looks at a token: nobody else in the host is kept from anything.
        await new TaskCompletionSource().Task;
        await use(new Slow(1));
    }

    [Fixture(FixtureScope.Run)]
    public static async Task Early(Use<Early> use)
    {
        var given = use(new Early(1));
        await Task.Delay(150);
        throw new FormatException("ended early");
    }

    [Fixture(FixtureScope.Run)]
    public static Absent Absent()
    {
        Skip.Because("no such machine");
        return new Absent(1);
    }

    [Fixture(FixtureScope.Run)]
    public static Shape Shape() => new Square(4, "red");

    [Fixture(FixtureScope.Run)]
    public static async Task Good(Use<Good> use)
    {
        Journal.Add("good up");
        await use(new Good(1));
        Journal.Add("good down");
        throw new FormatException("the first teardown error");
    }

    [Fixture(FixtureScope.Run)]
    public static async Task Messy(Use<Messy> use, Good good)
    {
        await use(new Messy(good.Number));
        Journal.Add("messy down");
        throw new FormatException("the second teardown error");
    }
}

public class Tests
{
    [Test, Case(1), Case(2)] public void Original_error(int number, Bad bad) => Journal.Add($"ran {number} {bad}");
    [Test] public void Error_of_what_it_needs(Needy needy) => Journal.Add("ran " + needy);
    [Test] public void Time_is_up(Slow slow) => Journal.Add("ran " + slow);
    [Test] public async Task Ends_early(Early early, CancellationToken stop) => await Task.Delay(TimeSpan.FromSeconds(20), stop);
    [Test] public void Skipped_with_it(Absent absent) => Journal.Add("ran " + absent);
    [Test] public void Loses_what_a_derived_record_adds(Shape shape) => Journal.Add("ran " + shape);
    [Test, Case(1), Case(2), Case(3)] public void Fine(int number, Messy messy) => Journal.Add($"fine {number} {messy.Number}");
}
