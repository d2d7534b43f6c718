using System.Text;
using System.Text.RegularExpressions;
using Rondo.Acceptance.Projects;

namespace Rondo.Acceptance.Running;

/// <summary>Compares a run with what its project expects and says everything that is different, not only the first thing.</summary>
internal sealed class Verdict(Expected expected, Ended ended)
{
    private readonly StringBuilder _faults = new();

    /// <summary>Runs a project in one mode and checks all that its <c>expected.json</c> says.</summary>
    public static async Task CheckAsync(string project, string workers)
    {
        var mode = int.Parse(workers["-n ".Length..], System.Globalization.CultureInfo.InvariantCulture);
        var expected = Expected.Read(new UserProject(project).ExpectedFile, mode);
        await using var run = await UserRun.StartAsync(project, [.. workers.Split(' '), .. expected.Arguments], history: null);
        var ended = await run.EndAsync(expected.WithinSeconds);
        new Verdict(expected, ended).Throw();
    }

    /// <summary>Fails the test when anything is different.</summary>
    public void Throw()
    {
        CheckExit();
        CheckOutcomes();
        CheckTexts();
        CheckEvents();
        CheckWhatIsLeft();
        if (_faults.Length > 0) Assert.Fail($"{expected.About}\n{_faults}{ended.Run.Describe()}\n--- cases\n{string.Join('\n', ended.Cases.Select(c => $"{c.Outcome}{(c.Type.Length > 0 ? ":" + c.Type : "")} {c.Id} {c.Message.Trim()}"))}");
    }

    private void CheckExit()
    {
        IReadOnlyList<int> codes = expected.ExitCodes.Count > 0 ? expected.ExitCodes : [expected.ExitCode];
        if (!codes.Contains(ended.ExitCode)) Fault($"exit code {ended.ExitCode}, expected {string.Join(" or ", codes)}");
        if (ended.Console.Contains("This is a bug in Rondo", StringComparison.Ordinal)) Fault("the run reports a bug in Rondo");
        if (expected.PeakMegabytes > 0 && ended.PeakMegabytes > expected.PeakMegabytes) Fault($"the controller took {ended.PeakMegabytes} MB, the limit is {expected.PeakMegabytes}");
        if (expected.JunitMegabytes > 0 && ended.JUnitBytes > expected.JunitMegabytes * 1_000_000L) Fault($"the JUnit file has {ended.JUnitBytes} bytes, the limit is {expected.JunitMegabytes} MB");
    }

    private void CheckOutcomes()
    {
        foreach (var twice in ended.Cases.GroupBy(c => c.Id).Where(g => g.Count() > 1)) Fault($"'{twice.Key}' is reported {twice.Count()} times");
        foreach (var one in ended.Cases)
        {
            var key = KeyFor(one.Id);
            if (key is null) Fault($"'{one.Id}' was not expected");
            else if (!Matches(expected.Outcomes[key], one)) Fault($"'{one.Id}' ended as {one.Outcome}:{one.Type}, expected {expected.Outcomes[key]}");
        }

        foreach (var key in expected.Outcomes.Keys)
        {
            if (!ended.Cases.Any(c => KeyFor(c.Id) == key)) Fault($"'{key}' is missing");
        }

        var counted = ended.Cases.Count(c => !expected.Beside.Any(b => Like(b, c.Id)));
        var planned = expected.Count ?? expected.Outcomes.Count - expected.Beside.Count;
        if (counted != planned) Fault($"{counted} cases are reported, expected {planned}");
        CheckAccount(planned);
    }

    // The account is the one line that people trust: it must stand there, add up, and agree with the report.
    private void CheckAccount(int planned)
    {
        var account = Account.Find(ended.Console);
        if (account is null)
        {
            if (planned > 0) Fault("the console shows no account");
            return;
        }

        if (account.Planned != planned) Fault($"the account says {account.Planned} planned, expected {planned}");
        if (account.Planned != account.Passed + account.Failed + account.Skipped + account.NotRun) Fault($"the account does not add up: {account}");
        var cases = ended.Cases.Where(c => !expected.Beside.Any(b => Like(b, c.Id))).ToArray();
        // Parts carry their failures themselves; the account counts the case that they fail.
        bool HasFailed(JUnitCase one) => one.Outcome is "failed" or "error" || (one.Outcome == "passed" && ended.Cases.Any(c => c.Outcome is "failed" or "error" && c.Id.StartsWith(one.Id + "/", StringComparison.Ordinal)));
        var reported = new Account(cases.Length, cases.Count(c => c.Outcome == "passed" && !HasFailed(c)), cases.Count(HasFailed), cases.Count(c => c.Outcome == "skipped"), cases.Count(c => c.Outcome == "notrun"));
        if (account != reported) Fault($"the console says {account}, JUnit says {reported}");
    }

    private void CheckTexts()
    {
        CheckTexts("message", expected.Messages, c => c.Message);
        CheckTexts("output", expected.TestOutput, c => c.Output);
        CheckTexts("report", expected.Everything, c => c.Everything);
        foreach (var text in expected.Console) CheckText("the console", text, ended.Console);
    }

