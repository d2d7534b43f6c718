// A controller with workers in virtual time: messages travel in order but late, workers crash, retire and join late. Checks the contract at every step.
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Planning;
using Rondo.Engine.Scheduling;

namespace Rondo.Engine.Tests.Scheduling;

internal sealed record WorldOptions
{
    public int Workers { get; init; } = 2;

    public Func<Random, double> LatencyMs { get; init; } = _ => 0.1;

    public Func<Random, double> JoinMs { get; init; } = _ => 0;

    /// <summary>Chance that a worker dies while it runs a case.</summary>
    public double Crash { get; init; }

    /// <summary>Chance that a worker retires when a case begins: it ends that one and starts nothing more.</summary>
    public double Retire { get; init; }

    /// <summary>Costs time on large worlds.</summary>
    public bool CheckIdleness { get; init; } = true;
}

internal sealed class World
{
    private readonly Scheduler _scheduler;
    private readonly IReadOnlyList<WorkUnit> _units;
    private readonly Func<CaseIndex, double> _durationMs;
    private readonly WorldOptions _options;
    private readonly Random _random;
    private readonly PriorityQueue<Action, (double Time, long Sequence)> _agenda = new();
    private readonly Dictionary<int, Worker> _workers = [];
    private readonly Dictionary<int, int> _unitOf = [];
    private readonly Dictionary<int, int> _assignedTo = [];
    private readonly HashSet<int> _startedSeen = [];
    private readonly HashSet<int> _refused = [];
    private readonly HashSet<int> _ready = [];
    private readonly bool _anySerial;
    private readonly Dictionary<int, int> _begunBy = [];
    private readonly Dictionary<int, ClaimSet> _claims = [];
    private long _sequence;
    private int _nextWorker;

    public World(IReadOnlyList<WorkUnit> units, Scheduler scheduler, Func<CaseIndex, double> durationMs, WorldOptions options, int seed)
    {
        (_units, _scheduler, _durationMs, _options, _random) = (units, scheduler, durationMs, options, new Random(seed));
        for (var i = 0; i < units.Count; i++)
        {
            for (var c = 0; c < units[i].Cases.Count; c++)
            {
                _unitOf.Add(units[i].Cases[c].Value, i);
                _claims.Add(units[i].Cases[c].Value, units[i].CaseClaims?[c] ?? units[i].Claims);
            }
        }

        _anySerial = units.Any(u => u.Serial);
        for (var i = 0; i < options.Workers; i++) Join(options.JoinMs(_random));
    }

    private sealed class Worker(int number)
    {
        public int Number { get; } = number;
        public List<CaseIndex> Queue { get; } = [];
        public List<CaseIndex> Running { get; } = [];
        public bool Dead { get; set; }
        public bool Retiring { get; set; }

        /// <summary>The units it ever had.</summary>
        public HashSet<int> Had { get; } = [];
        public double LastToController { get; set; }
        public double LastToWorker { get; set; }

        // The controller's view.
        public bool Gone { get; set; }
        public bool Released { get; set; }
        public List<IReadOnlyList<CaseIndex>> Recalls { get; } = [];
        public List<CaseIndex> Ran { get; } = [];
    }

    public double Now { get; private set; }

    /// <summary>The most cases that one worker ran at once.</summary>
    public int MostAtOnce { get; private set; }

    /// <summary>When each case began.</summary>
    public Dictionary<int, double> BeganAt { get; } = [];

    public double MakespanMs { get; private set; }

    public Dictionary<int, int> EndedBy { get; } = [];

    public int Recalls { get; private set; }

    public int Messages { get; private set; }

    public IReadOnlyList<CaseIndex> RanOn(int worker) => _workers[worker].Ran;

    public bool IsReleased(int worker) => _workers[worker].Released;

    public int WorkersEver => _nextWorker;

    public void Run()
    {
        long steps = 0;
        var limit = 10_000 + (400L * _unitOf.Count) + (1000L * _options.Workers);
        while (_agenda.TryDequeue(out var what, out var when))
        {
            Now = when.Time;
            what();
            Assert.IsLessThan(limit, ++steps, "The run goes round in circles.");
        }

        Assert.HasCount(_unitOf.Count, EndedBy, $"Cases without an end: {string.Join(", ", _unitOf.Keys.Except(EndedBy.Keys).Take(10))}. Waiting: {_scheduler.Waiting.Count}.");
        Assert.IsEmpty(_scheduler.Waiting);
        foreach (var worker in _workers.Values) Assert.IsTrue(worker.Gone || worker.Released, $"w{worker.Number} was never released.");
    }

