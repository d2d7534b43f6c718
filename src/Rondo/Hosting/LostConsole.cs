// A console that cannot be written to: its disk is full, it was closed, its terminal is gone. The tests and their reports are not to pay for it.
using System.Diagnostics.CodeAnalysis;
using Rondo.Engine.Native;
using Rondo.Engine.Worker;

namespace Rondo.Hosting;

internal static class LostConsole
{
    /// <summary>True for what the console's stream throws when it cannot take text, where nothing but the console was written to.</summary>
    public static bool IsCause([NotNullWhen(true)] Exception? error) => Concerns(error, alsoOtherWriters: true);

    /// <summary>From here on the process outlives what the platform's threads meet at such a console: they write on their own, at a signal for example, and nobody could catch it there.</summary>
    public static void Outlive() => Uncaught.Handle(static error =>
    {
        // What a test started is charged to it, also when it wrote to a console of its own.
        if (StrayErrors.Owner.Value is not null || !IsCertainly(error)) return false;
        Silence(error);
        return true;
    });

    /// <summary>The same for any exception: a file or pipe of somebody else is no console.</summary>
    internal static bool IsCertainly(Exception? error) => Concerns(error, alsoOtherWriters: false);

    private static bool Concerns(Exception? error, bool alsoOtherWriters) => error switch
    {
        null => false,
        IOException or UnauthorizedAccessException => error.StackTrace is { } stack
            && (stack.Contains("System.ConsolePal.", StringComparison.Ordinal) || (alsoOtherWriters && stack.Contains("System.IO.StreamWriter.Flush", StringComparison.Ordinal))),
        AggregateException all => all.InnerExceptions.Any(one => Concerns(one, alsoOtherWriters)),
        _ => Concerns(error.InnerException, alsoOtherWriters),
    };

    private static int s_isTold;

    /// <summary>Says so, once, where there may still be somebody to read it. From here on what is written goes nowhere: the platform writes on threads on which nobody could catch what its console throws.</summary>
    public static void Silence(Exception error)
    {
        if (Interlocked.Exchange(ref s_isTold, 1) != 0) return;
        Tell(error);
        Posix.SendNowhere(1);
    }

    private static void Tell(Exception error)
    {
        try
        {
            Console.Error.WriteLine($"Rondo: standard output could not be written ({error.GetBaseException().Message}), so what should stand there is missing. The tests ran, files of the run are written, and the exit code is theirs. Look at the space on its disk, and at who reads it. [RND5024]");
        }
        catch (Exception deaf) when (deaf is IOException or UnauthorizedAccessException)
        {
            // Neither here.
        }
    }
}
