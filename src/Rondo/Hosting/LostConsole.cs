// A console that cannot be written to: its disk is full, it was closed, its terminal is gone. The tests and their reports are not to pay for it.
using System.Diagnostics.CodeAnalysis;
using Rondo.Engine.Native;
using Rondo.Engine.Worker;

namespace Rondo.Hosting;

internal static class LostConsole
{
    /// <summary>True for what the console's stream throws when it cannot take text.</summary>
    public static bool IsCause([NotNullWhen(true)] Exception? error) => error switch
    {
        IOException or UnauthorizedAccessException => error.StackTrace?.Contains("System.ConsolePal.", StringComparison.Ordinal) == true || error.StackTrace?.Contains("System.IO.StreamWriter.Flush", StringComparison.Ordinal) == true,
        AggregateException all => all.InnerExceptions.Any(IsCause),
        _ => IsCause(error?.InnerException),
    };

    /// <summary>From here on the process outlives what the platform's threads meet at such a console: they write on their own, at a signal for example, and nobody could catch it there.</summary>
    public static void Outlive() => Uncaught.Handle(static error =>
    {
        if (!IsCause(error)) return false;
        Silence(error);
        return true;
    });

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
