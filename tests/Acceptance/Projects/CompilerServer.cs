using Rondo.Acceptance.Running;

namespace Rondo.Acceptance.Projects;

/// <summary>One compiler process for all user projects: starting the compiler costs more than compiling one of them.</summary>
/// <remarks>
/// The server is our own (its pipe has a name of its own) and is ended after the last test, so that it neither outlives us nor disturbs other builds.
/// It is found by the mark in its environment, which needs Linux; elsewhere the compiler is started anew for each project.
/// </remarks>
[TestClass]
public sealed class CompilerServer
{
    private static readonly string s_mark = Guid.NewGuid().ToString("N");

    internal static IReadOnlyDictionary<string, string> Environment { get; } = OperatingSystem.IsLinux()
        ? new Dictionary<string, string> { [RunProcesses.Mark] = s_mark, ["UseSharedCompilation"] = "true", ["SharedCompilationId"] = "rondo-acceptance-" + s_mark[..8] }
        : new Dictionary<string, string> { ["UseSharedCompilation"] = "false" };

    [AssemblyCleanup]
    public static void End()
    {
        foreach (var process in RunProcesses.Of(s_mark)) RunProcesses.Send(process.Id, RunProcesses.Kill);
    }
}
