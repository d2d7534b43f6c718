using Rondo.Engine.Wire;

namespace Rondo.Engine.Control;

/// <summary>Says in words how a worker died.</summary>
internal static class Blame
{
    /// <summary>What it means that a worker ended before it was ready.</summary>
    public const string NoCasePays = "No test was running in it, so none is charged with it, but a process of the run ended early: the exit code is not 0.";

    private const string LessMemory = "Let the tests hold less, or raise what bounds them: a container's limit, or DOTNET_GCHeapHardLimit.";

    /// <summary>Where in its work a case was; empty for the body.</summary>
    public static string Where(LiveCase running) => running.Phase switch
    {
        WorkPhase.Setup => $" (in the setup of fixture '{running.What}')",
        WorkPhase.Teardown => $" (in the teardown of '{running.What}')",
        _ => "",
    };

    /// <summary>The likely cause, from exit code, signal and what the runtime wrote.</summary>
    public static string Explain(WorkerEnd end, WorkerHandle worker) => Likely(end, worker.ErrorTail) + " [RND4040]";

    /// <summary>The likely cause of an end while no code of a test ran, and what to do.</summary>
    public static string ExplainEarly(WorkerEnd end, string errorTail) => end switch
    {
        { Signal: not null } => Likely(end, errorTail),
        { ExitCode: not null } => "Something called Environment.Exit or exit, or failed on the way: look at static constructors, module initializers, finalizers and ProcessExit handlers.",
        _ => "",
    };

    /// <summary>What a worker wrote last, to stand in a sentence; empty for nothing.</summary>
    public static string LastWordsOf(Seat seat)
    {
        var words = seat.Worker.ErrorTail.Length > 0 ? seat.Worker.ErrorTail : seat.Worker.OutputTail;
        return words.Length == 0 ? "" : " What it wrote last: " + Text.Indented(words) + "\n";
    }

    // Its own exception, with which it begins to throw one of ours, and which it could not finish; or its own code that finds who catches.
    private static bool GaveUpThrowing(string error) => error.Contains("PAL_SEHException", StringComparison.Ordinal) || (error.Contains("Internal CLR error", StringComparison.Ordinal) && error.Contains("System.Runtime.EH.", StringComparison.Ordinal));

    private static string Likely(WorkerEnd end, string error)
    {
        return end switch
        {
            _ when error.Contains("Stack overflow", StringComparison.Ordinal) => "The stack overflowed: look for endless recursion in the error output below.",
            { OutOfMemory: { } evidence } => $"Memory was used up, and then the system ends processes: {evidence}. Run fewer workers (-n), let the tests hold less, or give the machine or container more.",
            { Signal: 9 } => "SIGKILL comes from outside: the system when memory is short, a container's limit, or somebody's kill.",
            { Signal: 6 } when error.Contains("Out of memory.", StringComparison.Ordinal) => $"Memory was used up, and the runtime gave up. {LessMemory}",
            { Signal: 6 } when GaveUpThrowing(error) => $"The runtime gave up while it was throwing an exception, which is what it does when memory is used up, too. If that may be: {LessMemory}",
            { Signal: 6 } => "The runtime gave up: Environment.FailFast, an exception nobody could catch, or abort() in native code; its message is in the error output below.",
            { Signal: 11 or 7 or 4 } => "Native code, or unsafe code, touched memory it must not.",
            { Signal: 15 or 2 or 1 } => "Somebody sent it that signal.",
            { ExitCode: 0 } => "Something called Environment.Exit(0) or exit(0): a test must not end its process.",
            { ExitCode: not null } => "Something called Environment.Exit or exit: a test must not end its process.",
            _ => "",
        };
    }
}
