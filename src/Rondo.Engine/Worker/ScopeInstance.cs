using System.Diagnostics.CodeAnalysis;
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
    private readonly List<EventLoop> _loops = []; // one for each backend that is used, so at most a few
    private ExecutionContext? _tail;

    public FixtureScope Kind { get; } = kind;

    /// <summary>Class or namespace; the worker's or case's id otherwise.</summary>
    public string Name { get; } = name;

    public ScopeInstance? Parent { get; } = parent;

    /// <summary>Ambient values of whatever was set up last here, or in the nearest wider scope; null when nothing was.</summary>
    public ExecutionContext? Tail
    {
        get => _tail ?? Parent?.Tail;
        set => _tail = value;
    }

    /// <summary>In the order in which their setups ended, hence each behind what it needs.</summary>
    public IReadOnlyList<FixtureInstance> Fixtures => _inOrder;

    public IReadOnlyList<EventLoop> Loops => _loops;

    public bool TryFind(string key, [NotNullWhen(true)] out FixtureInstance? instance) => _byKey.TryGetValue(key, out instance);

    public void Add(FixtureInstance instance) => _byKey.Add(instance.Definition.Key, instance);

    public void AddInOrder(FixtureInstance instance) => _inOrder.Add(instance);

    /// <summary>The scope's loop for a backend, made when it is first needed.</summary>
    public EventLoop Loop(LoopBackend backend, LoopHost host)
    {
        foreach (var known in _loops)
        {
            if (known.Backend == backend) return known;
        }

        var loop = EventLoop.Create(new EventLoopOptions { Name = Name, Owner = Name, Backend = backend, Host = host });
        _loops.Add(loop);
        return loop;
    }
}
