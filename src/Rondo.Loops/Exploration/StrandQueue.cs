using System.Runtime.InteropServices;

namespace Rondo.Loops;

/// <summary>
/// What is ready on a loop with a schedule policy. The pump's own queue holds a token for each item here; when a token's turn comes, the chooser says which item runs. So a policy orders only its own loop.
/// Pump thread only.
/// </summary>
/// <remarks>
/// A strand is a flow of work; it has at most one ready item, and a lane of its own. A child of a task group gets its lane at its start. For others the strand is found out: the first item of a lane is the lane's own
/// strand; a second one that is ready at the same time must be another flow, so it runs on a new lane, and what it awaits from then on comes back to that. A frame that was suspended before its flow had a lane comes
/// back to the old one; it belongs to the flow that resumed it, if that has nothing else ready. A wrong guess merges or splits strands and costs coverage, never repeatability: all of it follows from the choices.
/// </remarks>
// Strands as contexts, without rewriting code or private members of the runtime: no prior art found.
sealed class StrandQueue(LoopHost host, StrandChooser chooser)
{
    static readonly SendOrPostCallback s_runNext = static queue => ((StrandQueue)queue!).RunNext();

    readonly List<Ready> _ready = [];
    readonly List<Strand> _strands = [];
    int[] _readyStrands = new int[8];
    int _unlabelled;
    int _current = -1;
    int _running = -1;
    bool _isOver;

    /// <summary>What stands in the pump's queue for one item.</summary>
    internal Work Token => new(null, s_runNext, this);

    internal IEnumerable<Work> Items => _ready.Select(static one => one.Work);

    /// <summary>Items that have run.</summary>
    internal int Steps { get; private set; }

    internal int Strands => _strands.Count;

    internal void Add(in Work work)
    {
        _ready.Add(new Ready(work, _running));
        _unlabelled++;
    }

    /// <summary>What is ready stays so for ever: whatever the run was made for is over.</summary>
    internal void Stop() => _isOver = true;

    internal Work TakeAny()
    {
        var work = _ready[0].Work;
        _ready.RemoveAt(0);
        return work;
    }

    void RunNext()
    {
        if (_isOver) return;
        if (_unlabelled != 0) FindStrands();
        int n = _ready.Count;
        if (_readyStrands.Length < n) _readyStrands = new int[n * 2];
        var items = CollectionsMarshal.AsSpan(_ready);
        for (int i = 0; i < n; i++) _readyStrands[i] = items[i].Strand;

        int chosen = chooser.Choose(_readyStrands.AsSpan(0, n), _current, _current < 0 ? 0 : _strands[_current].Ran);
        var item = _ready[chosen];
        _ready.RemoveAt(chosen);

        var strands = CollectionsMarshal.AsSpan(_strands);
        ref var strand = ref strands[item.Strand];
        strand.Ready--;
        strand.Ran++;
        Steps++;
        _current = _running = item.Strand;
        var work = item.Work;
        if (!ReferenceEquals(work.Lane, strand.Lane) && !strand.Lane.IsClosed && !work.Lane!.IsClosed)
        {
            strand.Lane.QueuedHere++;
            work.Lane.QueuedHere--;
            work = work with { Lane = strand.Lane };
        }
        host.RunOne(work);
        _running = -1;
    }

    // In order of becoming ready, when the run that made them so is over: only then it is known what else that strand has.
    void FindStrands()
    {
        var items = CollectionsMarshal.AsSpan(_ready);
        for (int i = items.Length - _unlabelled; i < items.Length; i++)
        {
            ref var item = ref items[i];
            var lane = item.Work.Lane!;
            int own = lane.Strand;
            if (own < 0) own = AddStrand(lane, -1);

            int poster = item.Poster;
            if (poster >= 0 && poster != own && _strands[poster].Origin == own && _strands[poster].Ready == 0) own = poster;
            else if (_strands[own].Ready != 0) own = AddStrand(lane.NewStrandLane(), own);
            item.Strand = own;
            CollectionsMarshal.AsSpan(_strands)[own].Ready++;
        }
        _unlabelled = 0;
    }

    int AddStrand(LoopLane lane, int origin)
    {
        lane.Strand = _strands.Count;
        _strands.Add(new Strand { Lane = lane, Origin = origin });
        return lane.Strand;
    }

    struct Ready(Work work, int poster)
    {
        internal readonly Work Work = work;
        internal readonly int Poster = poster;
        internal int Strand;
    }

    struct Strand
    {
        internal LoopLane Lane;
        // The strand it was split from; -1 for a lane that somebody opened.
        internal int Origin;
        internal int Ready;
        internal int Ran;
    }
}
