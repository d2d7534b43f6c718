// A controller and its workers in virtual time: messages travel in lots and in order, the controller takes one after the other and needs time for each, workers die. It drives a scheduler as the controller
// does, and counts what becomes of every case.
using Rondo.Engine.Planning;
using Rondo.Engine.Scheduling;

namespace SchedulingBenchmarks;

internal sealed record ClusterOptions
{
    public required int Workers { get; init; }

    /// <summary>One way.</summary>
    public double LatencyMs { get; init; } = 1;

    /// <summary>A busy worker says nothing more often than that.</summary>
    public double LotMs { get; init; } = 20;

    /// <summary>Of the controller, for a message in either direction.</summary>
    public double MessageMs { get; init; } = 0.01;

    /// <summary>Of the controller, for the end of a case.</summary>
    public double CaseMs { get; init; } = 0.001;

    /// <summary>Workers keep their last case until more comes, or nothing more does.</summary>
    public bool KeepsLast { get; init; }

    /// <summary>Chance of a case to kill its worker. Another one comes.</summary>
    public double Crash { get; init; }

    /// <summary>At this time a share of the workers is gone for good.</summary>
    public double LossAtMs { get; init; } = double.PositiveInfinity;

    public double LossShare { get; init; }

    public double DetectMs { get; init; } = 100;

    public double JoinMs { get; init; } = 500;
}

internal sealed class Cluster(Scheduler scheduler, double[] ms, ClusterOptions options)
{
    private readonly PriorityQueue<(What What, Worker Worker, object? Content), (double At, long Number)> _agenda = new();
    private readonly List<Worker> _workers = [];
    private readonly int[] _given = new int[ms.Length];
    private readonly bool[] _ended = new bool[ms.Length];
    private readonly Random _random = new(1);
    private readonly bool _canDie = options.Crash > 0 || options.LossShare > 0;
    private double _controllerFree;
    private long _number;

    private const int Nobody = -1;

    private enum What
    {
        Heard,
        Given,
        Asked,
        Released,
        Ended,
        Died,
        Said,
        Joined,
        Lost,
    }

    private sealed class Worker(int number)
    {
        public WorkerNumber Number { get; } = new(number);
        public Queue<int> Queue { get; } = [];

        /// <summary>All that it was ever given.</summary>
        public List<int> Given { get; } = [];

        public int Running { get; set; } = Nobody;
        public bool Dead { get; set; }
        public bool Released { get; set; }
        public List<SchedulerEvent> Out { get; set; } = [];
        public bool WillSay { get; set; }
        public double SaidAt { get; set; } = double.NegativeInfinity;
    }

    /// <summary>The end of the last case.</summary>
    public double MakespanMs { get; private set; }

    /// <summary>What the scheduler was told.</summary>
    public long Events { get; private set; }

    public long Messages { get; private set; }

    public int Recalls { get; private set; }

    public int Deaths { get; private set; }

    /// <exception cref="InvalidOperationException">A case was given twice, ran twice, or never.</exception>
    public void Run()
    {
        Array.Fill(_given, Nobody);
        for (var i = 0; i < options.Workers; i++) Join(0);
        if (double.IsFinite(options.LossAtMs))
        {
            for (var i = 0; i < (int)(options.Workers * options.LossShare); i++) At(options.LossAtMs, What.Lost, _workers[i * options.Workers / (int)(options.Workers * options.LossShare)], null);
        }

        var ended = 0;
        while (_agenda.TryDequeue(out var next, out var when))
        {
            var (worker, now) = (next.Worker, when.At);
            switch (next.What)
            {
                case What.Joined:
                    Hear(now, [new SchedulerEvent.WorkerReady(worker.Number)]);
                    break;
                case What.Heard:
                    Hear(now, (List<SchedulerEvent>)next.Content!);
                    break;
                case What.Given:
                    if (worker.Dead) break;
                    foreach (var index in (IReadOnlyList<CaseIndex>)next.Content!) worker.Queue.Enqueue(index.Value);
                    StartNext(worker, now);
                    break;
                case What.Asked:
                    if (!worker.Dead) GiveBack(worker, now, (IReadOnlyList<CaseIndex>)next.Content!);
                    break;
                case What.Released:
                    worker.Released = true;
                    StartNext(worker, now);
                    break;
                case What.Ended:
                    if (worker.Dead) break;
                    Finish(worker, now);
                    ended++;
                    StartNext(worker, now);
                    break;
                case What.Died:
                    if (worker.Dead) break;
                    ended++;
                    Die(worker, now);
                    Join(now + options.DetectMs + options.JoinMs);
                    break;
                case What.Lost:
                    if (worker.Dead) break;
                    if (worker.Running != Nobody) ended++;
                    Die(worker, now);
                    break;
                case What.Said:
                    worker.WillSay = false;
                    Say(worker, now);
                    break;
            }
        }

        if (ended != ms.Length || scheduler.HasWaiting) throw new InvalidOperationException($"{ended} of {ms.Length} cases ended.");
    }

