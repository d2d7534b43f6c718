using Rondo;

public static class Here
{
    public static bool Good => true;

    private static bool Hidden => true;

    public static bool WithParameters(int number) => number > 0;

    public static int Number => Hidden ? 1 : 0;

    public static Task<bool> Later() => Task.FromResult(true);
}

public class Tests
{
    private bool OfTheInstance => true;

    [Test, SkipUnless(typeof(Here), nameof(Here.Good), "fine")] public void Fine() => _ = OfTheInstance;

    [Test, SkipUnless(typeof(Here), "Missing", "why")] public void Missing() { }

    [Test, SkipUnless(typeof(Here), "Hidden", "why")] public void Hidden() { }

    [Test, SkipUnless(typeof(Here), nameof(Here.Number), "why")] public void No_bool() { }

    [Test, SkipUnless(typeof(Here), nameof(Here.Later), "why")] public void Awaited() { }

    [Test, SkipUnless(typeof(Here), nameof(Here.WithParameters), "why")] public void Parameters() { }

    [Test, SkipUnless(typeof(Tests), nameof(OfTheInstance), "why")] public void Instance() { }

    [Test, Repeat(0)] public void Not_at_all() { }

    [Test, Retry(-1)] public void Less_than_once() { }

    [Test, Retry(2), ExpectedFailure("why")] public void To_pass_and_to_fail() => throw new Exception();

    [Test, Retry(2), Explore] public async Task Again_and_again() => await Task.Yield();

    [Fixture, Retry(2)] public static string Fixture() => "";

    [Test, Case(1), DisplayName("{1}")] public void No_such_number(int number) => _ = number;

    [Test, Case(1), DisplayName("{stop} of {number}")] public void A_fixture(int number, CancellationToken stop) => _ = stop.IsCancellationRequested && number > 0;

    [Test, DisplayName("open {")] public void Open() { }

    [Test, Case(1), DisplayName("{{braces}} around {number} and {0}")] public void Good_name(int number) => _ = number;
}
