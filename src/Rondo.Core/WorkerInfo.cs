namespace Rondo;

/// <summary>Where the test runs.</summary>
/// <param name="WorkerId"><c>main</c> in process, else <c>w0</c>, <c>w1</c>, …; a replacement of a dead worker has a new number. <c>host</c> in a fixture of the whole run.</param>
/// <param name="WorkerCount">How many workers the run was started with; 1 in process.</param>
/// <param name="RunId">32 hexadecimal characters, the same in all workers of a run.</param>
public sealed record WorkerInfo(string WorkerId, int WorkerCount, string RunId);
