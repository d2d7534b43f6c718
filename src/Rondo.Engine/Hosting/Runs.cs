using Rondo.Catalog;
using Rondo.Engine.Control;
using Rondo.Engine.Planning;
using Rondo.Engine.Worker;

namespace Rondo.Engine.Hosting;

/// <summary>Puts a run together for a host: the only place that knows both the controller and the worker.</summary>
internal static class Runs
{
    /// <summary>What the request asks for: one run, or a series of them. Parameters as for <see cref="Create"/>.</summary>
    public static ITestRun CreateRun(TestCatalog catalog, RunRequest request, IRunObserver observer, bool hostTalksBySockets)
    {
        if (request.StressFor is not { } duration) return Create(catalog, request, observer, hostTalksBySockets);
        var stress = new Stress(duration, request.UntilFailure, observer, TimeProvider.System, request.ReadyOrderSeed);
        return new StressSeries(request, stress, catalog, leg => Create(catalog, leg, stress, hostTalksBySockets), TimeProvider.System);
    }

    /// <param name="catalog">The tests.</param>
    /// <param name="request">What to run.</param>
    /// <param name="observer">Is told what happens.</param>
    /// <param name="hostTalksBySockets">The host of this process has open connections of its own.</param>
    public static Controller Create(TestCatalog catalog, RunRequest request, IRunObserver observer, bool hostTalksBySockets)
    {
        var identity = WorkerProgram.CatalogIdentity(CatalogRegistry.All);
        return new Controller(catalog, request, observer, new RunEnvironment
        {
            Processes = new ProcessStarter(TimeProvider.System),
            InProcess = new InProcessStarter(catalog, identity, hostTalksBySockets),
            Time = TimeProvider.System,
            CatalogIdentity = identity,
            SlotFolder = Path.Combine(Path.GetTempPath(), "rondo-slots-" + Environment.UserName),
        });
    }
}
