using Rondo.Acceptance.Running;

namespace Rondo.Acceptance;

/// <summary>What a new user reads first. Each text must say what to do without any documentation, so a person approves it.</summary>
[TestClass]
[DoNotParallelize]
public sealed class Messages
{
    [TestMethod]
    public async Task The_first_test_says_that_it_passed()
    {
        await using var run = await UserRun.StartAsync("FirstTest", ["-n", "1"], history: null, reports: false);

        var ended = await run.EndAsync();

        Approved.Matches("FirstTest", Approved.Scrub(ended.Console, run));
    }

    [TestMethod]
    public async Task A_failing_test_says_what_failed_where_and_how_to_run_it_again()
    {
        await using var run = await UserRun.StartAsync("FailingTest", ["-n", "1"], history: null, reports: false);

        var ended = await run.EndAsync();

        Approved.Matches("FailingTest", Approved.Scrub(ended.Console, run));
    }

    [TestMethod]
    public async Task A_hanging_test_says_where_it_hangs()
    {
        RunProcesses.RequireSignals();
        await using var run = await UserRun.StartAsync("HangsInLoop", ["-n", "1"], history: null, reports: false);

        var ended = await run.EndAsync(45);

        Approved.Matches("HangingTest", Approved.Scrub(ended.Console, run));
    }

    [TestMethod]
    public async Task A_missing_fixture_says_what_to_write()
    {
        var (_, errors) = await CompileErrors.ErrorsOfAsync("MissingFixture");

        Approved.Matches("MissingFixture", Approved.Scrub(string.Join('\n', errors.Select(e => $"Tests.cs({e.Line},{e.Column}): error {e.Code}: {e.Text}"))));
    }

}
