using Rondo;

namespace Lean;

public class Tests
{
    // In this process, with -n 0, the platform has loaded all of it.
    private static readonly bool s_isWorker = Environment.GetEnvironmentVariable("RONDO_WORKER") is not null;

    [Test] public void Nothing_is_loaded_that_a_start_does_not_need()
    {
        if (!s_isWorker || !OperatingSystem.IsLinux()) return;

        foreach (var line in File.ReadLines("/proc/self/maps")) Expect.True(!line.Contains("libicu", StringComparison.Ordinal), line);
        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies())
        {
            foreach (var name in new[] { "System.Net.Sockets,", "System.Text.Json,", "Microsoft.Testing.Platform," }) Expect.True(!assembly.FullName!.StartsWith(name, StringComparison.Ordinal), name);
        }
    }
}
