using System.Collections.Concurrent;
using Rondo.Engine.Planning;
using Rondo.Engine.Results;
using Rondo.Engine.Wire;
using Rondo.Engine.Worker;
using Rondo.Loops;

namespace Rondo.Engine.Tests.Worker;

/// <summary>A real worker session on a pump of its own, driven by messages as a controller would.</summary>
internal sealed class WorkerBench : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly LoopHost _host = LoopHost.StartThread("pump under test");
    private readonly MemoryLink _link;
    private readonly MemoryLink _far;
    private readonly WorkerSession _session;
    private readonly TestCatalog _catalog;

    // Filled by a thread of its own: a timer or a busy thread of the pool would count in the verdict about blocked tests.
    private readonly BlockingCollection<Message> _inbox = [];
    private Plan? _plan;

    public WorkerBench(WrittenCatalog catalog, WorkerOptions? options = null)
    {
        _catalog = catalog.Read();
        (_far, _link) = MemoryLink.Pair();
        _session = new WorkerSession(_catalog, _link, _host);
        new Thread(() =>
        {
            while (_far.Receive() is { } message) _inbox.Add(message);
        })
        { IsBackground = true }.Start();
        Running = _session.RunAsync();
        Tell(new Message.Welcome(options ?? Options));
    }

    public static WorkerOptions Options { get; } = new() { RunId = new string('0', 32), Worker = 0, TempRoot = Path.Combine(Path.GetTempPath(), "rondo-tests"), CancelGraceMs = 300 };

    public Task Running { get; }

    /// <summary>Everything the worker said, in order.</summary>
    public List<Message> Said { get; } = [];

    public Dictionary<string, CaseResult> Results { get; } = new(StringComparer.Ordinal);

    public Plan Plan => _plan!;

    /// <summary>Lines that bodies write, from any thread.</summary>
    public static ConcurrentQueue<string> NewLog() => new();

    public void Tell(Message message) => _session.Hear(message);

    /// <summary>Reads the sources, if any, and gives the plan of everything.</summary>
    public void GivePlan()
    {
        var rows = new Dictionary<TestNumber, RowsFound>();
        var sources = _catalog.Classes.SelectMany(c => c.Tests).Where(t => t.RowSource is not null).ToList();
        if (sources.Count > 0)
        {
            Tell(new Message.ReadRows([.. sources.Select(s => s.Key.Class)], [.. sources.Select(s => s.Key.Method)]));
            foreach (var source in sources)
            {
                var found = Await<Message.Rows>();
                rows[source.Key] = new RowsFound(found.Found, found.Error?.Message);
            }
        }

        GivePlan(PlanBuilder.Build(_catalog, t => rows.GetValueOrDefault(t)));
    }

    public void GivePlan(Plan plan)
    {
        _plan = plan;
        Tell(new Message.PlanCases(plan.Hash, 1, PlanBuilder.ToEntries(plan)));
        Await<Message.PlanAccepted>();
    }

    /// <summary>Runs all cases in plan order, then ends.</summary>
    public WorkerBench RunAll()
    {
        GivePlan();
        foreach (var planned in _plan!.Cases) RunCase(planned.Id);
        return Finish();
    }

    public CaseResult RunCase(string id)
    {
        Assign(id);
        var finished = Await<Message.Finished>();
        Results.Add(_plan!.Cases[finished.Result.Case.Value].Id, finished.Result);
        return finished.Result;
    }

    public void Assign(params string[] ids) => Tell(new Message.Assign([.. ids.Select(id => _plan!.TryFind(id, out var index) ? index.Value : throw new ArgumentException(id))]));

    public WorkerBench Finish()
    {
        Tell(new Message.Finish());
        Await<Message.Goodbye>();
        Assert.IsTrue(Running.Wait(s_patience, CancellationToken.None));
        return this;
    }

    /// <summary>Waits for a message of this kind; others before it are kept in <see cref="Said"/>.</summary>
    public T Await<T>() where T : Message
    {
        while (_inbox.TryTake(out var message, s_patience))
        {
            Said.Add(message);
            if (message is T wanted) return wanted;
        }

        throw new AssertFailedException($"No {typeof(T).Name} within {s_patience}. Said: {string.Join("\n", Said)}\nSession: {Running.Status} {Running.Exception}");
    }

    public IReadOnlyList<Failure> TeardownErrors => [.. Said.OfType<Message.TeardownFailed>().Select(t => t.Failure with { Type = t.Fixture })];

    public Outcome OutcomeOf(string id) => Results[id].Outcome;

    public Failure FailureOf(string id) => Results[id].Outcome.FailureOrNull ?? throw new AssertFailedException($"{id}: {Results[id].Outcome}");

    public void Dispose()
    {
        _session.Dispose();
        _link.Dispose();
        _far.Dispose();
        _host.Dispose();
    }
}
