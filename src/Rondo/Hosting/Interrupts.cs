// Ctrl-C, SIGTERM and their kind while a run is in progress.
//
// The platform's own handler cancels its token at the first Ctrl-C; from then on it drops every node and the report is gone, although the run could
// still end in order. All handlers of Console.CancelKeyPress run one after the other on one thread that exists for this signal alone, so ours,
// registered first, does its work and then keeps that thread: the platform never hears of the signal. Outside of a run it returns at once
// and the platform does what it always does. On Windows the system serialises console handlers instead and asks the last one registered first,
// which may swallow the event: there the handler is registered when a run begins.
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Rondo.Hosting;

/// <summary>How urgently the run is asked to end.</summary>
internal enum Urgency
{
    None,

    /// <summary>First signal: start nothing more, let what runs finish, report. After SIGTERM and SIGHUP, whose senders do not wait long, the engine cancels after some seconds.</summary>
    Finish,

    /// <summary>Second signal, or the host's cancellation: cancel what runs, tear down, report.</summary>
    Now,

    /// <summary>Once more: end the process without any report.</summary>
    AtOnce,
}

internal static unsafe partial class Interrupts
{
    private static readonly Lock s_gate = new();

    // Never set: threads that took a signal away from the platform end with the process.
    private static readonly ManualResetEvent s_never = new(false);
    private static readonly List<PosixSignalRegistration> s_registrations = [];
    private static InterruptedRun? s_run;
    private static bool s_installed;

    /// <summary>Call before the platform starts.</summary>
    public static void Install()
    {
        lock (s_gate)
        {
            if (s_installed) return;
            s_installed = true;
        }

        if (OperatingSystem.IsBrowser() || OperatingSystem.IsAndroid() || OperatingSystem.IsIOS() || OperatingSystem.IsTvOS()) return;
        if (!OperatingSystem.IsWindows()) Console.CancelKeyPress += OnCancelKeyPress;
        s_registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnTermination));
        s_registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnTermination));
    }

    /// <summary>A run begins: signals are its business until the object is disposed.</summary>
    /// <param name="tell">Tells people what happens now. Called on the signal's thread, before the run is asked.</param>
    /// <param name="interrupt">Asks the run to end: once in order, twice now. Called on the signal's thread.</param>
    public static InterruptedRun BeginRun(Action<Urgency, string> tell, Action<string> interrupt)
    {
        var run = new InterruptedRun(tell, interrupt);
        lock (s_gate) s_run = run;
        if (OperatingSystem.IsWindows()) SetConsoleHandler(&OnConsoleEvent, true);
        return run;
    }

    internal static void EndRun(InterruptedRun run)
    {
        lock (s_gate)
        {
            if (s_run == run) s_run = null;
        }

        if (OperatingSystem.IsWindows()) SetConsoleHandler(&OnConsoleEvent, false);
    }

    private static void OnCancelKeyPress(object? sender, ConsoleCancelEventArgs e)
    {
        if (e.SpecialKey != ConsoleSpecialKey.ControlC || !TryEscalate("Ctrl-C")) return;
        e.Cancel = true;
        s_never.WaitOne();
    }

    private static void OnTermination(PosixSignalContext context)
    {
        if (TryEscalate(context.Signal.ToString())) context.Cancel = true;
    }

    [UnmanagedCallersOnly]
    [SupportedOSPlatform("windows")]
    private static int OnConsoleEvent(uint kind) => kind == 0 && TryEscalate("Ctrl-C") ? 1 : 0;

    /// <summary>Takes one signal; false if no run is in progress.</summary>
    internal static bool TryEscalate(string by)
    {
        InterruptedRun? run;
        lock (s_gate) run = s_run;
        if (run is null) return false;
        if (run.Escalate(by) == Urgency.AtOnce) Environment.Exit(ExitCodes.Aborted);
        return true;
    }

    [LibraryImport("kernel32", EntryPoint = "SetConsoleCtrlHandler", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetConsoleHandler(delegate* unmanaged<uint, int> handler, [MarshalAs(UnmanagedType.Bool)] bool add);
}

/// <summary>What signals and the host have asked of one run. Any thread.</summary>
internal sealed class InterruptedRun(Action<Urgency, string> tell, Action<string> interrupt) : IDisposable
{
    private readonly Lock _gate = new();

    public Urgency Urgency { get; private set; }

    /// <summary>A signal: one step up.</summary>
    public Urgency Escalate(string by)
    {
        lock (_gate)
        {
            var urgency = (Urgency)Math.Min((int)Urgency + 1, (int)Urgency.AtOnce);
            if (urgency < Urgency.AtOnce) tell(urgency, by);
            RaiseTo(urgency, by);
            return urgency;
        }
    }

    /// <summary>The host asks, without a signal: never a step more for being asked twice.</summary>
    public void Ask(string by, Urgency urgency)
    {
        lock (_gate) RaiseTo(urgency, by);
    }

    public void Dispose() => Interrupts.EndRun(this);

    // The engine counts requests, so each step is one.
    private void RaiseTo(Urgency urgency, string by)
    {
        while (Urgency < urgency)
        {
            Urgency++;
            if (Urgency < Urgency.AtOnce) interrupt(by);
        }
    }
}
