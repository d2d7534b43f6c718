using System.Collections.Concurrent;
using Rondo.Engine.Control;
using Rondo.Engine.Native;
using Rondo.Engine.Planning;
using Rondo.Engine.Report;
using Rondo.Engine.Results;
using Rondo.Engine.Tests.Planning;

namespace Rondo.Engine.Tests.Control;

/// <summary>A run of the real controller with simulated workers in simulated time, and everything that was seen of it.</summary>
/// <remarks>
/// The driver moves the clock only while the thread pool has nothing to do, so that no message is late because a thread was. Tests with it do not run beside others.
/// </remarks>
internal sealed class Simulation : IWorkerStarter, IRunObserver
{
    private static readonly TimeSpan s_longest = TimeSpan.FromHours(2);

    private readonly Func<string, Act> _acts;
    private readonly ConcurrentDictionary<int, List<SimulatedWorker>> _ran = new();
    private readonly ConcurrentDictionary<int, Outcome> _told = new();
    private readonly ConcurrentDictionary<int, bool> _killers = new();
    private readonly ConcurrentDictionary<int, bool> _hangers = new();
    private readonly ConcurrentDictionary<int, bool> _suspicious = new();
    private readonly ConcurrentDictionary<int, bool> _cutOff = new();
    private bool _isEach;
    private readonly ConcurrentDictionary<int, bool> _failedFirst = new();
    private readonly List<SimulatedWorker> _workers = [];
    private readonly List<(int Case, SimulatedWorker Worker)> _now = [];
    private readonly Lock _nowGate = new();
    private TestCatalog? _catalog;
    private ClaimBook? _claims;
    private Plan? _plan;
    private int _retriesElsewhere;
    private int? _concurrency;
    private int _busyWithoutUs;
    private static int s_leastBusy = int.MaxValue;

    /// <param name="acts">What the case with this id does.</param>
    public Simulation(Func<string, Act> acts) => _acts = acts;

    public ManualTime Time { get; } = new();

    public bool IsInProcess { get; init; }

    public Func<int, WorkerScript> Scripts { get; init; } = _ => new WorkerScript();

    /// <summary>Key of the fixture of the whole run that a case needs; null for none.</summary>
    public Func<string, string?> Needs { get; init; } = _ => null;

    /// <summary>Which host set up what.</summary>
    public ConcurrentBag<(WorkerNumber Host, string Key)> SetUps { get; } = [];

    public Func<string, int> Durations { get; init; } = _ => 60;

    /// <summary>How long <see cref="Act.SilentForAWhile"/> says nothing.</summary>
    public int SilenceMs { get; init; } = 2_050;

    /// <summary>The limit of each phase of a case.</summary>
    public int LimitMs { get; init; } = 1_000;

    /// <summary>How long it takes to read the stacks of a process.</summary>
    public int StacksMs { get; init; } = 700;

    /// <summary>Virtual moments of interrupts.</summary>
    public IReadOnlyList<(int AtMs, string By)> Interrupts { get; init; } = [];

    /// <summary>What becomes of a dump that is asked for.</summary>
    public DumpWritten Dump { get; init; }

    public List<string> DumpsAsked { get; } = [];

    public IReadOnlyList<SimulatedWorker> Workers => _workers;

    public ConcurrentBag<(WorkerNumber Worker, FixtureScope Scope, string Name)> ScopesOver { get; } = [];

    public ConcurrentBag<(WorkerNumber Worker, string Fixture)> FixturesOver { get; } = [];

    public List<(string Id, Outcome Outcome)> Reported { get; } = [];

    public List<string> Notes { get; } = [];

    public List<string> InProgressIds { get; } = [];

    public List<RunSnapshot> Seen { get; } = [];

    public RunReport? Report { get; private set; }

    /// <summary>A class of tests for each list of names.</summary>
    public static TestCatalog CatalogOf(params string[][] classes) =>
        Sample.Catalog([.. classes.Select((tests, i) => Sample.Table([$"class|Sim|C{i}|f.cs|1", .. tests.Select(t => $"test|{t}|1|async")]))]);

    public RunReport Run(TestCatalog catalog, RunRequest request)
    {
        var controller = ControllerFor(catalog, request);
        return Report = Drive(controller, () => controller.RunAsync(CancellationToken.None));
    }

    public Plan Discover(TestCatalog catalog, RunRequest request)
    {
        var controller = ControllerFor(catalog, request);
        return Drive(controller, () => controller.DiscoverAsync(CancellationToken.None));
    }

