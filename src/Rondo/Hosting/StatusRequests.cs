// "What is everybody doing?", asked while a run is in progress: SIGUSR1 to this process, or Enter at its terminal.
using System.Runtime.InteropServices;
using Rondo.Engine.Native;

namespace Rondo.Hosting;

/// <summary>Hears the question for one run, until it is disposed of. Not on Windows, which has no such signal.</summary>
internal sealed partial class StatusRequests : IDisposable
{
    private const int LookForKeysMs = 500;
    private const short Readable = 1;

    private readonly Action _tell;
    private readonly PosixSignalRegistration? _signal;
    private volatile bool _isOver;

    private StatusRequests(Action tell, bool hearsKeys)
    {
        _tell = tell;
        if (OperatingSystem.IsWindows()) return;
        _signal = PosixSignalRegistration.Create((PosixSignal)Posix.SigUsr1, context =>
        {
            // Nothing else may be made of it: without this it ends the process.
            context.Cancel = true;
            tell();
        });
        if (hearsKeys) new Thread(HearKeys, 64 * 1024) { IsBackground = true, Name = "rondo keys" }.Start();
    }

    /// <param name="tell">Tells people. Any thread.</param>
    /// <param name="hearsKeys">Somebody sits at a terminal, and no test reads from it.</param>
    public static StatusRequests Begin(Action tell, bool hearsKeys) => new(tell, hearsKeys);

    public void Dispose()
    {
        _isOver = true;
        _signal?.Dispose();
    }

    // A whole line is waited for, so the terminal stays as it is: nothing has to be put back, however this process ends. Whoever reads from a terminal in the background is stopped by the system, so that is looked at first.
    private void HearKeys()
    {
        Span<byte> line = stackalloc byte[256];
        while (!_isOver)
        {
            PollFd input = new() { Events = Readable };
            var found = Poll(ref input, 1, LookForKeysMs);
            if (found == 0 || _isOver) continue;
            // Closed, or no terminal any more: nobody will ask.
            if (found < 0 || (input.Found & Readable) == 0) return;
            if (ForegroundGroup(0) != OwnGroup())
            {
                Thread.CurrentThread.Join(LookForKeysMs);
                continue;
            }

            if (Read(0, line, (nuint)line.Length) <= 0) return;
            if (!_isOver) _tell();
        }
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref PollFd descriptor, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int descriptor, Span<byte> into, nuint count);

    [LibraryImport("libc", EntryPoint = "tcgetpgrp")]
    private static partial int ForegroundGroup(int descriptor);

    [LibraryImport("libc", EntryPoint = "getpgrp")]
    private static partial int OwnGroup();

    [StructLayout(LayoutKind.Sequential)]
    private struct PollFd
    {
        public int Descriptor;
        public short Events;
        public short Found;
    }
}
