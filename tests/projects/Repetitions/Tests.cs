using Rondo;
using Rondo.Loops;

public sealed class Tests(TestContext context)
{
    [Test, Repeat(3)] public void Thrice() => Journal.Add(context.Id);

    [Test, Repeat(2), Case(7), Case(8, Name = "eight"), DisplayName("{0} again")] public void Each_case(int number)
    {
        Expect.True(number is 7 or 8, "a case");
        Expect.True(context.DisplayName.EndsWith("again [1]", StringComparison.Ordinal) || context.DisplayName.EndsWith("again [2]", StringComparison.Ordinal), context.DisplayName);
    }

    [Test, Repeat(2), CasesFrom(nameof(Rows))] public void Each_row(string text) => Expect.Equal("a", text);

    public static IEnumerable<string> Rows() => ["a"];

    [Test, Repeat(2), LoopMatrix(LoopBackend.SingleThread, LoopBackend.ThreadPool)] public async Task On_each_backend(EventLoop loop)
    {
        await Task.Yield();
        Expect.True(context.Id.Contains($"[{loop.Backend}][", StringComparison.Ordinal), context.Id);
    }

    [Test, Repeat(2), Skip("all of them")] public void Skipped() => throw new InvalidOperationException();

    [Test, Repeat(2), Retry(1)] public void With_attempts()
    {
        if (context.Attempt == 1 && context.Id.EndsWith("[2]", StringComparison.Ordinal)) throw new InvalidOperationException("only the second, only at first");
    }
}

[Repeat(2)]
public sealed class MarkedClass
{
    [Test] public void By_the_class()
    {
    }

    [Test, Repeat(1)] public void The_nearest_wins()
    {
    }
}