    public void At(double ms, Action what) => _agenda.Enqueue(what, (Math.Max(ms, Now), _sequence++));

    public int Join(double afterMs)
    {
        var worker = new Worker(_nextWorker++);
        _workers.Add(worker.Number, worker);
        At(Now + afterMs, () =>
        {
            _ready.Add(worker.Number);
            Tell(new SchedulerEvent.WorkerReady(new WorkerNumber(worker.Number)));
        });
        return worker.Number;
    }

    // ---- controller

    private void Tell(SchedulerEvent what)
    {
        Messages++;
        var actions = _scheduler.Handle(what);
        foreach (var action in actions)
        {
            switch (action)
            {
                case SchedulerAction.Assign assign:
                    OnAssign(_workers[assign.Worker.Value], assign.Cases);
                    break;
                case SchedulerAction.Recall recall:
                    var asked = _workers[recall.Worker.Value];
                    Assert.IsFalse(asked.Gone || asked.Released);
                    Assert.IsNotEmpty(recall.Cases);
                    Assert.HasCount(recall.Cases.Count, recall.Cases.Distinct());
                    asked.Recalls.Add(recall.Cases);
                    Recalls++;
                    ToWorker(asked, () => AnswerRecall(asked, recall.Cases));
                    break;
                case SchedulerAction.Release release:
                    var released = _workers[release.Worker.Value];
                    Assert.IsFalse(released.Gone || released.Released, "Released twice, or after its end.");
                    released.Released = true;
                    // Where something is isolated, one that was used makes room for a fresh one.
                    if (!_units.Any(u => u.Isolated) || released.Had.Count == 0)
                    {
                        Assert.IsEmpty(_scheduler.Waiting, "Released while work waits.");
                        Assert.IsFalse(_assignedTo.Any(a => !_startedSeen.Contains(a.Key)), "Released while unstarted work may come back.");
                    }
                    else if (_scheduler.HasWaiting)
                    {
                        Join(_options.JoinMs(_random));
                    }

                    break;
            }
        }

        if (_options.CheckIdleness) CheckIdleness();
    }

    private void OnAssign(Worker worker, IReadOnlyList<CaseIndex> cases)
    {
        Assert.IsFalse(worker.Gone || worker.Released, $"w{worker.Number} takes no work.");
        Assert.IsNotEmpty(cases);
        foreach (var index in cases)
        {
            var unit = _unitOf[index.Value];
            Assert.IsFalse(_units[unit].Isolated && worker.Had.Any(u => u != unit), $"Isolated {index} was given to w{worker.Number}, which had something.");
            Assert.IsFalse(worker.Had.Any(u => u != unit && _units[u].Isolated), $"{index} was given to w{worker.Number}, which had something isolated.");
            worker.Had.Add(unit);
            foreach (var (other, holder) in _assignedTo) Assert.IsFalse(holder != worker.Number && Conflict(index.Value, other), $"{index} was given to w{worker.Number} while w{holder} has {other}, which conflicts with it.");
            Assert.IsFalse(EndedBy.ContainsKey(index.Value), $"{index} was given again after its end.");
            Assert.IsTrue(_assignedTo.TryAdd(index.Value, worker.Number), $"{index} was given to w{worker.Number} while w{_assignedTo.GetValueOrDefault(index.Value)} has it.");
            foreach (var mate in _units[unit].Cases)
                Assert.IsFalse(_assignedTo.TryGetValue(mate.Value, out var other) && other != worker.Number && !_workers[other].Gone, $"Unit {unit} is split.");
            if (_begunBy.TryGetValue(unit, out var begun) && begun != worker.Number) Assert.IsTrue(_workers[begun].Gone, $"Unit {unit} has begun on w{begun}.");
        }

        ToWorker(worker, () =>
        {
            if (worker.Dead || worker.Retiring) return;
            worker.Queue.AddRange(cases);
            StartNext(worker);
        });
    }

