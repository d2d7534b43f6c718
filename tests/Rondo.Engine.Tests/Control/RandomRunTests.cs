using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Control;
using Rondo.Engine.Planning;
using Rondo.Engine.Tests.Planning;

namespace Rondo.Engine.Tests.Control;

/// <summary>Random histories: tests that pass, fail, kill, hang and close handles; workers that fail at every point of their lives; interrupts at any moment.</summary>
[TestClass]
[DoNotParallelize]
public sealed class RandomRunTests
{
    // More by hand: RONDO_TEST_RUNS=10000; one of them again: RONDO_TEST_SEED=1234; both: so many from that one on.
    private static readonly int? s_seed = int.TryParse(Environment.GetEnvironmentVariable("RONDO_TEST_SEED"), out var seed) ? seed : null;
    private static readonly int s_runs = int.TryParse(Environment.GetEnvironmentVariable("RONDO_TEST_RUNS"), out var runs) ? runs : s_seed is null ? 300 : 1;

    [TestMethod]
    public void Whatever_tests_and_workers_do_each_case_has_one_outcome_and_the_run_ends()
    {
        var first = s_seed ?? Environment.TickCount & 0xFFFFFF;
        Console.WriteLine($"Seeds {first} to {first + s_runs - 1}");
        for (var i = 0; i < s_runs; i++) RunOne(first + i);
    }

    private static void RunOne(int seed)
    {
        // From one seed, decided before the run: what a case does must not depend on which thread asks first.
        var random = new Random(seed);
        var classes = random.Next(1, 5);
        var tables = new string[classes];
        var acts = new Dictionary<string, (Act Act, int Ms)>();
        var badness = random.Next(0, 4) * 0.12;
        for (var c = 0; c < classes; c++)
        {
            var shares = random.Next(4) == 0;
            List<string> lines = [$"class|Sim|C{c}|f.cs|1{(shares ? "|loop=Class" : "")}{(random.Next(3) == 0 ? $"|window={random.Next(2, 9)}" : "")}{LockOf(random, 6)}{(random.Next(8) == 0 ? "|isolated=1" : "")}"];
            for (var t = random.Next(1, 7); t > 0; t--)
            {
                var rows = random.Next(12) == 0;
                lines.Add($"test|T{t}|1|async{(rows ? "|rows=Rows" : "")}{(random.Next(10) == 0 ? "|serial=1" : "")}{LockOf(random, 3)}{(random.Next(12) == 0 ? "|isolated=1" : "")}");
                foreach (var suffix in (string[])(rows ? ["", "(1)", "(2)"] : [""]))
                    acts[$"Sim.C{c}.T{t}{suffix}"] = (random.NextDouble() < badness ? Any<Act>(random) : Act.Pass, random.Next(3) switch { 0 => random.Next(0, 10), 1 => random.Next(10, 300), _ => random.Next(300, 1500) });
            }

            tables[c] = Sample.Table([.. lines]);
        }

        var fates = random.Next(0, 4) * 0.15;
        var scripts = Enumerable.Range(0, 400).Select(_ => new WorkerScript
        {
            Fate = random.NextDouble() < fates ? Any<Fate>(random) : Fate.Lives,
            Passing = Any<Passing>(random),
            StartMs = random.Next(0, 400),
            NewsMs = random.Next(0, 900),
            HostDiesAfterMs = random.Next(3) == 0 ? random.Next(1, 1500) : 0,
            CannotBeKilled = random.Next(15) == 0,
            AnswersLate = random.Next(6) == 0,
            IsDeafToTerm = random.Next(4) == 0,
            Stopped = random.Next(10) == 0 ? (random.Next(0, 2_000), random.Next(2_000, 9_000)) : default,
        }).ToArray();
        (int, string)[] interrupts = random.Next(4) == 0 ? [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => (random.Next(0, 4000), random.Next(2) == 0 ? "Ctrl-C" : "SIGTERM"))] : [];
        var request = new RunRequest
        {
            Workers = random.Next(1, 5).ToString(System.Globalization.CultureInfo.InvariantCulture),
            Concurrency = random.Next(4) == 0 ? random.Next(1, 9) : null,
            MaxFail = random.Next(5) == 0 ? random.Next(1, 3) : null,
            MaxWorkerRestart = random.Next(4) == 0 ? random.Next(0, 4) : null,
            RetriesElsewhere = seed % 3 == 0,
            Retries = seed % 3 == 0 ? 1 + (seed / 3 % 3) : 0,
            RetryDelay = TimeSpan.FromMilliseconds(seed % 6 == 0 ? 300 : 0),
            Distribution = (Distribution)(seed % Distributions.Names.Count),
        };
        var needs = random.Next(2) == 0 ? acts.Keys.Where(_ => random.Next(2) == 0).ToDictionary(id => id, _ => "K" + random.Next(3)) : [];
        var simulation = new Simulation(id => acts[id].Act)
        {
            Needs = id => needs.GetValueOrDefault(id),
            Durations = id => acts[id].Ms,
            Scripts = i => scripts[i % scripts.Length],
            Interrupts = interrupts,
            SilenceMs = random.Next(2) == 0 ? random.Next(900, 2_600) : random.Next(3_900, 6_400),
            StacksMs = random.Next(1, 2_000),
        };

        try
        {
            simulation.Run(Sample.Catalog(tables), request);
        }
        catch (Exception error) when (error is AssertFailedException or TimeoutException)
        {
            throw new AssertFailedException($"Seed {seed}: {error.Message}\n{string.Join("\n", simulation.Workers.Select(w => $"{w.Number} {w.Script}"))}", error);
        }

        simulation.Check($"Seed {seed}");
    }

    private static string LockOf(Random random, int oneIn) => random.Next(oneIn) > 0 ? "" : $"|lock={(random.Next(2) == 0 ? "R" : "W")}:{random.Next(3)}";

    private static T Any<T>(Random random) where T : struct, Enum => Enum.GetValues<T>()[random.Next(Enum.GetValues<T>().Length)];
}
