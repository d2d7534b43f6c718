using Rondo.Engine.Planning;
using Rondo.Loops;

namespace Rondo.Engine.Worker;

/// <summary>The dispatchers of users on whose threads tests of this worker run: one of each type, made when it is first needed, ended with the worker.</summary>
/// <remarks>Thread: the engine's lane.</remarks>
internal sealed class DispatcherHosts
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, LoopHost> _hosts = new(StringComparer.Ordinal);

    /// <summary>As <see cref="LoopHost.LateWork"/>, of all of them.</summary>
    public event Action<LateWork>? LateWork;

    /// <summary>Hears of each that is made: its type and its thread.</summary>
    public Action<string, int>? Made { get; set; }

    /// <summary>Where a test runs: on a dispatcher of its marks, else on the worker's pump.</summary>
    public LoopHost HostOf(TestMethod test, LoopHost pump) => test.Dispatcher is not { } type ? pump
        : Host(type, () => test.Class.Entry.Dispatcher(type) ?? test.Class.Catalog?.Dispatcher(type));

    /// <summary>Where a fixture runs.</summary>
    public LoopHost HostOf(FixtureDefinition fixture, LoopHost pump) => fixture.Dispatcher is not { } type ? pump : Host(type, () => fixture.Entry.Dispatcher(type));

    /// <summary>Ends all of them. One whose thread is held for ever does not hold the worker: that is told, and its thread ends with the process.</summary>
    public async Task EndAsync(Workbench bench)
    {
        foreach (var (type, host) in _hosts)
        {
            if (!await host.DisposeAsync().AsTask().EndsWithinAsync(s_limit, bench.Time))
                bench.Send(new Wire.Message.Note($"The dispatcher '{type}' did not end within {FixtureInstance.Text(s_limit)} after its Shutdown was called. Its Run must return then; it ends with its process now."));
        }

        _hosts.Clear();
    }

    private LoopHost Host(string type, Func<LoopDispatcher?> make)
    {
        if (_hosts.TryGetValue(type, out var host)) return host;
        host = LoopHost.StartThread("dispatcher " + type, () => make() ?? throw new InvalidOperationException($"This is a bug in Rondo: nothing makes the dispatcher '{type}'."));
        host.LateWork += late => LateWork?.Invoke(late);
        _hosts.Add(type, host);
        if (host.OwnThreadId is { } thread) Made?.Invoke(type, thread);
        return host;
    }
}