    private void CheckIdleness()
    {
        if (!_workers.Values.Any(w => IsLive(w) && !_assignedTo.ContainsValue(w.Number))) return;
        if (_workers.Values.Any(w => w.Recalls.Count > 0)) return;
        if (_assignedTo.Keys.Any(c => _units[_unitOf[c]].Serial)) return;
        var bound = _units.Any(u => u.Isolated || !u.Claims.IsEmpty);
        Assert.IsTrue(_scheduler.Waiting.All(c => UnitOf(c).Serial || UnitOf(c).Isolated || !UnitOf(c).Claims.IsEmpty), "A worker is idle while parallel work waits.");
        if (bound) CheckNobodyWaitsForNothing();
        foreach (var worker in _workers.Values.Where(IsLive).Where(_ => !bound))
        {
            var movable = _assignedTo.Where(a => a.Value == worker.Number).GroupBy(a => _unitOf[a.Key])
                .Count(g => !_begunBy.ContainsKey(g.Key) && !g.Any(a => _startedSeen.Contains(a.Key) || _refused.Contains(a.Key)));
            Assert.IsLessThan(2, movable, $"A worker is idle while w{worker.Number} has {movable} units that could move.");
        }
    }

    // A worker has nothing, and so does each of these wait for somebody: for one who has the claims, or for one who waits for them too.
    private void CheckNobodyWaitsForNothing()
    {
        var waiting = _scheduler.Waiting;
        foreach (var index in waiting)
        {
            if (UnitOf(index).Serial || UnitOf(index).Isolated) continue;
            Assert.IsTrue(
                _assignedTo.Keys.Concat(waiting.Select(w => w.Value).Where(w => _unitOf[w] != _unitOf[index.Value])).Any(other => UnitOf(index).Claims.ConflictsWith(UnitOf(new CaseIndex(other)).Claims)),
                $"A worker is idle while {index} waits, whose claims are free. Waiting: {Told(waiting)}. Assigned: {string.Join(" ", _assignedTo.GroupBy(a => a.Value).Select(g => $"w{g.Key}({(_workers[g.Key].Gone ? "gone" : "")}): {Told(g.Select(a => new CaseIndex(a.Key)))}"))}. Live: {string.Join(" ", _workers.Values.Where(IsLive).Select(w => w.Number))}");
        }
    }

    private string Told(IEnumerable<CaseIndex> cases) => string.Join(" ", cases.Select(c => $"{c}{(UnitOf(c).Isolated ? "i" : "")}{(UnitOf(c).Serial ? "s" : "")}[{string.Join(",", UnitOf(c).Claims.All.ToArray().Select(k => (k.IsWrite ? "W" : "R") + k.Key))}]"));

    private bool Conflict(int one, int other) => one != other && _claims[one].ConflictsWith(_claims[other]);

    private WorkUnit UnitOf(CaseIndex index) => _units[_unitOf[index.Value]];

    private bool IsLive(Worker worker) => worker is { Gone: false, Released: false } && _ready.Contains(worker.Number);

    // ---- worker

    private void StartNext(Worker worker)
    {
        while (!worker.Dead && !worker.Retiring && PlaceOfNext(worker) is >= 0 and var place) Start(worker, place);
    }

    // As a worker does it: what may run beside others goes before what may not, while others run.
    private int PlaceOfNext(Worker worker)
    {
        if (worker.Running.Count == 0) return worker.Queue.Count - 1 < 0 ? -1 : 0;
        var narrowest = worker.Running.Min(c => WindowOf(c));
        var place = worker.Queue.FindIndex(c => WindowOf(c) > 1 && !worker.Running.Exists(r => Conflict(r.Value, c.Value)));
        return place >= 0 && Math.Min(narrowest, WindowOf(worker.Queue[place])) > worker.Running.Count ? place : -1;
    }

    private int WindowOf(CaseIndex index) => _units[_unitOf[index.Value]].Window;

