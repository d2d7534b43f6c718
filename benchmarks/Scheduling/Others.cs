// What other runners do, said again in our own words as schedulers, so that the same workers and messages serve all. Read in pytest-xdist (scheduler/load.py, worksteal.py, loadscope.py), and in the documentation of the
// others; not their programs.
using Rondo.Engine.Planning;
using Rondo.Engine.Scheduling;

namespace SchedulingBenchmarks;

/// <summary>Everything is decided before the run: a list for each worker.</summary>
internal sealed class Fixed(IReadOnlyList<IReadOnlyList<CaseIndex>> lists) : Scheduler
{
    private int _given;

    public override IReadOnlyList<CaseIndex> Waiting => _given < lists.Count ? lists[_given] : [];

    public override IReadOnlyList<SchedulerAction> Handle(SchedulerEvent what)
    {
        if (what is not SchedulerEvent.WorkerReady ready) return [];
        var list = lists[ready.Worker.Value];
        _given++;
        return list.Count == 0 ? [new SchedulerAction.Release(ready.Worker)] : [new SchedulerAction.Assign(ready.Worker, list), new SchedulerAction.Release(ready.Worker)];
    }

    /// <summary>By a hash of the name: nextest's <c>hash:</c>.</summary>
    public static Fixed ByHash(int cases, int workers)
    {
        // A number for each case that has nothing to do with its neighbours'.
        return By(cases, workers, i => (int)(((((ulong)i + 1) * 0x9E3779B97F4A7C15) ^ (((ulong)i * 0xD6E8FEB86659FD93) >> 32)) % 1_000_003 % (ulong)workers));
    }

    /// <summary>One after the other round the workers: nextest's <c>slice:</c>.</summary>
    public static Fixed InTurn(int cases, int workers) => By(cases, workers, i => i % workers);

    /// <summary>Neighbours together, as many for each: the shards of Playwright, and of Jest and Vitest in the order of their hashes.</summary>
    public static Fixed InBlocks(int cases, int workers) => By(cases, workers, i => (int)((long)i * workers / cases));

    /// <summary>The longest first to who has least, by recorded durations: pytest-split, Knapsack's regular mode, CircleCI.</summary>
    public static Fixed LongestFirst(double[] estimates, int workers)
    {
        var order = Enumerable.Range(0, estimates.Length).ToArray();
        Array.Sort(order, (a, b) => estimates[a] != estimates[b] ? estimates[b].CompareTo(estimates[a]) : a.CompareTo(b));
        var loads = new PriorityQueue<int, (double, int)>();
        for (var worker = 0; worker < workers; worker++) loads.Enqueue(worker, (0, worker));
        var lists = Lists(workers);
        foreach (var index in order)
        {
            loads.TryDequeue(out var worker, out var load);
            lists[worker].Add(new CaseIndex(index));
            loads.Enqueue(worker, (load.Item1 + estimates[index], worker));
        }

        return new Fixed(lists);
    }

    private static Fixed By(int cases, int workers, Func<int, int> workerOf)
    {
        var lists = Lists(workers);
        for (var i = 0; i < cases; i++) lists[workerOf(i)].Add(new CaseIndex(i));
        return new Fixed(lists);
    }

    private static List<CaseIndex>[] Lists(int workers) => [.. Enumerable.Range(0, workers).Select(_ => new List<CaseIndex>())];
}

/// <summary>A list in an order, of which a worker gets the next piece when it has few cases left.</summary>
/// <param name="cases">In the order in which they are given; a piece of several is given whole.</param>
/// <param name="workers">How many there are.</param>
/// <param name="refill">A worker with no more than so many gets more.</param>
/// <param name="piece">How many pieces, by how many are left.</param>
internal sealed class OneList(IReadOnlyList<IReadOnlyList<CaseIndex>> cases, int workers, int refill, Func<int, int> piece) : Scheduler
{
    private readonly int[] _pending = new int[workers];
    private readonly bool[] _isReleased = new bool[workers];
    private int _next;

    public override IReadOnlyList<CaseIndex> Waiting => _next < cases.Count ? cases[_next] : [];

    /// <summary>Each case by itself, in this order.</summary>
    public static IReadOnlyList<IReadOnlyList<CaseIndex>> Singles(IEnumerable<int> order) => [.. order.Select(i => (IReadOnlyList<CaseIndex>)[new CaseIndex(i)])];

    public override IReadOnlyList<SchedulerAction> Handle(SchedulerEvent what)
    {
        var number = what switch { SchedulerEvent.WorkerReady ready => ready.Worker, SchedulerEvent.Finished finished => finished.Worker, _ => (WorkerNumber?)null };
        if (number is not { } worker) return [];
        if (what is SchedulerEvent.Finished) _pending[worker.Value]--;
        var actions = new List<SchedulerAction>();
        if (_pending[worker.Value] <= refill && _next < cases.Count)
        {
            var chunk = new List<CaseIndex>();
            for (var left = piece(cases.Count - _next); left > 0 && _next < cases.Count; left--) chunk.AddRange(cases[_next++]);
            _pending[worker.Value] += chunk.Count;
            actions.Add(new SchedulerAction.Assign(worker, chunk));
        }

        if (_next == cases.Count && !_isReleased[worker.Value])
        {
            _isReleased[worker.Value] = true;
            actions.Add(new SchedulerAction.Release(worker));
        }

        return actions;
    }
}

/// <summary>pytest-xdist's <c>load</c>: a quarter of all round the workers at first; then, to a worker that has less than a quarter of an equal share of what is left, half of one.</summary>
internal sealed class XdistLoad(int cases, int workers) : Scheduler
{
    private readonly int[] _pending = new int[workers];
    private readonly bool[] _isReleased = new bool[workers];
    private int _ready;
    private int _next;

