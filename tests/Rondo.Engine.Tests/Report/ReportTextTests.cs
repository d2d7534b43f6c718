using System.Text;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Control;
using Rondo.Engine.Planning;
using Rondo.Engine.Report;
using Rondo.Engine.Results;

namespace Rondo.Engine.Tests.Report;

[TestClass]
public sealed class ReportTextTests
{
    [TestMethod]
    public void Failures_as_people_read_them()
    {
        var report = Samples.Everything();
        var again = new RerunCommand(["dotnet", "run", "--project", "My Shop", "--"], Shell.Posix);

        var text = new StringBuilder();
        foreach (var planned in report.Plan.Cases) text.Append(FailureText.Of(planned, report.Results[planned.Index], 7, again)).Append('\n');
        foreach (var error in report.TeardownErrors) text.Append(FailureText.Of(error));

        Samples.Approve("failures.txt", text.ToString());
    }

    [TestMethod]
    public void The_end_of_a_run()
    {
        Samples.Approve("summary.txt", RunSummary.Of(Samples.Everything()));
    }

    [TestMethod]
    public void Attempts_as_people_read_them()
    {
        var report = Samples.Attempts();

        var text = new StringBuilder();
        foreach (var planned in report.Plan.Cases) text.Append(FailureText.Of(planned, report.Results[planned.Index], null, RerunCommand.Unknown)).Append('\n');

        Samples.Approve("attempts.txt", text + RunSummary.Of(report));
    }

    [TestMethod]
    public void A_good_run_ends_in_one_line()
    {
        var plan = Samples.PlanOf("A.B.C");
        var results = new Dictionary<CaseIndex, CaseResult> { [new(0)] = new(new(0), Outcome.Passed.Instance) { Duration = TimeSpan.FromMilliseconds(3) } };
        var report = new RunReport(plan, results, [], Account.Of(plan, results), new Ending.Complete()) { RunId = "r", WorkersText = "in this process", Duration = TimeSpan.FromMilliseconds(12) };

        Assert.AreEqual("1 planned = 1 passed + 0 failed + 0 skipped + 0 not run (12 ms, in this process, run r)\n", RunSummary.Of(report));
        Assert.Contains("3.0 ms  A.B.C", RunSummary.Of(report, durations: 3));
        Assert.DoesNotContain("slowest", RunSummary.Of(report, durations: 0));
    }

    [TestMethod]
    public void What_a_run_waits_for_stands_before_the_account()
    {
        var report = Samples.Everything() with { Floor = "This run cannot be shorter than 2.00 s, however many workers it has, because of A.B (2.00 s)." };

        Assert.Contains(report.Floor + "\n", RunSummary.Of(report));
    }

    [TestMethod]
    public void Columns_in_a_message_stay_aligned()
    {
        var plan = Samples.PlanOf("A.B.C");
        var failure = new Failure("X.Y", "Strings differ\nexpected: \"a  b\"\n    here -----^\n\nactual:   \"a b\"", null);

        var text = FailureText.Of(plan.Cases[0], new CaseResult(new(0), new Outcome.Failed(failure)), null, RerunCommand.Unknown);

        Assert.Contains("  expected: \"a  b\"\n      here -----^\n\n  actual:   \"a b\"\n", text);
    }

    [TestMethod]
    [DataRow("plain.Id", "plain.Id", "plain.Id")]
    [DataRow("A.B('x y', 2)", @"'A.B('\''x y'\'', 2)'", "'A.B(''x y'', 2)'")]
    [DataRow("$HOME`x`!*?~#;&|<>", "'$HOME`x`!*?~#;&|<>'", "'$HOME`x`!*?~#;&|<>'")]
    [DataRow("“curly” ‘single’", "'“curly” ‘single’'", "'“curly” ‘‘single’’'")]
    [DataRow("", "''", "''")]
    [DataRow("-a.b", "-a.b", "'-a.b'")]
    [DataRow("a\\b", "'a\\b'", "a\\b")]
    public void Words_are_quoted_for_the_shell(string word, string posix, string powerShell)
    {
        Assert.AreEqual(posix, ShellQuote.Word(word, Shell.Posix));
        Assert.AreEqual(powerShell, ShellQuote.Word(word, Shell.PowerShell));
    }

    [TestMethod]
    public void A_real_shell_gives_the_words_back()
    {
        if (!File.Exists("/bin/sh")) Assert.Inconclusive("There is no /bin/sh here.");
        string[] words = ["A.B('it''s', \"x\")", "two words", "$HOME", "`id`", "a\\'b", "*", "~", "!x", "", "line\nbreak", "-n", "ü😀", "a;b&c|d"];

        var start = new System.Diagnostics.ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true, StandardOutputEncoding = Encoding.UTF8 };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("f() { for w in \"$@\"; do printf '%s\\001' \"$w\"; done; }; f " + ShellQuote.Line(words, Shell.Posix));
        using var shell = System.Diagnostics.Process.Start(start)!;
        var output = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();

