using System.Diagnostics.CodeAnalysis;
using Rondo.Engine.Planning;
using Rondo.Loops;

namespace Rondo.Engine.Worker;

/// <summary>One stretch of life that fixtures and loops are bound to: this worker, a namespace or class in it, or one attempt of a case.</summary>
/// <remarks>
/// Nesting is by captured ExecutionContext only, never by call: what is set up in a scope runs under the context its predecessor left behind, and a narrower
/// scope starts from the wider one's. So a fixture that fails or cancels reaches only those that use it.
/// </remarks>
internal sealed class ScopeInstance(FixtureScope kind, string name, ScopeInstance? parent)
{
    private readonly Dictionary<string, FixtureInstance> _byKey = new(StringComparer.Ordinal);
    private readonly List<FixtureInstance> _inOrder = [];
    private readonly List<ScopedLoop> _loops = []; // one for each backend and time that is used, so at most a few
    private ExecutionContext? _tail;
    private ContextChains? _chains;
    private int _users;
    private TaskCompletionSource? _free;

    public FixtureScope Kind { get; } = kind;

    /// <summary>Class or namespace; the worker's or case's id otherwise.</summary>
    public string Name { get; } = name;

    public ScopeInstance? Parent { get; } = parent;

    /// <summary>Ambient values of whatever was set up last here, or in the nearest wider scope; null when nothing was.</summary>
    public ExecutionContext? Tail
    {
        get => _tail ?? (Values.Count > 0 ? Parent?.TailFor(Values) : Parent?.Tail);
        set => _tail = value;
    }

    /// <summary>Of an attempt: the values of wider fixtures with cases, and of those that depend on them, which it uses.</summary>
    public IReadOnlyList<FixtureDefinition> Values { get; init; } = [];

    /// <summary>As <see cref="Tail"/>, for a setup or teardown on behalf of attempts that use these values.</summary>
    public ExecutionContext? TailFor(IReadOnlyList<FixtureDefinition> values) => values.Count == 0 || Kind == FixtureScope.Test ? Tail : ChainFor(values)?.Context;

    /// <summary>Sets <see cref="Tail"/> to what a fixture left behind.</summary>
    /// <param name="context">Its context.</param>
    /// <param name="values">Those of the attempt that set it up.</param>
    /// <param name="fixture">The fixture.</param>
    /// <param name="keepsChains">Some fixture of the program with cases outlives a test.</param>
    public void SetTail(ExecutionContext? context, IReadOnlyList<FixtureDefinition> values, FixtureDefinition fixture, bool keepsChains)
    {
        Tail = context;
        if (keepsChains && Kind != FixtureScope.Test) (_chains ??= new ContextChains()).Add(context, ChainFor(values), fixture);
    }

    // The nearest scope that has one which fits: as without cases, a narrower scope has what the wider one had.
    private ContextChains.Chain? ChainFor(IReadOnlyList<FixtureDefinition> values) => _chains?.Best(values) ?? Parent?.ChainFor(values);

    /// <summary>In the order in which their setups ended, hence each behind what it needs.</summary>
    public IReadOnlyList<FixtureInstance> Fixtures => _inOrder;

    public IReadOnlyList<EventLoop> Loops => _loops.ConvertAll(one => one.Loop);

    /// <summary>Completes when the setup before this one has ended. One at a time in a scope: each begins under the context that the one before left behind.</summary>
    public Task LastSetUp { get; set; } = Task.CompletedTask;

    /// <summary>An attempt inside it begins.</summary>
    public void Enter()
    {
        for (var at = this; at is not null; at = at.Parent) at._users++;
    }

    /// <summary>An attempt inside it has ended, teardown included.</summary>
    public void Leave()
    {
        for (var at = this; at is not null; at = at.Parent)
        {
            if (--at._users == 0) at._free?.TrySetResult();
        }
    }

