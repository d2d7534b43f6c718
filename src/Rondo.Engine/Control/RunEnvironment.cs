using Rondo.Engine.Planning;

namespace Rondo.Engine.Control;

/// <summary>What a run takes from the machine and its host, so that tests can give it something else.</summary>
internal sealed record RunEnvironment
{
    public required IWorkerStarter Processes { get; init; }

    public required IWorkerStarter InProcess { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Identity of the build that workers must have too.</summary>
    public required string CatalogIdentity { get; init; }

    /// <summary>Reads the stacks of a process; see <see cref="StackReader.ReadAsync"/>.</summary>
    public Func<int, IReadOnlyList<int>, TimeProvider, Task<StacksRead>> ReadStacks { get; init; } = StackReader.ReadAsync;

    /// <summary>Writes a dump of a process to a file; see <see cref="DumpWriter.WriteAsync"/>.</summary>
    public Func<int, DumpWish, string, TimeProvider, Task<DumpWritten>> WriteDump { get; init; } = DumpWriter.WriteAsync;

    public int ProcessorCount { get; init; } = Environment.ProcessorCount;

    public long MemoryBytes { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    public bool HasDebugger { get; init; } = System.Diagnostics.Debugger.IsAttached;

    /// <summary>Where runs of this user that go on at once share the machine; null shares nothing.</summary>
    public string? SlotFolder { get; init; }

    /// <summary><c>RONDO_AUTO_WORKERS</c>.</summary>
    public string? AutoWorkers { get; init; } = Environment.GetEnvironmentVariable("RONDO_AUTO_WORKERS");
}
