using Rondo.Engine.Wire;

namespace Rondo.Engine.Worker;

/// <summary>Decides when a worker has done enough and is to be replaced by a fresh one. Pure: it is told what it decides by.</summary>
/// <param name="afterCases">Cases of one worker; 0: any number.</param>
/// <param name="aboveBytes">Resident memory; 0: any.</param>
internal sealed class Recycling(int afterCases, long aboveBytes)
{
    private int _cases;

    /// <summary>It is to be replaced as soon as it may; stays true.</summary>
    public bool IsDue { get; private set; }

    /// <summary>Null, the rule: a worker stays as long as there is work.</summary>
    public static Recycling? Of(WorkerOptions options) =>
        options is { RecycleAfter: 0, RecycleMemoryMb: 0 } ? null : new Recycling(options.RecycleAfter, options.RecycleMemoryMb * 1024L * 1024);

    /// <summary>A case has ended.</summary>
    /// <param name="residentBytes">Of this process; asked only if memory counts.</param>
    public void Finished(Func<long> residentBytes) => IsDue |= (++_cases >= afterCases && afterCases > 0) || (aboveBytes > 0 && !IsDue && residentBytes() > aboveBytes);
}