    private void Start(Worker worker, int place)
    {
        var index = worker.Queue[place];
        worker.Queue.RemoveAt(place);
        MostAtOnce = Math.Max(MostAtOnce, worker.Running.Count + 1);
        var serial = _units[_unitOf[index.Value]].Serial;
        var others = _anySerial ? _workers.Values.Where(w => w != worker && w.Running.Count > 0) : [];
        if (serial) Assert.IsEmpty(others, $"Serial {index} runs beside others.");
        else Assert.IsFalse(others.Any(w => w.Running.Exists(c => _units[_unitOf[c.Value]].Serial)), $"{index} runs beside a serial case.");
        foreach (var other in _workers.Values.Where(w => !w.Dead))
        {
            foreach (var running in other.Running) Assert.IsFalse(Conflict(index.Value, running.Value), $"{index} on w{worker.Number} runs beside {running} on w{other.Number}, which conflicts with it.");
        }

        worker.Running.Add(index);
        worker.Ran.Add(index);
        BeganAt[index.Value] = Now;
        ToController(worker, () =>
        {
            if (worker.Gone) return;
            _startedSeen.Add(index.Value);
            _begunBy[_unitOf[index.Value]] = worker.Number;
            Tell(new SchedulerEvent.Started(new WorkerNumber(worker.Number), index));
        });
        var ms = _durationMs(index);
        if (_random.NextDouble() < _options.Crash)
        {
            At(Now + (ms * _random.NextDouble()), () => Die(worker));
            return;
        }

        if (_random.NextDouble() < _options.Retire) Retire(worker);
        At(Now + ms, () => End(worker, index, ms));
    }

    private void End(Worker worker, CaseIndex index, double ms)
    {
        if (worker.Dead) return;
        worker.Running.Remove(index);
        MakespanMs = Now;
        ToController(worker, () =>
        {
            NoteEnd(worker, index);
            Tell(new SchedulerEvent.Finished(new WorkerNumber(worker.Number), index, ms));
        });
        StartNext(worker);
    }

    private void NoteEnd(Worker worker, CaseIndex index)
    {
        Assert.IsTrue(EndedBy.TryAdd(index.Value, worker.Number), $"{index} ended twice.");
        _assignedTo.Remove(index.Value);
        _startedSeen.Add(index.Value);
    }

    private void Die(Worker worker)
    {
        if (worker.Dead) return;
        worker.Dead = true;
        ToController(worker, () =>
        {
            foreach (var running in worker.Running.ToArray())
            {
                worker.Running.Remove(running);
                // Of several that were cut off each is run again elsewhere, and has its end later, after its worker's.
                if (_random.Next(2) == 0) End(running);
                else At(Now + 50, () => End(running));
            }

            Gone(worker);

            void End(CaseIndex running)
            {
                NoteEnd(worker, running);
                Tell(new SchedulerEvent.Finished(new WorkerNumber(worker.Number), running, 1));
            }
        });
    }

    private void Retire(Worker worker)
    {
        worker.Retiring = true;
        ToController(worker, () => Gone(worker));
    }

    private void Gone(Worker worker)
    {
        worker.Gone = true;
        worker.Recalls.Clear();
        foreach (var (index, _) in _assignedTo.Where(a => a.Value == worker.Number && !_startedSeen.Contains(a.Key)).ToArray()) _assignedTo.Remove(index);
        _ready.Remove(worker.Number);
        Tell(new SchedulerEvent.WorkerGone(new WorkerNumber(worker.Number)));
        if (EndedBy.Count < _unitOf.Count) Join(_options.JoinMs(_random));
    }

    private void AnswerRecall(Worker worker, IReadOnlyList<CaseIndex> asked)
    {
        if (worker.Dead || worker.Retiring) return;
        var given = asked.Where(worker.Queue.Contains).ToArray();
        worker.Queue.RemoveAll(given.Contains);
        ToController(worker, () =>
        {
            if (worker.Gone) return;
            worker.Recalls.RemoveAt(0);
            foreach (var index in given) _assignedTo.Remove(index.Value);
            foreach (var index in asked.Except(given)) _refused.Add(index.Value);
            foreach (var unit in given.Select(c => _unitOf[c.Value]).Distinct())
            {
                // A part stayed: the rest has to return, and is not movable any more.
                if (_units[unit].Cases.Any(c => EndedBy.ContainsKey(c.Value) || _assignedTo.ContainsKey(c.Value)))
                    foreach (var index in _units[unit].Cases) _refused.Add(index.Value);
            }

            Tell(new SchedulerEvent.GaveBack(new WorkerNumber(worker.Number), given));
        });
    }

    // Like a socket: late, but in order.
    private void ToController(Worker worker, Action what)
    {
        worker.LastToController = Math.Max(worker.LastToController, Now + _options.LatencyMs(_random));
        At(worker.LastToController, what);
    }

    private void ToWorker(Worker worker, Action what)
    {
        worker.LastToWorker = Math.Max(worker.LastToWorker, Now + _options.LatencyMs(_random));
        At(worker.LastToWorker, what);
    }
}
