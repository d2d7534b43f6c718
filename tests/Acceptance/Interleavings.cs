using System.Text.RegularExpressions;
using Rondo.Acceptance.Running;

namespace Rondo.Acceptance;

/// <summary>A schedule that was found, from the report to its replay, over the project ExploresInterleavings; and the choice of cases of a matrix.</summary>
[TestClass]
public sealed class Interleavings
{
    private const string Faulty = "Tests.Loses_a_payment_in_some_order";

    [TestMethod]
    [DataRow("0")]
    [DataRow("2")]
    public async Task The_line_after_again_runs_the_order_that_failed(string workers)
    {
        await using var first = await UserRun.StartAsync("ExploresInterleavings", "-n", workers, "-k", "loses");
        var found = (await first.EndAsync()).Case(Faulty);
        var line = Regex.Match(found.Output + "\n" + first.Describe(), $@"again: \S+ --filter-uid {Regex.Escape(Faulty)} --schedule (?<schedule>s1\.[-.x0-9]+)\n");

        Assert.IsTrue(line.Success, first.Describe());
        await using var again = await UserRun.StartAsync("ExploresInterleavings", "-n", workers, "--filter-uid", Faulty, "--schedule", line.Groups["schedule"].Value);
        var ended = await again.EndAsync();

        Assert.AreEqual(2, ended.ExitCode, again.Describe());
        Assert.Contains("The balance is 1", ended.Case(Faulty).Message);
        Assert.Contains($"Replayed schedule {line.Groups["schedule"].Value}.", ended.Case(Faulty).Message);
        Assert.DoesNotContain("RND3074", ended.Case(Faulty).Message);
    }

    [TestMethod]
    public async Task A_schedule_that_fits_nothing_is_told()
    {
        await using var misfit = await UserRun.StartAsync("ExploresInterleavings", "-n", "2", "-k", "anew", "--schedule", "s1.0-1-9");
        await using var idle = await UserRun.StartAsync("ExploresInterleavings", "-n", "0", "-k", "synchronous", "--schedule", "fifo");

        var (one, other) = (await misfit.EndAsync(), await idle.EndAsync());

        Assert.AreEqual(2, one.ExitCode, misfit.Describe());
        Assert.Contains("RND3074", one.Case("Tests.Begins_anew_in_each_schedule").Message);
        Assert.AreEqual(0, other.ExitCode, idle.Describe());
        Assert.Contains("RND3075", other.Console);
    }

    [TestMethod]
    public async Task A_schedule_that_cannot_be_read_ends_with_exit_code_five()
    {
        await using var run = await UserRun.StartAsync("ExploresInterleavings", "--schedule", "s1.0");

        var ended = await run.EndAsync();

        Assert.AreEqual(5, ended.ExitCode, run.Describe());
        Assert.Contains("The schedule 's1.0' cannot be read", ended.Console);
        Assert.Contains("RND3073", ended.Console);
    }

    [TestMethod]
    public async Task The_same_seed_tries_the_same_orders()
    {
        string[] arguments = ["-n", "0", "--order", "plan", "--seed", "7", "-k", "loses"];
        await using var first = await UserRun.StartAsync("ExploresInterleavings", arguments);
        await using var second = await UserRun.StartAsync("ExploresInterleavings", arguments);

        var messages = new[] { await first.EndAsync(), await second.EndAsync() }.Select(e => e.Case(Faulty).Message).ToArray();

        Assert.Contains("seed 7;", messages[0]);
        Assert.AreEqual(messages[0], messages[1]);
    }

    [TestMethod]
    public async Task A_shuffled_ready_order_is_told_with_its_seed_and_leaves_the_order_of_tests_alone()
    {
        await using var run = await UserRun.StartAsync("SomeFail", "-n", "1", "--ready-order", "random", "--seed", "5");

        var ended = await run.EndAsync();

        Assert.AreEqual(2, ended.ExitCode, run.Describe());
        Assert.Contains("--seed 5 --ready-order random --filter-uid", ended.Console);
        Assert.Contains(", seed 5, run ", ended.Console);
    }

    [TestMethod]
    [DataRow("-k", "ThreadPool and each", "Tests.Runs_on_each_backend[ThreadPool]")]
    [DataRow("--filter-uid", "Tests.Has_cases(two)[ThreadPool]", "Tests.Has_cases(two)[ThreadPool]")]
    [DataRow("--filter-uid", "Tests.Has_rows('b')[SingleThread]", "Tests.Has_rows('b')[SingleThread]")]
    public async Task A_case_of_a_matrix_is_chosen_as_any_other(string option, string value, string id)
    {
        await using var run = await UserRun.StartAsync("LoopMatrix", "-n", "1", option, value);

        var ended = await run.EndAsync();

        CollectionAssert.AreEqual(new[] { id }, ended.Ids(), run.Describe());
        Assert.AreEqual(0, ended.ExitCode, run.Describe());
    }

    [TestMethod]
    public async Task The_case_that_failed_last_is_the_one_on_its_backend()
    {
        await using var first = await UserRun.StartAsync("LoopMatrix", "-n", "2");
        await first.EndAsync();
        await using var again = await UserRun.StartAsync("LoopMatrix", ["-n", "2", "--lf"], first.History);

        var ended = await again.EndAsync();

        CollectionAssert.AreEqual(new[] { "Tests.Fails_on_one[ThreadPool]" }, ended.Ids(), again.Describe());
    }
}