    private Controller ControllerFor(TestCatalog catalog, RunRequest request)
    {
        _concurrency = request.Concurrency;
        _isEach = request.Distribution == Distribution.Each;
        _retriesElsewhere = request.RetriesElsewhere ? request.Retries : 0;
        _catalog = catalog;
        return NewController(catalog, request);
    }

    private Controller NewController(TestCatalog catalog, RunRequest request) => new(catalog, request, request.Stress is null ? this : new SeesCopies(this, request.Stress), new RunEnvironment
    {
        Processes = this,
        InProcess = this,
        Time = Time,
        CatalogIdentity = "sim",
        ProcessorCount = 4,
        MemoryBytes = 1L << 40,
        HasDebugger = false,
        AutoWorkers = null,
        ReadStacks = async (_, _, time) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(StacksMs), time).ConfigureAwait(false);
            return new StacksRead("   at Somewhere()", null);
        },
        WriteDump = (_, wish, file, _) =>
        {
            DumpsAsked.Add($"{wish.Kind} {file}");
            return Task.FromResult(Dump);
        },
    });

    private T Drive<T>(Controller controller, Func<Task<T>> start)
    {
        // The host of the tests has some of its own, the caller's among them.
        _busyWithoutUs = Enumerable.Range(0, 1000).Min(_ => Busy());
        s_leastBusy = Math.Min(s_leastBusy, _busyWithoutUs);
        var run = start();
        T? result = default;
        Exception? failure = null;
        foreach (var (at, by) in Interrupts) _ = Time.CreateTimer(_ => controller.Interrupt(by), null, TimeSpan.FromMilliseconds(at), Timeout.InfiniteTimeSpan);
        // Not a thread of the pool, whose quiet it watches.
        var driver = new Thread(() =>
        {
            try
            {
                while (true)
                {
                    WaitUntilThePoolIsQuiet();
                    if (run.IsCompleted) break;
                    if (Time.Now > s_longest) throw new TimeoutException($"The run did not end in {s_longest} of simulated time. Notes: {string.Join(" | ", Notes)}\nOpen: {string.Join(", ", _plan?.Cases.Where(c => !Reported.Exists(r => r.Id == c.Id)).Select(c => $"{c.Id} {_acts(c.OwnId)} ran {(_ran.TryGetValue(c.Index.Value, out var list) ? string.Join("+", list.Select(w => w.Number)) : "nowhere")}") ?? [])}");
                    Time.MoveToNextTimer();
                }

                result = run.GetAwaiter().GetResult();
                // What was killed at the end may take a moment to be gone.
                for (var i = 0; i < 50; i++)
                {
                    Time.MoveToNextTimer();
                    WaitUntilThePoolIsQuiet();
                }
            }
            catch (Exception error)
            {
                failure = error;
            }
        })
        { IsBackground = true };
        driver.Start();
        if (!driver.Join(TimeSpan.FromMinutes(2))) throw new TimeoutException("The simulation did not end in 2 minutes of real time.");
        return failure is null ? result! : throw new AssertFailedException("The run failed: " + failure, failure);
    }

    private static int Busy()
    {
        ThreadPool.GetMaxThreads(out var most, out _);
        ThreadPool.GetAvailableThreads(out var free, out _);
        return most - free;
    }

    // Where more threads are busy than the host ever needed, one of them may be what an earlier test left, and end; then another one that works for us looks like it.
    private static bool SomebodyWorks()
    {
        if (!OperatingSystem.IsLinux()) return false;
        foreach (var thread in Directory.EnumerateDirectories("/proc/self/task"))
        {
            try
            {
                // "7 (.NET TP Worker) R …": runs, or could if it had a processor.
                var stat = File.ReadAllText(thread + "/stat");
                if (stat.Contains("(.NET TP Worker) R", StringComparison.Ordinal)) return true;
            }
            catch (IOException)
            {
                // It has ended.
            }
        }

        return false;
    }

    // A busy thread may only be slow, as on a machine with much else to do, so a busy pool holds the clock; a moved clock would make everything of that thread late.
    private void WaitUntilThePoolIsQuiet()
    {
        var (quiet, completed, since) = (0, ThreadPool.CompletedWorkItemCount, Environment.TickCount64);
        while (quiet < 3)
        {
            // What an earlier test had left running may end meanwhile.
            var busy = Busy();
            _busyWithoutUs = Math.Min(_busyWithoutUs, busy);
            var now = ThreadPool.CompletedWorkItemCount;
            var moves = now != completed;
            completed = now;
            s_leastBusy = Math.Min(s_leastBusy, busy);
            if (!moves && busy == _busyWithoutUs && ThreadPool.PendingWorkItemCount == 0 && (busy == s_leastBusy || Environment.TickCount64 - since > 3_000 || !SomebodyWorks()))
            {
                quiet++;
                continue;
            }

            quiet = 0;
            if (moves) since = Environment.TickCount64;
            // The host of the tests has taken a thread for good, since nothing of a simulation computes that long.
            else if (Environment.TickCount64 - since > 3_000) _busyWithoutUs = busy;
            Thread.Yield();
        }
    }

    // ---- what the workers ask and tell

    public Task<IReadOnlyList<MarkedProcess>> EndLeftAsync(string mark, IReadOnlySet<int> except) => Task.FromResult<IReadOnlyList<MarkedProcess>>([]);

    public WorkerHandle Create(WorkerNumber number, string token, string mark)
    {
        var worker = new SimulatedWorker(number, token, this, Scripts(_workers.Count));
        _workers.Add(worker);
        return worker;
    }

    public PlannedCase CaseOf(int index) => _plan!.Cases[index];

    public string IdOf(int index) => _plan!.Cases[index].Id;

    // A copy does what its original does.
    public Act ActOf(int index) => _acts(CaseOf(index).OwnId);

    public int DurationOf(int index) => Durations(CaseOf(index).OwnId);

    public string? NeedOf(int index) => Needs(CaseOf(index).OwnId);

    public void Ran(int index, SimulatedWorker worker)
    {
        var list = _ran.GetOrAdd(index, _ => []);
        lock (list) list.Add(worker);
    }

    /// <summary>Cases that ran while another ran with which they conflict, or in a process where they must not be.</summary>
    public ConcurrentBag<string> Broken { get; } = [];

    public bool Conflict(int one, int other) => _claims is not null && _claims[new CaseIndex(one)].ConflictsWith(_claims[new CaseIndex(other)]);

    public void Begins(int index, SimulatedWorker worker)
    {
        lock (_nowGate)
        {
            foreach (var (other, where) in _now)
            {
                if (other != index && (Conflict(index, other) || CaseOf(index).Marks.Serial || CaseOf(other).Marks.Serial)) Broken.Add($"'{IdOf(index)}' began on {worker.Number} while '{IdOf(other)}' ran on {where.Number}.");
            }

            _now.Add((index, worker));
            if (worker.IsAskedToEnd) _cutOff[index] = true;
            foreach (var (other, list) in _ran)
            {
                if (_isEach && CaseOf(other).Copy != CaseOf(index).Copy && list.Count == 1 && _ran[index].Count == 1 && list.Contains(worker)) Broken.Add($"'{IdOf(index)}' ran on {worker.Number}, as did '{IdOf(other)}' of another copy of the run.");
            }

            if (IsolationOf(index) == Isolation.None) return;
            // A second attempt shares its process with other second attempts.
            foreach (var (other, list) in _ran)
            {
                var isMate = IsolationOf(index) == Isolation.Class && CaseOf(other).Test.Class == CaseOf(index).Test.Class && CaseOf(other).Copy == CaseOf(index).Copy;
                if (other != index && !isMate && list.Count == 1 && _ran[index].Count == 1 && list.Contains(worker)) Broken.Add($"'{IdOf(index)}' is isolated and ran on {worker.Number}, as did '{IdOf(other)}'.");
            }
        }
    }

    public void Ends(int index, SimulatedWorker worker)
    {
        lock (_nowGate) _now.Remove((index, worker));
    }

    /// <summary>What runs there now is cut off.</summary>
    public void AskedToEnd(SimulatedWorker worker)
    {
        lock (_nowGate)
        {
            foreach (var (index, where) in _now)
            {
                if (where == worker) _cutOff[index] = true;
            }
        }
    }

    public void Dies(SimulatedWorker worker)
    {
        lock (_nowGate) _now.RemoveAll(n => n.Worker == worker);
    }

    // What is only reported runs anywhere.
    private Isolation IsolationOf(int index) => CaseOf(index) is { Marks.Skip: null, Key.Error: null } planned ? planned.Marks.Isolation ?? Isolation.None : Isolation.None;

    public void Told(int index, Outcome outcome) => _told[index] = outcome;

    public void Killed(int index) => _killers[index] = true;

    public void LooksGuilty(int index) => _suspicious[index] = true;

    /// <summary>An attempt of the case failed, and the controller is told of it.</summary>
    public void FailedFirst(int index) => _failedFirst[index] = true;

    public void Hung(int index) => _hangers[index] = true;

    public IReadOnlyList<SimulatedWorker> RunsOf(string id) => _plan!.TryFind(id, out var index) && _ran.TryGetValue(index.Value, out var list) ? list : [];

    public Outcome OutcomeOf(string id) => Report!.Results[Report.Plan.Cases.Single(c => c.Id == id).Index].Outcome;

    // ---- what the run tells

    public void Planned(Plan plan)
    {
        // Of a series of runs the observer hears what it is about, and the workers run copies.
        if (_plan is { Cases: [{ Copy.Length: > 0 }, ..] } && plan.Cases is not [{ Copy.Length: > 0 }, ..]) return;
        _plan = plan;
        _claims = ClaimBook.Of(plan, _catalog!);
    }

    public void InProgress(PlannedCase planned, string worker) => InProgressIds.Add(planned.Id);

    public void Finished(PlannedCase planned, CaseResult result) => Reported.Add((planned.Id, result.Outcome));

    public List<(string Id, TimeSpan Elapsed, string Doing)> SlowCases { get; } = [];

    public List<RunSnapshot> Snapshots { get; } = [];

    public void Status(RunSnapshot now) => Snapshots.Add(now);

    public void Slow(PlannedCase planned, string worker, TimeSpan elapsed, string doing) => SlowCases.Add((planned.Id, elapsed, doing));

    public void TeardownFailed(TeardownError error) => Notes.Add("teardown error " + error.Id);

    public void LiveOutput(PlannedCase? planned, string worker, bool isError, string text)
    {
    }

    public void SetupStep(string worker, string line)
    {
    }

    public void Now(RunSnapshot now) => Seen.Add(now);

    public void Note(string text) => Notes.Add(text);

    // ---- what always holds

    /// <summary>Checks the whole story; the seed goes into every message.</summary>
    public void Check(string seed)
    {
        var report = Report!;
        Assert.IsEmpty(Broken, $"{seed}: {string.Join(" ", Broken)}{Story()}");
        foreach (var planned in report.Plan.Cases)
        {
            var id = planned.Id;
            var outcome = report.Results[planned.Index].Outcome;
            var runs = _ran.TryGetValue(planned.Index.Value, out var list) ? list.Count : 0;
            Assert.AreEqual(1, Reported.Count(r => r.Id == id), $"{seed}: '{id}' is reported once.{Story()}");
            // Of several that were cut off together each runs once more, as does what began when its worker was already being ended.
            var overlaps = Overlap.WindowOf(planned, _concurrency) > 1;
            Assert.IsLessThanOrEqualTo((overlaps || _cutOff.ContainsKey(planned.Index.Value) ? 2 : 1) + _retriesElsewhere, runs, $"{seed}: '{id}' runs at most once, or twice where it was cut off, and as often as it may be tried again.{Story()}");
            var killed = _killers.ContainsKey(planned.Index.Value);
            var hung = _hangers.ContainsKey(planned.Index.Value);
            var told = _told.GetValueOrDefault(planned.Index.Value);
            switch (outcome)
            {
                case Outcome.Crashed crash when overlaps && crash.Failure.Message.Contains("one of them did it", StringComparison.Ordinal):
                    Assert.IsNotInstanceOfType<Ending.Complete>(report.Ending, $"{seed}: '{id}' was not run again, but the run is complete.{Story()}");
                    break;
                case Outcome.Crashed: Assert.IsTrue(killed || (overlaps && _suspicious.ContainsKey(planned.Index.Value)), $"{seed}: '{id}' is called a crash, but its worker did not die in it.{Story()}"); break;
                case Outcome.FixtureFailed when Needs(planned.OwnId) is not null && Equals(told, outcome): break;
                case Outcome.TimedOut or Outcome.FixtureFailed: Assert.IsTrue(hung || planned.Key.Error is not null, $"{seed}: '{id}' is called hanging, but was not.{Story()}"); break;
                // Only an attempt that passes undoes a failure, whatever became of the others.
                case Outcome.Failed when _failedFirst.ContainsKey(planned.Index.Value): Assert.IsNotInstanceOfType<Outcome.Passed>(told, $"{seed}: '{id}' passed in the end.{Story()}"); break;
                case Outcome.Passed or Outcome.Failed: Assert.AreEqual(told, outcome, $"{seed}: '{id}'{Story()}"); break;
                case Outcome.NotRun(var reason):
                    Assert.IsNotEmpty(reason, $"{seed}: '{id}' was not run without a reason.{Story()}");
                    Assert.IsNotInstanceOfType<Ending.Complete>(report.Ending, $"{seed}: '{id}' was not run, but the run is complete.{Story()}");
                    break;
                case Outcome.Lost: Assert.Fail($"{seed}: '{id}' is lost.{Story()}"); break;
            }

            if (_failedFirst.ContainsKey(planned.Index.Value) && outcome is Outcome.Passed or Outcome.TimedOut)
                Assert.IsGreaterThanOrEqualTo(1, report.Results[planned.Index].Earlier.Count, $"{seed}: the first attempt of '{id}' is forgotten.{Story()}");
            // The second attempt may have had no value; and who was judged for not ending may die while its worker is being ended.
            var wasJudgedBefore = (overlaps || _retriesElsewhere > 0) && outcome is Outcome.FixtureFailed || hung && outcome is Outcome.TimedOut;
            if (killed && report.Ending is Ending.Complete && !wasJudgedBefore) Assert.IsInstanceOfType<Outcome.Crashed>(outcome, $"{seed}: '{id}' killed its worker.{Story()}");
            if (report.Ending is Ending.Complete && planned.Key.Error is null) Assert.IsGreaterThanOrEqualTo(1, runs, $"{seed}: '{id}' runs.{Story()}");
        }

        Assert.AreEqual(SetUps.Count, SetUps.Distinct().Count(), $"{seed}: a fixture of the run is set up twice in one host.{Story()}");
        Assert.IsLessThanOrEqualTo(2, SetUps.Select(s => s.Host).Distinct().Count(), $"{seed}: more than two hosts.{Story()}");
        var account = report.Account;
        Assert.AreEqual(account.Planned, account.Passed + account.Failed + account.Skipped + account.NotRun, seed);
        Assert.HasCount(report.Plan.Cases.Count, Reported, seed);
        foreach (var worker in _workers)
            Assert.IsTrue(!worker.HasStarted || worker.IsGone || worker.WasKilled, $"{seed}: {worker.Number} ({worker.Script.Fate}) is left alive.{Story()}");
        var expected = report.Ending switch
        {
            Ending.Interrupted or Ending.Broken => 3,
            Ending.Complete when account.Planned == 0 => 8,
            Ending.Complete when account.Failed == 0 && report.TeardownErrors.Count == 0 => report.EarlyEnds.Count > 0 ? 3 : 0,
            _ => 2,
        };
        // A case that was charged with it and passed when it was tried again is flaky.
        HashSet<string> forgiven = [.. report.Results.Values.SelectMany(r => r.Earlier).Where(e => e.Outcome is Outcome.Crashed).Select(e => e.Worker)];
        if (report.ExitCode == 0) Assert.IsFalse(_workers.Exists(w => w.EndedEarly && !w.WasKilled && !forgiven.Contains(w.Number.Name)), $"{seed}: exit code 0, but a worker ended early.{Story()}");
        foreach (var early in report.EarlyEnds)
            Assert.IsTrue(_workers.Exists(w => w.Number.Name == early.Worker && w.EndedEarly), $"{seed}: {early.Worker} is said to have ended early.{Story()}");
        Assert.AreEqual(expected, report.ExitCode, $"{seed}{Story()}");
        Assert.IsFalse(Notes.Exists(n => n.Contains("bug in Rondo", StringComparison.Ordinal) && !HasActs(Act.FinishTwice)), $"{seed}: a bug is noted.{Story()}");
    }

    private bool HasActs(Act act) => _ran.Keys.Any(i => ActOf(i) == act);

    private string Story() => $"\nEnding {Report!.Ending}\nNotes: {string.Join("\n  ", Notes)}\nCases: {string.Join("\n  ", Report.Plan.Cases.Select(c => $"{c.Id} {_acts(c.OwnId)} [{c.Marks.Isolation} {string.Join(" ", c.Marks.Locks)}] ran on {string.Join("+", _ran.TryGetValue(c.Index.Value, out var on) ? on.Select(w => w.Number) : [])} -> {Report.Results[c.Index].Outcome}"))}\nWorkers: {string.Join("\n  ", _workers.Select(w => $"{w.Number} {w.Script}"))}";
}
