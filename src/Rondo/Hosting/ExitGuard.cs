// Makes exit code 0 impossible when the process ends in the middle of a run: a test under -n 0 that calls Environment.Exit(0) or libc's exit(0)
// must not look like a green run.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Rondo.Hosting;

internal static unsafe partial class ExitGuard
{
    private const string Message =
        "\nRondo: the process is being ended while the run is still in progress, probably by a test or a fixture that calls exit. What has not been reported yet is lost, " +
        "so the exit code is 3 and not 0. Run with worker processes (without -n 0) to see which test it is. [RND4080]\n";

    private static volatile bool s_armed;
    private static int s_installed;
    private static byte* s_message;
    private static nint s_messageLength;

    /// <summary>Installs the handlers; they do nothing until a run begins.</summary>
    public static void Install()
    {
        if (Interlocked.Exchange(ref s_installed, 1) != 0) return;
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
    }

    /// <summary>A run begins: from now on an early end is a failure.</summary>
    /// <param name="userCodeRunsHere">True under <c>-n 0</c>: native exits are watched as well.</param>
    public static void Arm(bool userCodeRunsHere)
    {
        s_armed = true;
        if (userCodeRunsHere && !OperatingSystem.IsWindows()) InstallNative();
    }

    /// <summary>The platform has reported everything and returned.</summary>
    public static void Disarm() => s_armed = false;

    private static void OnProcessExit(object? sender, EventArgs e)
    {
        if (!s_armed) return;
        s_armed = false;
        if (Environment.ExitCode == ExitCodes.Ok) Environment.ExitCode = ExitCodes.Aborted;
        else return;
        Console.Error.Write(Message);
    }

    private static void InstallNative()
    {
        if (s_message is not null) return;
        var text = System.Text.Encoding.UTF8.GetBytes(Message);
        // Never freed: the handler runs when nothing may be allocated any more, and cannot be taken back.
        s_message = (byte*)NativeMemory.Alloc((nuint)text.Length);
        s_messageLength = text.Length;
        text.CopyTo(new Span<byte>(s_message, text.Length));
        try
        {
            // A refusal (out of memory) leaves what ProcessExit guards.
            _ = AtExit(&OnNativeExit, null, null);
        }
        catch (EntryPointNotFoundException)
        {
            // A C library without it: ProcessExit still guards managed exits.
        }
    }

    // Compiled once, completely: the runtime may be half gone when this runs. Touches only statics and two system calls.
    [UnmanagedCallersOnly]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OnNativeExit(void* nothing)
    {
        if (!s_armed) return;
        Write(2, s_message, s_messageLength);
        ExitNow(ExitCodes.Aborted);
    }

    // The C++ runtime's form of atexit: unlike atexit itself it is exported by every C library, here and on macOS.
    [LibraryImport("libc", EntryPoint = "__cxa_atexit")]
    private static partial int AtExit(delegate* unmanaged<void*, void> handler, void* argument, void* library);

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ExitNow(int status);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int file, byte* text, nint length);
}