        CollectionAssert.AreEqual(words, output.Split('\u0001')[..^1]);
    }

    [TestMethod]
    public void A_quoted_program_is_called_in_PowerShell()
    {
        Assert.AreEqual("& 'C:\\My Tests\\t.exe' --filter-uid 'A.B(1)'", new RerunCommand(["C:\\My Tests\\t.exe"], Shell.PowerShell).For("A.B(1)"));
        Assert.IsNull(RerunCommand.Unknown.For("A.B"));
    }

    [TestMethod]
    [DataRow("explore=1", "t --filter-uid C.M --schedule s1.0-2-1")]
    [DataRow("tag=x", "t --filter-uid C.M")]
    public void An_explored_test_is_run_again_in_the_order_that_failed(string mark, string expected)
    {
        var planned = Planning.Sample.Plan(Planning.Sample.Catalog(Planning.Sample.Table("class||C|C.cs|1", "test|M|1|async|" + mark))).Cases[0];
        var result = new CaseResult(planned.Index, new Outcome.Failed(new Failure("X", "boom", null))) { Properties = [new(CaseResult.ScheduleProperty, "s1.0-2-1")] };

        Assert.AreEqual(expected, new RerunCommand(["t"], Shell.Posix).For(planned, result));
    }

    [TestMethod]
    [DataRow("t", "42", "t --filter-uid C.M --seed 42")]
    [DataRow("t", "-7", "t --filter-uid C.M --seed -7")]
    [DataRow("t --seed 5", "42", "t --seed 5 --filter-uid C.M")]
    [DataRow("t", "; rm x", "t --filter-uid C.M")]
    public void A_test_that_drew_numbers_is_run_again_with_its_seed(string command, string seed, string expected)
    {
        var planned = Planning.Sample.Plan(Planning.Sample.Catalog(Planning.Sample.Table("class||C|C.cs|1", "test|M|1|async|"))).Cases[0];
        var result = new CaseResult(planned.Index, new Outcome.Failed(new Failure("X", "boom", null))) { Properties = [new(CaseResult.SeedProperty, seed)] };

        Assert.AreEqual(expected, new RerunCommand(command.Split(' '), Shell.Posix).For(planned, result));
    }

    [TestMethod]
    [DataRow(0.0, "0.0 ms")]
    [DataRow(9.96, "10 ms")]
    [DataRow(999.4, "999 ms")]
    [DataRow(999.6, "1.00 s")]
    [DataRow(59_990.0, "59.99 s")]
    [DataRow(59_999.0, "1m 00s")]
    [DataRow(125_000.0, "2m 05s")]
    [DataRow(3_599_700.0, "1h 00m")]
    [DataRow(90_061_000.0, "25h 01m")]
    public void Durations_read_naturally(double ms, string text)
    {
        Assert.AreEqual(text, DurationText.Of(TimeSpan.FromMilliseconds(ms)));
    }

    [TestMethod]
    public void Thousands_that_were_not_run_are_counted_after_the_first()
    {
        var plan = Samples.PlanOf([.. Enumerable.Range(0, 1000).Select(i => "N.C.T(" + i + ")")]);
        var results = plan.Cases.ToDictionary(c => c.Index, c => new CaseResult(c.Index, new Outcome.NotRun("interrupted")));
        var report = new RunReport(plan, results, [], Account.Of(plan, results), new Ending.Interrupted("Ctrl-C")) { RunId = "r", WorkersText = "", Duration = default };

        var text = RunSummary.Of(report);

        Assert.Contains("not run (1000): interrupted\n  N.C.T(0)\n", text);
        Assert.Contains("… and 800 more", text);
        Assert.Contains("The run was interrupted by Ctrl-C.", text);
    }

    [TestMethod]
    public void Failed_parts_are_told_with_their_own_output()
    {
        var plan = Samples.PlanOf("Shop.CartTests.Adds");
        PartResult[] parts = [new PartResult("A", Outcome.Passed.Instance) { Output = "quiet" }, new PartResult("B", new Outcome.Failed(Samples.Boom)) { Output = "b speaks" }];

        var text = FailureText.Of(plan.Cases[0], new CaseResult(new(0), new Outcome.Failed(new Failure(PartsOfCase.FailureType, PartsOfCase.TextOf(parts)!, null))) { Parts = parts }, null, RerunCommand.Unknown);

        Assert.Contains("1 of 2 parts failed: B.", text);
        Assert.Contains("FAILED Shop.CartTests.Adds/B", text);
        Assert.Contains("The order was paid twice.", text);
        Assert.Contains("b speaks", text);
        Assert.DoesNotContain("quiet", text);
    }
}
