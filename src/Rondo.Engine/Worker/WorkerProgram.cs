using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Rondo.Catalog;
using Rondo.Engine.Native;
using Rondo.Engine.Planning;
using Rondo.Engine.Wire;
using Rondo.Loops;

namespace Rondo.Engine.Worker;

/// <summary>Turns this process into a worker when its controller started it as one. Touches nothing of the platform.</summary>
internal static class WorkerProgram
{
    /// <summary>Names the controller's socket and the worker's token. Private: what it means may change with every version.</summary>
    public const string ChannelVariable = "RONDO_CHANNEL";

    private const int EndedWhenAsked = 3;

    private static PosixSignalRegistration? s_notMeant;

    /// <returns>True: this process was a worker and is done.</returns>
    public static bool TryRun(out int exitCode)
    {
        exitCode = 0;
        var channel = Environment.GetEnvironmentVariable(ChannelVariable);
        if (channel is null) return false;
        // What this process starts must not take itself for a worker.
        Environment.SetEnvironmentVariable(ChannelVariable, null);
        exitCode = Run(channel);
        return true;
    }

    /// <summary>Identity of this build: equal in controller and workers unless the program was rebuilt in between.</summary>
    public static string CatalogIdentity(IReadOnlyList<AssemblyCatalog> assemblies)
    {
        var versions = new string[assemblies.Count];
        for (var i = 0; i < versions.Length; i++) versions[i] = Digits.Hex(assemblies[i].Assembly.ManifestModule.ModuleVersionId);
        Array.Sort(versions, string.CompareOrdinal);
        return string.Join(' ', versions);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    [SuppressMessage("Reliability", "CA2000", Justification = "Everything lives until the process ends.")]
    private static int Run(string channel)
    {
        var separator = channel.IndexOf('|', StringComparison.Ordinal);
        var (token, path) = (channel[..separator], channel[(separator + 1)..]);
        Posix.BecomeSessionLeader();
        Posix.AllowStacksToBeRead();
        var link = SocketLink.Connect(path);
        var catalogs = CatalogRegistry.All;
        var host = LoopHost.ForThisThread();
        var session = new WorkerSession(TestCatalog.Read(catalogs), link, host);
        link.Send(new Message.Hello(token, Environment.ProcessId, CatalogIdentity(catalogs))
        {
            PumpThread = Environment.CurrentManagedThreadId,
            SyncThread = session.SyncThreadId,
        });
        link.Flush();

        using var over = new CancellationTokenSource();
        var reader = new Thread(() => Read(link, session)) { IsBackground = true, Name = "rondo link" };
        reader.Start();
        _ = session.RunAsync().ContinueWith(ended =>
        {
            if (ended.Exception?.InnerException is { } bug)
            {
                MemoryEnd.EndIfRefused(bug);
                Console.Error.WriteLine("This is a bug in Rondo: " + bug);
                Environment.Exit(70);
            }

            // A stuck worker does not end: its controller reads the stacks first and kills it then.
            if (session.HasSaidGoodbye) over.Cancel();
        }, TaskScheduler.Default);
        host.Run(over.Token);
        session.Dispose();
        return 0;
    }

    // The watchdog too: when the controller is gone, whoever it was, this process and all it started must go.
    private static void Read(IMessageLink link, WorkerSession session)
    {
        // Whoever asks a run what it does may ask all processes of its name, and who does not expect this signal is ended by it.
        if (Posix.IsAvailable) s_notMeant = PosixSignalRegistration.Create((PosixSignal)Posix.SigUsr1, static context => context.Cancel = true);
        try
        {
            while (link.Receive() is { } message)
            {
                // Here, since the loop does not turn. Not by a signal, whose meaning belongs to the tests.
                if (message is Message.EndProcess) Environment.Exit(EndedWhenAsked);
                session.Hear(message);
            }
        }
        catch (WireException)
        {
            // The stream cannot be trusted any more; that is as good as its end.
        }

        if (session.HasSaidGoodbye) return;
        try
        {
            // What left the group goes first: afterwards nobody is there to look for it.
            if (MarkedProcesses.Own() is { } mark) MarkedProcesses.End(mark, Environment.ProcessId, new HashSet<int>(), TimeProvider.System);
        }
        finally
        {
            Posix.KillOwnGroup();
            Environment.Exit(3);
        }
    }
}
