using Rondo.Catalog;
using Rondo.Engine.Control;
using Rondo.Engine.Planning;
using Rondo.Engine.Worker;

namespace Rondo.Engine.Hosting;

/// <summary>Puts a run together for a host: the only place that knows both the controller and the worker.</summary>
internal static class Runs
{
    public static Controller Create(TestCatalog catalog, RunRequest request, IRunObserver observer)
    {
        var identity = WorkerProgram.CatalogIdentity(CatalogRegistry.All);
        return new Controller(catalog, request, observer, new RunEnvironment
        {
            Processes = new ProcessStarter(TimeProvider.System),
            InProcess = new InProcessStarter(catalog, identity),
            Time = TimeProvider.System,
            CatalogIdentity = identity,
            SlotFolder = Path.Combine(Path.GetTempPath(), "rondo-slots-" + Environment.UserName),
        });
    }
}
