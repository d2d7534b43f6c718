// The few system calls that .NET has no API for. On systems without them every call is a no-op that says so by its result.
using System.Runtime.InteropServices;

namespace Rondo.Engine.Native;

internal static partial class Posix
{
    public const int SigInt = 2;
    public const int SigKill = 9;
    public const int SigTerm = 15;
    public const int SigCont = 18;

    /// <summary>Not the same number everywhere.</summary>
    public static int SigUsr1 { get; } = OperatingSystem.IsMacOS() ? 30 : 10;

    private const int PrSetPtracer = 0x59616d61;
    private const int ClockBootTime = 7;

    public static bool IsAvailable => !OperatingSystem.IsWindows();

    /// <summary>Makes this process the leader of a session and a process group of its own, so that a signal of the terminal does not reach it
    /// and one kill reaches everything it started.</summary>
    public static bool BecomeSessionLeader() => IsAvailable && SetSid() > 0;

    /// <summary>Lets a process that is no ancestor of this one read its stacks (Linux with Yama). Harmless elsewhere.</summary>
    public static void AllowStacksToBeRead()
    {
        if (OperatingSystem.IsLinux()) _ = PrCtl(PrSetPtracer, ulong.MaxValue, 0, 0, 0);
    }

    /// <summary>Signals one process. False if it does not exist or is not ours.</summary>
    public static bool Signal(int processId, int signal) => IsAvailable && processId > 1 && Kill(processId, signal) == 0;

    /// <summary>Signals every process of a group. False if there is none.</summary>
    public static bool SignalGroup(int groupId, int signal) => IsAvailable && groupId > 1 && Kill(-groupId, signal) == 0;

    /// <summary>Ends this process and everything in its group, at once. Only for a process that leads its own session.</summary>
    public static void KillOwnGroup()
    {
        if (IsAvailable && GetPgrp() == Environment.ProcessId) _ = Kill(0, SigKill);
    }

    /// <summary>Time since the system started, the time in which it slept included: the clock that the starts of processes are told in. Linux only.</summary>
    public static TimeSpan SinceBoot()
    {
        ClockGetTime(ClockBootTime, out var now);
        return TimeSpan.FromSeconds(now.Seconds) + TimeSpan.FromMicroseconds(now.Nanoseconds / 1000.0);
    }

    /// <summary>What is written to the handle from now on is dropped.</summary>
    public static void SendNowhere(int handle)
    {
        if (!IsAvailable) return;
        var nowhere = Open("/dev/null", WriteOnly);
        if (nowhere >= 0) _ = Replace(nowhere, handle);
    }

    private const int WriteOnly = 1;

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int Replace(int from, int to);

    /// <summary>Waits until one of two pipes has something to read, or is at its end.</summary>
    /// <returns>False if that cannot be waited for.</returns>
    public static bool WaitReadable(SafeHandle? one, SafeHandle? other, out bool first, out bool second)
    {
        (first, second) = (false, false);
        bool hasOne = false, hasOther = false;
        try
        {
            one?.DangerousAddRef(ref hasOne);
            other?.DangerousAddRef(ref hasOther);
            // A negative descriptor is left out.
            Span<PollFd> ends = [new() { Descriptor = hasOne ? (int)one!.DangerousGetHandle() : -1, Events = PollIn }, new() { Descriptor = hasOther ? (int)other!.DangerousGetHandle() : -1, Events = PollIn }];
            while (Poll(ends, (nuint)ends.Length, -1) < 0)
            {
                if (Marshal.GetLastPInvokeError() != Interrupted) return false;
            }

            (first, second) = (ends[0].Found != 0, ends[1].Found != 0);
            return true;
        }
        finally
        {
            if (hasOne) one!.DangerousRelease();
            if (hasOther) other!.DangerousRelease();
        }
    }

    /// <summary>Reads what is there. 0 or less at the end.</summary>
    public static int Read(SafeHandle from, Span<byte> into)
    {
        var has = false;
        try
        {
            from.DangerousAddRef(ref has);
            int read;
            do read = (int)ReadSome((int)from.DangerousGetHandle(), into, (nuint)into.Length);
            while (read < 0 && Marshal.GetLastPInvokeError() == Interrupted);
            return read;
        }
        finally
        {
            if (has) from.DangerousRelease();
        }
    }

    /// <summary>True if something that was written to this process's stdout or stderr is not read yet, as far as they are pipes. Linux only: elsewhere a call with a variable number of arguments is made in another way.</summary>
    public static bool HasUnread() => OperatingSystem.IsLinux() && ((IoControl(1, UnreadBytes, out var output) == 0 && output > 0) || (IoControl(2, UnreadBytes, out var error) == 0 && error > 0));

    // FIONREAD.
    private const nuint UnreadBytes = 0x541B;
    private const short PollIn = 1;
    private const int Interrupted = 4;

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(Span<PollFd> ends, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadSome(int from, Span<byte> into, nuint count);

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int IoControl(int descriptor, nuint request, out int value);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, out TimeSpec now);

    [LibraryImport("libc", EntryPoint = "setsid")]
    private static partial int SetSid();

    [LibraryImport("libc", EntryPoint = "getpgrp")]
    private static partial int GetPgrp();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int PrCtl(int option, ulong a, ulong b, ulong c, ulong d);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollFd
    {
        public int Descriptor;
        public short Events;
        public short Found;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