    /// <summary>Completes when no attempt is inside it. For the one who ends the scope.</summary>
    public Task WhenFree() => _users == 0 ? Task.CompletedTask : (_free ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public bool TryFind(string key, [NotNullWhen(true)] out FixtureInstance? instance) => _byKey.TryGetValue(key, out instance);

    public void Add(FixtureInstance instance) => _byKey.Add(instance.Definition.Key, instance);

    public void AddInOrder(FixtureInstance instance) => _inOrder.Add(instance);

    /// <summary>Values that are to end, the last that was set up first. Whoever needs one of them from now on gets a new one.</summary>
    public IReadOnlyList<FixtureInstance> TakeOut(IReadOnlyList<string> keys)
    {
        List<FixtureInstance>? taken = null;
        for (var i = _inOrder.Count - 1; i >= 0; i--)
        {
            if (keys.Contains(_inOrder[i].Definition.Key) && _byKey.Remove(_inOrder[i].Definition.Key)) (taken ??= []).Add(_inOrder[i]);
        }

        return taken ?? (IReadOnlyList<FixtureInstance>)[];
    }

    /// <summary>It was taken out and has ended.</summary>
    public void Forget(FixtureInstance ended)
    {
        _inOrder.Remove(ended);
        _chains?.Forget(ended.Definition);
    }

    /// <summary>Takes a loop that was made elsewhere as the scope's own for a backend and a kind of time. It is closed with the scope.</summary>
    public void Take(LoopBackend backend, VirtualTime? time, EventLoop loop) => _loops.Add(new ScopedLoop(backend, time, loop));

    /// <summary>The loop was closed by whoever made it.</summary>
    public void Forget(EventLoop loop) => _loops.RemoveAll(one => one.Loop == loop);

    /// <summary>The scope's loop for a backend and a kind of time, made when it is first needed.</summary>
    /// <param name="backend">Where its code runs.</param>
    /// <param name="time">Null for real time. Loops of one scope with different starts of virtual time are different loops.</param>
    /// <param name="host">The worker's pump, or that of a dispatcher.</param>
    /// <param name="policy">For a loop that is made now; null for the usual order.</param>
    public EventLoop Loop(LoopBackend backend, VirtualTime? time, LoopHost host, SchedulePolicy? policy = null)
    {
        foreach (var known in _loops)
        {
            if (known.Backend == backend && known.Time == time && ReferenceEquals(known.Loop.Host, host)) return known.Loop;
        }

        var loop = EventLoop.Create(new EventLoopOptions
        {
            Name = Name,
            // Work that is on no lane of a fixture or test, but on a loop that several share, is nobody's but the scope's.
            Owner = Kind switch { FixtureScope.Class => "class " + Name, FixtureScope.Namespace => "namespace " + Name, FixtureScope.Worker => "worker " + Name, _ => Name },
            Backend = backend,
            Host = host,
            Policy = policy ?? SchedulePolicy.Fifo,
            Clock = time is null ? LoopClock.Real : LoopClock.Virtual(time.Start),
            // Each phase of a case has its own limit of real time.
            RealTimeLimit = Timeout.InfiniteTimeSpan,
        });
        _loops.Add(new ScopedLoop(backend, time, loop));
        return loop;
    }
}

/// <summary>Time that jumps.</summary>
/// <param name="Start">Null for the clock's own start.</param>
internal sealed record VirtualTime(DateTimeOffset? Start)
{
    /// <summary>Of a case; null if its time is real. Synchronous tests have none to control, on the pool and on a dispatcher nobody can; an order of strands that depends on real time could not be run again.</summary>
    public static VirtualTime? Of(PlannedCase planned) =>
        planned.IsExplored || (planned.Marks.VirtualTime && planned.Test.IsAsync && planned.Marks.Backend != LoopBackend.ThreadPool && planned.Test.Dispatcher is null) ? new VirtualTime(planned.Marks.TimeStart) : null;
}

/// <summary>A loop of a scope, and what it was asked for.</summary>
internal sealed record ScopedLoop(LoopBackend Backend, VirtualTime? Time, EventLoop Loop);