    private void CheckTexts(string what, IReadOnlyDictionary<string, IReadOnlyList<string>> wanted, Func<JUnitCase, string> part)
    {
        foreach (var (key, texts) in wanted)
        {
            foreach (var one in ended.Cases.Where(c => c.Id == key || Like(key, c.Id)))
            {
                foreach (var text in texts) CheckText($"the {what} of '{one.Id}'", text, part(one));
            }
        }
    }

    private void CheckText(string where, string wanted, string text)
    {
        var (found, shown) = wanted[0] switch
        {
            '!' => (!text.Contains(wanted[1..], StringComparison.Ordinal), $"not '{wanted[1..]}'"),
            '~' => (Regex.IsMatch(text, wanted[1..]), $"something like /{wanted[1..]}/"),
            _ => (text.Contains(wanted, StringComparison.Ordinal), $"'{wanted}'"),
        };
        if (!found) Fault($"{where} should hold {shown}");
    }

    private void CheckEvents()
    {
        var journal = ended.Journal;
        foreach (var line in expected.Events.Once)
        {
            if (journal.CountOf(line) is not 1 and var count) Fault($"the journals hold '{line}' {count} times, expected once");
        }

        foreach (var line in expected.Events.Never)
        {
            if (journal.CountOf(line) > 0) Fault($"the journals hold '{line}', expected never");
        }

        foreach (var line in expected.Events.OncePerProcess)
        {
            if (journal.CountOf(line) == 0) Fault($"the journals never hold '{line}'");
            foreach (var process in journal.ByProcess)
            {
                if (process.Count(l => l == line) is > 1 and var count) Fault($"process {process.Key} wrote '{line}' {count} times, expected at most once");
            }
        }

        foreach (var order in expected.Events.InOrder)
        {
            if (!journal.ByProcess.Any(p => HasInOrder(p, order))) Fault($"no process wrote in this order: {string.Join(" | ", order)}");
        }

        foreach (var name in expected.Events.Alone) CheckAlone(journal, name);
    }

    private void CheckAlone(Journal journal, string name)
    {
        var begin = journal.Lines.SingleOrDefault(l => l.Text == "begin " + name);
        var end = journal.Lines.SingleOrDefault(l => l.Text == "end " + name);
        if (begin is null || end is null)
        {
            Fault($"'{name}' did not begin and end exactly once");
            return;
        }

        foreach (var other in journal.Lines.Where(l => l.Text.StartsWith("begin ", StringComparison.Ordinal) && l != begin))
        {
            var otherEnd = journal.Lines.FirstOrDefault(l => l.Text == "end" + other.Text["begin".Length..]);
            if (other.At < end.At && (otherEnd is null || otherEnd.At > begin.At)) Fault($"'{other.Text["begin ".Length..]}' ran at the same time as '{name}'");
        }
    }

    private void CheckWhatIsLeft()
    {
        if (ended.LeftProcesses.Count > 0) Fault($"processes are left: {UserRun.Names(ended.LeftProcesses)}");
        foreach (var file in ended.LeftFiles)
        {
            var runtimes = Path.GetFileName(file).StartsWith("dotnet-diagnostic-", StringComparison.Ordinal) || Path.GetFileName(file).StartsWith("clr-debug-pipe-", StringComparison.Ordinal);
            // Only what a failed test's TempDirectory holds, in the folder of the run, may stay.
            var kept = expected.KeepsTempDirectory;
            // Locks that all runs of a user share stay, as those for the number of workers do.
            var shared = file.StartsWith("rondo-ports-", StringComparison.Ordinal);
            if (!(runtimes && expected.LeavesDiagnosticSockets) && !kept && !shared) Fault($"'{file}' is left in the temporary folder");
        }
    }

    private string? KeyFor(string id) => expected.Outcomes.ContainsKey(id) ? id : expected.Outcomes.Keys.FirstOrDefault(k => Like(k, id));

    private static bool HasInOrder(IEnumerable<string> lines, IReadOnlyList<string> order)
    {
        var next = 0;
        foreach (var line in lines)
        {
            if (next < order.Count && line == order[next]) next++;
        }

        return next == order.Count;
    }

    private static bool Matches(string wanted, JUnitCase one) => wanted.Split("-or-").Any(w => w switch
    {
        "any" => true,
        "timeout" => one.Outcome == "error" && one.Type == "timeout",
        _ when w.StartsWith("error:", StringComparison.Ordinal) => one.Outcome == "error" && one.Type == w["error:".Length..],
        _ => one.Outcome == w,
    });

    private static bool Like(string pattern, string id) => pattern.AsSpan().IndexOfAny('*', '?') >= 0
        && Regex.IsMatch(id, "^" + Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal) + "$", RegexOptions.Singleline);

    private void Fault(string text) => _faults.Append("* ").Append(text).Append('\n');
}
