using System.Runtime.ExceptionServices;

namespace Rondo.Engine.Worker;

/// <summary>Exceptions that nobody catches. The runtime takes one handler for a process; where one process both reports and runs tests, two know some of them.</summary>
internal static class Uncaught
{
    private static readonly Lock s_gate = new();
    private static volatile Func<Exception, bool>[] s_handlers = [];

    /// <summary>Has these exceptions told to a handler, after those that came before it.</summary>
    /// <param name="handler">True: it is dealt with, the process goes on, and nobody else hears of it. Called on the thread that threw.</param>
    public static void Handle(Func<Exception, bool> handler)
    {
        lock (s_gate)
        {
            if (s_handlers.Length == 0)
            {
                try
                {
                    ExceptionHandling.SetUnhandledExceptionHandler(static error => Array.Exists(s_handlers, handler => handler(error)));
                }
                catch (InvalidOperationException)
                {
                    // The program has a handler of its own, and that stays.
                }
            }

            s_handlers = [.. s_handlers, handler];
        }
    }
}