    public override IReadOnlyList<CaseIndex> Waiting => _next < cases ? [new CaseIndex(_next)] : [];

    public override IReadOnlyList<SchedulerAction> Handle(SchedulerEvent what)
    {
        var actions = new List<SchedulerAction>();
        if (what is SchedulerEvent.WorkerReady && ++_ready == workers) Begin(actions);
        if (what is SchedulerEvent.Finished finished)
        {
            _pending[finished.Worker.Value]--;
            Check(finished.Worker, finished.Ms, actions);
        }

        return actions;
    }

    private void Begin(List<SchedulerAction> actions)
    {
        var first = Enumerable.Range(0, workers).Select(_ => new List<CaseIndex>()).ToArray();
        for (var left = Math.Max(cases / 4, 2 * workers); left > 0 && _next < cases; left--) first[_next % workers].Add(new CaseIndex(_next++));
        for (var worker = 0; worker < workers; worker++)
        {
            if (first[worker].Count == 0) continue;
            _pending[worker] = first[worker].Count;
            actions.Add(new SchedulerAction.Assign(new WorkerNumber(worker), first[worker]));
        }

        if (_next < cases) return;
        for (var worker = 0; worker < workers; worker++) Release(new WorkerNumber(worker), actions);
    }

    private void Check(WorkerNumber worker, double ms, List<SchedulerAction> actions)
    {
        if (_isReleased[worker.Value]) return;
        var left = cases - _next;
        if (left == 0)
        {
            Release(worker, actions);
            return;
        }

        var pending = _pending[worker.Value];
        if (pending >= Math.Max(2, left / workers / 4) || (ms >= 100 && pending >= 2)) return;
        var chunk = new List<CaseIndex>();
        for (var more = Math.Max(2, left / workers / 2) - pending; more > 0 && _next < cases; more--) chunk.Add(new CaseIndex(_next++));
        if (chunk.Count == 0) return;
        _pending[worker.Value] += chunk.Count;
        actions.Add(new SchedulerAction.Assign(worker, chunk));
    }

    private void Release(WorkerNumber worker, List<SchedulerAction> actions)
    {
        _isReleased[worker.Value] = true;
        actions.Add(new SchedulerAction.Release(worker));
    }
}

/// <summary>pytest-xdist's <c>worksteal</c>: equal numbers at first; who has less than two gets half of the longest queue, one such request at a time.</summary>
internal sealed class XdistWorkSteal(int cases, int workers) : Scheduler
{
    private const int Least = 2;

    private readonly List<int>[] _pending = [.. Enumerable.Range(0, workers).Select(_ => new List<int>())];
    private readonly bool[] _isReleased = new bool[workers];
    private readonly SortedSet<int> _idle = [];
    private List<int> _left = [.. Enumerable.Range(0, cases)];
    private int _ready;
    private bool _isAsking;

    public override IReadOnlyList<CaseIndex> Waiting => [.. _left.Select(i => new CaseIndex(i))];

    public override bool HasWaiting => _left.Count > 0;

    public override IReadOnlyList<SchedulerAction> Handle(SchedulerEvent what)
    {
        var actions = new List<SchedulerAction>();
        switch (what)
        {
            case SchedulerEvent.WorkerReady ready:
                _idle.Add(ready.Worker.Value);
                if (++_ready == workers) Check(actions);
                break;
            case SchedulerEvent.Finished finished:
                _pending[finished.Worker.Value].Remove(finished.Case.Value);
                Note(finished.Worker.Value);
                Check(actions);
                break;
            case SchedulerEvent.GaveBack back:
                _isAsking = false;
                var gone = back.Cases.Select(c => c.Value).ToHashSet();
                _pending[back.Worker.Value].RemoveAll(gone.Contains);
                Note(back.Worker.Value);
                _left.AddRange(back.Cases.Select(c => c.Value));
                Check(actions);
                break;
        }

        return actions;
    }

    private void Note(int worker)
    {
        if (_pending[worker].Count < Least && !_isReleased[worker]) _idle.Add(worker);
        else _idle.Remove(worker);
    }

    private void Check(List<SchedulerAction> actions)
    {
        if (_idle.Count == 0) return;
        if (_left.Count > 0)
        {
            var idle = _idle.ToArray();
            var from = 0;
            for (var i = 0; i < idle.Length; i++)
            {
                var count = (_left.Count - from) / (idle.Length - i);
                if (count == 0) continue;
                var some = _left.GetRange(from, count);
                from += count;
                _pending[idle[i]].AddRange(some);
                actions.Add(new SchedulerAction.Assign(new WorkerNumber(idle[i]), [.. some.Select(s => new CaseIndex(s))]));
                Note(idle[i]);
            }

            _left = _left[from..];
            if (_idle.Count == 0) return;
        }

        if (_isAsking) return;
        var most = -1;
        for (var worker = 0; worker < workers; worker++)
        {
            if (!_isReleased[worker] && (most < 0 || _pending[worker].Count > _pending[most].Count)) most = worker;
        }

        var steal = most < 0 ? 0 : Math.Min(_pending[most].Count / 2, Math.Max(0, _pending[most].Count - Least));
        if (steal == 0)
        {
            foreach (var worker in _idle.ToArray())
            {
                _isReleased[worker] = true;
                actions.Add(new SchedulerAction.Release(new WorkerNumber(worker)));
            }

            _idle.Clear();
            return;
        }

        _isAsking = true;
        actions.Add(new SchedulerAction.Recall(new WorkerNumber(most), [.. _pending[most].TakeLast(steal).Select(i => new CaseIndex(i))]));
    }
}
