using System.ComponentModel;
using Microsoft.Testing.Platform.Builder;
using Microsoft.Testing.Platform.Helpers;
using Rondo.Adapter;

namespace Rondo.Hosting;

/// <summary>Named in the package's build assets; the code that the platform generates calls it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class TestingPlatformBuilderHook
{
    /// <summary>Registers Rondo with the platform.</summary>
    /// <param name="testApplicationBuilder">The platform's builder, not null.</param>
    /// <param name="args">The command line; not used here.</param>
    public static void AddExtensions(ITestApplicationBuilder testApplicationBuilder, string[] args)
    {
        ArgumentNullException.ThrowIfNull(testApplicationBuilder);
        var identity = new RondoExtension();
        testApplicationBuilder.CommandLine.AddProvider(() => new RondoOptions());
        testApplicationBuilder.AddTreeNodeFilterService(identity);
        testApplicationBuilder.AddMaximumFailedTestsService(identity);
        testApplicationBuilder.RegisterTestFramework(services => new RondoCapabilities(services), (capabilities, services) => new RondoFramework((RondoCapabilities)capabilities, services));
    }
}
