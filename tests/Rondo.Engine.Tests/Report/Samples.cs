using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Control;
using Rondo.Engine.Planning;
using Rondo.Engine.Results;

namespace Rondo.Engine.Tests.Report;

/// <summary>Plans and results made by hand, and approved files.</summary>
internal static class Samples
{
    public static DateTimeOffset Morning { get; } = new(2026, 3, 1, 8, 30, 0, TimeSpan.Zero);

    /// <param name="ids">Namespace.Class.Method, with arguments if wanted.</param>
    public static Plan PlanOf(params string[] ids)
    {
        var classes = new Dictionary<string, TestClass>(StringComparer.Ordinal);
        var cases = new List<PlannedCase>();
        foreach (var id in ids)
        {
            var name = id.Split('(', 2)[0];
            var method = name.LastIndexOf('.');
            var full = name[..method];
            var dot = full.LastIndexOf('.');
            if (!classes.TryGetValue(full, out var type))
                classes[full] = type = new TestClass(null!, classes.Count, "Shop.Tests", dot < 0 ? "" : full[..dot], full[(dot + 1)..], "Shop.cs", 1, Marks.None, []);
            var test = new TestMethod(type, cases.Count, name[(method + 1)..], 1, false, []);
            cases.Add(new PlannedCase(new CaseIndex(cases.Count), id, id[(full.Length + 1)..], test, CaseKey.NoArguments, Marks.None));
        }

        return new Plan(cases);
    }

    public static Failure Boom { get; } = new("System.InvalidOperationException", "The order was paid twice.", "   at Shop.CheckoutTests.An_order_is_paid_once(Cart cart) in CheckoutTests.cs:line 12");

    /// <summary>One case of each outcome.</summary>
    public static RunReport Everything()
    {
        var plan = PlanOf(
            "Shop.CheckoutTests.Adds_up", "Shop.CheckoutTests.An_order_is_paid_once('it\\'s', 2)", "Shop.CheckoutTests.Not_on_Windows", "Shop.CheckoutTests.Known_bug",
            "Shop.StockTests.Never_ends", "Shop.StockTests.Needs_the_database", "Shop.StockTests.Kills_its_process", "Shop.StockTests.Vanishes", "Shop.StockTests.Was_not_started", "Shop.StockTests.Was_not_started_either");
        var ended = new Outcome.NotRun("-x was reached");
        CaseResult[] results =
        [
            Result(0, Outcome.Passed.Instance, 1.5) with { Attempt = 2, Properties = [KeyValuePair.Create("build", "42")], Notes = ["passed in attempt 2"] },
            Result(1, new Outcome.Failed(Boom with
            {
                Others = [new Failure("System.IO.IOException", "teardown of 'Cart':\n  no space left", null), new Failure("Leak", "a timer was left behind", null)],
            }), 1234.5) with { Output = "paying…\n\u001b[31mred\u001b[0m\n", ErrorOutput = "<oops> & ]]>\n", Attachments = [new Attachment("/tmp/shot.png", "the page")] },
            Result(2, new Outcome.Skipped("only on Windows"), 0),
            Result(3, new Outcome.Skipped("expected failure: issue 12"), 3),
            Result(4, new Outcome.TimedOut(new Failure("Timeout", "The body did not end within 2 s.", null)), 2000),
            Result(5, new Outcome.FixtureFailed("Database", new Failure("Npgsql.NpgsqlException", "no route to host", null)), 10),
            Result(6, new Outcome.Crashed(new Failure("Crash", "The process ended with signal 11 (SIGSEGV).\nLast output: none.", null)), 400) with { Worker = "w1" },
            Result(7, new Outcome.Lost("The worker w1 was killed."), 0) with { Worker = "w1" },
            Result(8, ended, 0) with { Worker = "", StartedAt = default },
            Result(9, ended, 0) with { Worker = "", StartedAt = default },
        ];
        var byIndex = results.ToDictionary(r => r.Case);
        return new RunReport(plan, byIndex, [new TeardownError("Shop.ShopFixtures.Database.teardown@w0", "w0", new Failure("System.TimeoutException", "The server did not stop.", null))],
            Account.Of(plan, byIndex), new Ending.FailLimitReached(5))
        {
            RunId = "0123456789abcdef0123456789abcdef",
            WorkersText = "2 workers",
            Duration = TimeSpan.FromSeconds(3.25),
            Notes = ["A scheduler failed and was replaced by plain order.\nIt said: boom"],
        };
    }

    /// <summary>A case that passed in its third attempt, one that failed in both, one that crashed in its second.</summary>
    public static RunReport Attempts()
    {
        var plan = PlanOf("Shop.StockTests.Is_shaky", "Shop.StockTests.Never_passes", "Shop.StockTests.Crashes_then");
        var timeout = new Outcome.TimedOut(new Failure("Timeout", "The body did not end within 2 s.", null));
        CaseResult[] results =
        [
            Result(0, Outcome.Passed.Instance, 1.5) with
            {
                Attempt = 3,
                MaxAttempts = 4,
                Output = "third\n",
                Earlier = [Result(0, new Outcome.Failed(Boom), 12) with { Output = "first\n", ErrorOutput = "careful\n", MaxAttempts = 4 }, Result(0, timeout, 2000) with { Attempt = 2, MaxAttempts = 4 }],
            },
            Result(1, new Outcome.Failed(Boom), 3) with { Attempt = 2, MaxAttempts = 2, Output = "second\n", Earlier = [Result(1, new Outcome.FixtureFailed("Cart", new Failure("System.IO.IOException", "no space left", null)), 4)] },
            Result(2, new Outcome.Crashed(new Failure("Crash", "The process ended with signal 11 (SIGSEGV).", null)), 400) with { Attempt = 2, MaxAttempts = 3, Earlier = [Result(2, new Outcome.Failed(Boom), 5) with { Notes = ["left a timer"] }] },
        ];
        var byIndex = results.ToDictionary(r => r.Case);
        return new RunReport(plan, byIndex, [], Account.Of(plan, byIndex), new Ending.Complete())
        {
            RunId = "0123456789abcdef0123456789abcdef",
            WorkersText = "2 workers",
            Duration = TimeSpan.FromSeconds(3.25),
            Flaky = [new CaseIndex(0)],
            FailOnFlaky = true,
        };
    }

    private static CaseResult Result(int index, Outcome outcome, double ms) => new(new CaseIndex(index), outcome)
    {
        Worker = "w0",
        StartedAt = Morning.AddSeconds(index),
        Duration = TimeSpan.FromMilliseconds(ms),
    };

    /// <summary>Compares with <c>Approved/name</c> beside this file. To approve a change, copy the received text over it and read the diff.</summary>
    public static void Approve(string name, string text, [CallerFilePath] string here = "")
    {
        var approved = Path.Combine(Path.GetDirectoryName(here)!, "Approved", name);
        var wanted = File.Exists(approved) ? File.ReadAllText(approved).ReplaceLineEndings("\n") : "";
        var received = Path.Combine(Path.GetTempPath(), "rondo-received-" + name);
        if (wanted != text.ReplaceLineEndings("\n")) File.WriteAllText(received, text);
        Assert.AreEqual(wanted, text.ReplaceLineEndings("\n"), string.Create(CultureInfo.InvariantCulture, $"The text differs from '{approved}'. If it is right now: cp '{received}' '{approved}'"));
    }
}
