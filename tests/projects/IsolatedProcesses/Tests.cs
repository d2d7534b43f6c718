using Rondo;

namespace Fresh;

internal static class Touched
{
    private static readonly List<string> s_by = [];

    /// <summary>Who ran in this process before.</summary>
    public static string By(string name)
    {
        var before = string.Join(",", s_by);
        s_by.Add(name);
        Journal.Add(name + " in " + (Environment.GetEnvironmentVariable("RONDO_WORKER") ?? "main"));
        return before;
    }
}

public class Ordinary
{
    [Test, Case(1), Case(2), Case(3)] public void Test(int number) => Expect.True(!Touched.By("ordinary").Contains("isolated"), "nothing isolated ran here");

    [Test, Isolated] public void Isolated_test() => Expect.Equal("", Touched.By("isolated"));

    [Test, Isolated, Case(1), Case(2)] public async Task Isolated_cases(int number)
    {
        await Task.Yield();
        Expect.Equal("", Touched.By("isolated"));
    }

    [Test, Isolated, Serial] public void Isolated_and_alone() => Expect.Equal("", Touched.By("isolated"));

    [Test, Isolated, Skip("needs no process")] public void Isolated_and_skipped() => Touched.By("skipped");
}

public sealed record Server(int Process);

public static class Fixtures
{
    [Fixture(FixtureScope.Worker)]
    public static async Task Server(Use<Server> use)
    {
        await use(new Server(Environment.ProcessId));
    }
}

[Isolated]
public class IsolatedClass
{
    [Test] public void First(Server server)
    {
        Expect.True(Touched.By("mate") is "" or "mate", "only of this class");
        Expect.Equal(Environment.ProcessId, server.Process);
    }

    [Test] public void Second(Server server) => Expect.True(Touched.By("mate") is "" or "mate", "only of this class");
}

[Isolated]
public class Dies
{
    [Test] public void In_its_own_process() => Environment.FailFast("on purpose");
}