    private void At(double at, What what, Worker worker, object? content) => _agenda.Enqueue((what, worker, content), (at, _number++));

    private void Join(double at)
    {
        var worker = new Worker(_workers.Count);
        _workers.Add(worker);
        At(at, What.Joined, worker, null);
    }

    // ---- controller

    private void Hear(double now, List<SchedulerEvent> lot)
    {
        _controllerFree = Math.Max(_controllerFree, now) + options.MessageMs;
        Messages++;
        foreach (var what in lot)
        {
            if (what is SchedulerEvent.Finished) _controllerFree += options.CaseMs;
            Events++;
            Free(what);
            var actions = scheduler.Handle(what);
            for (var i = 0; i < actions.Count; i++) Act(actions[i]);
        }
    }

    // Nobody has it any more, so it may be given again.
    private void Free(SchedulerEvent what)
    {
        if (what is SchedulerEvent.GaveBack back)
        {
            foreach (var index in back.Cases) _given[index.Value] = Nobody;
        }
        else if (what is SchedulerEvent.WorkerGone gone)
        {
            foreach (var index in _workers[gone.Worker.Value].Given)
            {
                if (_given[index] == gone.Worker.Value && !_ended[index]) _given[index] = Nobody;
            }
        }
    }

    private void Act(SchedulerAction action)
    {
        _controllerFree += options.MessageMs;
        Messages++;
        var at = _controllerFree + options.LatencyMs;
        switch (action)
        {
            case SchedulerAction.Assign assign:
                foreach (var index in assign.Cases)
                {
                    if (_given[index.Value] != Nobody || _ended[index.Value]) throw new InvalidOperationException($"{index} was given twice.");
                    _given[index.Value] = assign.Worker.Value;
                    if (_canDie) _workers[assign.Worker.Value].Given.Add(index.Value);
                }

                At(at, What.Given, _workers[assign.Worker.Value], assign.Cases);
                break;
            case SchedulerAction.Recall recall:
                Recalls++;
                At(at, What.Asked, _workers[recall.Worker.Value], recall.Cases);
                break;
            case SchedulerAction.Release release:
                At(at, What.Released, _workers[release.Worker.Value], null);
                break;
        }
    }

    // ---- worker

    private void StartNext(Worker worker, double now)
    {
        if (worker.Running != Nobody || worker.Dead) return;
        if (worker.Queue.Count == 0 || (options.KeepsLast && worker.Queue.Count < 2 && !worker.Released))
        {
            // Who waits says at once what it has to say.
            Say(worker, now);
            return;
        }

        var index = worker.Queue.Dequeue();
        worker.Running = index;
        Add(worker, new SchedulerEvent.Started(worker.Number, new CaseIndex(index)), now);
        if (options.Crash > 0 && _random.NextDouble() < options.Crash) At(now + (ms[index] * _random.NextDouble()), What.Died, worker, null);
        else At(now + ms[index], What.Ended, worker, null);
    }

    private void GiveBack(Worker worker, double now, IReadOnlyList<CaseIndex> asked)
    {
        var left = new Queue<int>();
        var wanted = new HashSet<int>(asked.Count);
        foreach (var index in asked) wanted.Add(index.Value);
        var given = new List<CaseIndex>();
        while (worker.Queue.TryDequeue(out var index))
        {
            if (wanted.Contains(index)) given.Add(new CaseIndex(index));
            else left.Enqueue(index);
        }

        while (left.TryDequeue(out var index)) worker.Queue.Enqueue(index);
        Add(worker, new SchedulerEvent.GaveBack(worker.Number, given), now);
        Say(worker, now);
    }

    private void Finish(Worker worker, double now)
    {
        var index = worker.Running;
        worker.Running = Nobody;
        End(index, now);
        Add(worker, new SchedulerEvent.Finished(worker.Number, new CaseIndex(index), ms[index]), now);
    }

    private void End(int index, double now)
    {
        if (_ended[index]) throw new InvalidOperationException($"Case {index} ran twice.");
        _ended[index] = true;
        MakespanMs = Math.Max(MakespanMs, now);
    }

    private void Die(Worker worker, double now)
    {
        worker.Dead = true;
        Deaths++;
        var last = worker.Out;
        worker.Out = [];
        if (worker.Running != Nobody)
        {
            End(worker.Running, now);
            last.Add(new SchedulerEvent.Finished(worker.Number, new CaseIndex(worker.Running), 0));
        }

        last.Add(new SchedulerEvent.WorkerGone(worker.Number));
        At(now + options.DetectMs, What.Heard, worker, last);
    }

    private void Add(Worker worker, SchedulerEvent what, double now)
    {
        worker.Out.Add(what);
        if (worker.WillSay) return;
        worker.WillSay = true;
        At(Math.Max(now, worker.SaidAt + options.LotMs), What.Said, worker, null);
    }

    private void Say(Worker worker, double now)
    {
        if (worker.Out.Count == 0 || worker.Dead) return;
        worker.SaidAt = now;
        At(now + options.LatencyMs, What.Heard, worker, worker.Out);
        worker.Out = [];
    }
}
