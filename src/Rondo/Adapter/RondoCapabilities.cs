using System.Runtime.CompilerServices;
using Microsoft.Testing.Platform.Capabilities.TestFramework;
using Microsoft.Testing.Platform.CommandLine;
using Microsoft.Testing.Platform.Services;
using Rondo.Hosting;

namespace Rondo.Adapter;

/// <summary>What we tell the platform we can do, and what it asks of us through that.</summary>
internal sealed class RondoCapabilities : ITestFrameworkCapabilities, IGracefulStopTestExecutionCapability, IBannerMessageOwnerCapability
{
    public RondoCapabilities(IServiceProvider services)
    {
        // The TRX types may be named only if the extension that brings their assembly is there.
        var wantsTrx = services.GetService(typeof(ICommandLineOptions)) is ICommandLineOptions options && options.IsOptionSet("report-trx");
        ITestFrameworkCapability? trx;
        (trx, Trx) = wantsTrx ? MakeTrx() : default;
        Capabilities = trx is null ? new ITestFrameworkCapability[] { this } : [this, trx];
    }

    public IReadOnlyCollection<ITestFrameworkCapability> Capabilities { get; }

    public ITrxNodes? Trx { get; }

    /// <summary>The run that a graceful stop is for; null when none is in progress.</summary>
    public InterruptedRun? Run { get; set; }

    public Task StopTestExecutionAsync(CancellationToken cancellationToken)
    {
        Run?.Ask("the platform", Urgency.Finish);
        return Task.CompletedTask;
    }

    public Task<string?> GetBannerMessageAsync() => Task.FromResult<string?>("Rondo " + RondoExtension.PackageVersion);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (ITestFrameworkCapability, ITrxNodes) MakeTrx()
    {
        var trx = new TrxNodes();
        return (trx, trx);
    }
}
