using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using Rondo.Engine.Control;
using Rondo.Engine.Worker;

namespace Rondo.Hosting;

/// <summary>What the generated entry point of a test project calls.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class RondoApplication
{
    /// <summary>Runs this process as what it was started for: a worker, or the test application that people and tools start.</summary>
    /// <param name="args">The command line of the process, not null.</param>
    /// <param name="platform">Starts the platform with the arguments it is given and returns its exit code. Never called in a worker.</param>
    /// <returns>The exit code of the process.</returns>
    /// <remarks>
    /// Thread: call it once, from <c>Main</c>, synchronously. The calling thread becomes the main thread of an in-process worker;
    /// an asynchronous <c>Main</c> would lose it at its first await.
    /// </remarks>
    public static int Run(string[] args, Func<string[], Task<int>> platform)
    {
        // No platform type may be named here: a worker must not even load the platform's assembly.
        if (WorkerProgram.TryRun(out var exitCode)) return exitCode;
        return RunPlatform(args, platform);
    }

    /// <summary>The same for a program whose language has no generated code: what the package and others register with the platform is found in the assembly by its name.</summary>
    /// <param name="args">The command line of the process, not null.</param>
    /// <param name="tests">The program's assembly, not null. Its tests have been announced to <c>Rondo.Reflection</c>.</param>
    /// <returns>The exit code of the process.</returns>
    [RequiresUnreferencedCode("Types are found by their names.")]
    public static int Run(string[] args, Assembly tests)
    {
        if (WorkerProgram.TryRun(out var exitCode)) return exitCode;
        ArgumentNullException.ThrowIfNull(tests);
        return RunPlatform(args, arguments => FoundPlatform.RunAsync(arguments, tests));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int RunPlatform(string[] args, Func<string[], Task<int>> platform)
    {
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(platform);

        PoolWaits.BeShort();
        LostConsole.Outlive();
        // Before the platform's own handlers: ours hears of Ctrl-C first.
        Interrupts.Install();
        ExitGuard.Install();
        var normalised = ConsoleOf.Decide(CommandLine.Normalise(args));
        return MainThread.ServeUntil(RunOnPoolAsync(normalised, platform));
    }

    private static async Task<int> RunOnPoolAsync(string[] args, Func<string[], Task<int>> platform)
    {
        // Main has no context to come back to: what follows is on the pool, and the caller's thread is free.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        int exitCode;
        try
        {
            exitCode = await platform(args).ConfigureAwait(false);
        }
        catch (Exception error) when (ExitCodes.HasReport && LostConsole.IsCause(error))
        {
            LostConsole.Silence(error);
            exitCode = ExitCodes.Ok;
        }

        // Everything is reported: what ends the process now, in whatever way, ends it with this code.
        ExitGuard.Disarm();
        return ExitCodes.Final(exitCode);
    }
}
