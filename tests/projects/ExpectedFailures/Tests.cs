using Rondo;

public sealed class Tests
{
    [Test, ExpectedFailure("bug 17")] public void Fails_as_expected() => throw new InvalidOperationException("the bug");

    [Test, ExpectedFailure("bug 18")] public async Task Fails_later_as_expected()
    {
        await Task.Yield();
        throw new InvalidOperationException("the bug");
    }

    [Test, ExpectedFailure("bug 19")] public void Passes_all_the_same()
    {
    }

    [Test, ExpectedFailure("bug 20", Strict = true)] public void Passes_although_strict()
    {
    }

    [Test, ExpectedFailure("bug 21", Strict = true)] public void Fails_although_strict() => throw new InvalidOperationException("the bug");

    [Test, ExpectedFailure("bug 22")] public void Is_skipped() => Skip.Because("not here");

    [Test, ExpectedFailure("bug 23"), Timeout(200)] public async Task Takes_too_long(CancellationToken stop) => await Task.Delay(Timeout.Infinite, stop);

    [Test, ExpectedFailure("bug 24")] public void Has_a_broken_fixture(Broken broken) => throw new InvalidOperationException("never reached: " + broken);

    [Test, ExpectedFailure("bug 25")] public void Is_torn_down_badly(LeftDirty dirty) => throw new InvalidOperationException("the bug: " + dirty);

    [Test, Case(1), Case(2, ExpectedFailure = "two is odd here")] public void One_case_fails(int number) => Expect.True(number % 2 == 1, "odd");

    [Test, CasesFrom(nameof(Rows))] public void One_row_fails(int number) => Expect.True(number % 2 == 1, "odd");

    public static IEnumerable<CaseRow<int>> Rows() => [new(1), new(2) { ExpectedFailure = "rows too" }, new(3) { Skip = "not now" }];

    [Fixture] public static Broken Broken() => throw new InvalidOperationException("no fixture");

    [Fixture] public static async Task LeftDirty(Use<LeftDirty> use)
    {
        await use(new LeftDirty());
        throw new InvalidOperationException("dirty");
    }
}

[ExpectedFailure("the class is broken", Strict = true)]
public sealed class MarkedClass
{
    [Test] public void Fails() => throw new InvalidOperationException("broken");

    // The nearest mark decides each property: the reason here, the strictness of the class.
    [Test, ExpectedFailure("another reason")] public void Passes()
    {
    }

    [Test, ExpectedFailure("lenient", Strict = false)] public void Passes_leniently()
    {
    }
}

public sealed record Broken;

public sealed record LeftDirty;
