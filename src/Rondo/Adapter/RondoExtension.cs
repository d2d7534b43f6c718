using Microsoft.Testing.Platform.Extensions;

namespace Rondo.Adapter;

/// <summary>Who we are to the platform.</summary>
internal class RondoExtension : IExtension
{
    public static string PackageVersion { get; } = ReadVersion();

    public string Uid => "Rondo";

    public string Version => PackageVersion;

    public string DisplayName => "Rondo";

    public string Description => "Async-first tests on several worker processes.";

    public Task<bool> IsEnabledAsync() => Task.FromResult(true);

    private static string ReadVersion()
    {
        var version = typeof(RondoExtension).Assembly.GetName().Version;
        return version is null ? "0.0.0" : version.ToString(3);
    }
}
