using Rondo.Adapter;
using Rondo.Engine.Report;
using Rondo.Hosting;

namespace Rondo.Tests;

/// <summary>What is shown while a run goes on, and to whom.</summary>
[TestClass]
public sealed class ConsoleTests
{
    private readonly List<string> _said = [];
    private readonly SortedDictionary<string, string> _drawn = [];

    [TestMethod]
    public void A_terminal_is_drawn_on_and_the_platform_is_told_that_it_is_one()
    {
        var (kind, args) = Decide(false, ["-n", "2"], ("TERM", "xterm-256color"));

        Assert.AreEqual(ConsoleKind.Terminal, kind);
        CollectionAssert.AreEqual(new[] { "-n", "2", "--ansi", "on" }, args);
    }

    [TestMethod]
    [DataRow(true, "TERM=xterm")]
    [DataRow(false, "TERM=dumb")]
    [DataRow(false, "")]
    [DataRow(false, "TERM=xterm NO_COLOR=1")]
    [DataRow(false, "TERM=xterm CI=true")]
    [DataRow(false, "TERM=xterm GITHUB_ACTIONS=true")]
    public void What_cannot_be_drawn_on_gets_lines_and_the_platforms_own_signs_of_life_are_off(bool isRedirected, string variables)
    {
        var (kind, args) = Decide(isRedirected, ["-n", "2"], [.. variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => (v.Split('=')[0], v.Split('=')[1]))]);

        Assert.AreEqual(ConsoleKind.Log, kind);
        CollectionAssert.AreEqual(new[] { "-n", "2", "--progress", "off" }, args);
    }

    [TestMethod]
    [DataRow("--no-ansi", "--no-ansi --progress off")]
    [DataRow("--no-progress", "--no-progress")]
    [DataRow("--ansi off", "--ansi off --progress off")]
    [DataRow("--Progress=off", "--Progress=off")]
    [DataRow("-ansi:off", "-ansi:off --progress off")]
    public void Who_asks_for_a_plain_terminal_gets_it_and_no_option_is_given_twice(string given, string expected)
    {
        var (kind, args) = Decide(false, given.Split(' '), ("TERM", "xterm"));

        Assert.AreEqual(ConsoleKind.Log, kind);
        Assert.AreEqual(expected, string.Join(' ', args));
    }

    [TestMethod]
    [DataRow("--ansi on")]
    [DataRow("--progress on", "--progress on --ansi on")]
    public void Who_asks_for_drawing_on_a_terminal_gets_it(string given, string? expected = null)
    {
        var (kind, args) = Decide(false, given.Split(' '), ("TERM", "xterm"));

        Assert.AreEqual(ConsoleKind.Terminal, kind);
        Assert.AreEqual(expected ?? given, string.Join(' ', args));
    }

    [TestMethod]
    public void For_a_client_and_with_a_response_file_the_command_line_stays_as_it_is()
    {
        string[] client = ["--server", "dotnettestcli"];
        string[] file = ["@options.rsp"];

        Assert.AreEqual((ConsoleKind.Client, client), Decide(true, client, ("TERM", "xterm")));
        Assert.AreEqual((ConsoleKind.Log, file), Decide(false, file, ("TERM", "xterm")));
    }

    [TestMethod]
    public void A_false_variable_of_a_build_server_is_none()
    {
        Assert.AreEqual(ConsoleKind.Terminal, Decide(false, [], ("TERM", "xterm"), ("CI", "false")).Kind);
    }

    [TestMethod]
    public async Task The_terminal_has_a_line_for_each_worker_as_wide_as_the_window_and_none_at_the_end()
    {
        var size = (Width: 60, Height: 30);
        var display = new TerminalNow(DrawAsync, () => size);

        await display.ShowAsync(Now(3));
        var wide = _drawn.Values.ToArray();
        size = (24, 5);
        await display.ShowAsync(Now(3));
        var small = _drawn.Values.ToArray();
        await display.EndAsync();

        Assert.HasCount(4, wide);
        Assert.AreEqual("w0  Sample.Case0  5.0 s", wide[1]);
        Assert.HasCount(2, small);
        Assert.IsTrue(small.All(l => TextWidth.Of(l) < 24), string.Join('|', small));
        Assert.IsEmpty(_drawn);
    }

    [TestMethod]
    public async Task A_log_hears_of_a_run_only_after_a_silence_and_again_after_each()
    {
        var display = new LogNow(TimeSpan.FromSeconds(30), SayAsync);

        for (var second = 1; second <= 100; second++)
        {
            if (second == 50) display.Spoke();
            await display.ShowAsync(Now(1) with { Elapsed = TimeSpan.FromSeconds(second) });
        }

        // At 30 s, and 30 s after what was said at 50 s.
        Assert.HasCount(2, _said);
        Assert.AreEqual("Rondo: 0 of 9 done, 0 failed, 8 waiting, after 30.0 s; w0: Sample.Case0, 5.0 s", _said[0]);
        Assert.Contains("after 1m 20s;", _said[1]);
    }

    [TestMethod]
    public void A_log_that_wants_no_signs_of_life_never_looks()
    {
        Assert.IsNull(new LogNow(TimeSpan.Zero, SayAsync).LookEvery);
        Assert.AreEqual(TimeSpan.FromMilliseconds(200), new LogNow(TimeSpan.FromMilliseconds(200), SayAsync).LookEvery);
        Assert.AreEqual(TimeSpan.FromSeconds(1), new LogNow(LogNow.DefaultSilence, SayAsync).LookEvery);
    }

    private static RunSnapshot Now(int workers) => new(
        [.. Enumerable.Range(0, workers).Select(i => new WorkerNow("w" + i, i, "idle", TimeSpan.Zero, [new CaseNow("Sample.Case" + i, "", TimeSpan.FromSeconds(5))]))], TimeSpan.FromSeconds(9))
    { Planned = 9 };

    private static (ConsoleKind Kind, string[] Args) Decide(bool isRedirected, string[] args, params (string Name, string Value)[] variables) =>
        ConsoleOf.Decide(args, isRedirected, name => variables.FirstOrDefault(v => v.Name == name).Value, isWindows: false);

    private Task DrawAsync(string key, string? line)
    {
        if (line is null) _drawn.Remove(key);
        else _drawn[key] = line;
        return Task.CompletedTask;
    }

    private Task SayAsync(string text)
    {
        _said.Add(text);
        return Task.CompletedTask;
    }
}
