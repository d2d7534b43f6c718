using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Rondo.Engine.Planning;

/// <summary>Everything the number of workers depends on.</summary>
internal sealed record WorkerCountQuestion
{
    /// <summary>The <c>-n</c> option as given; null means <c>auto</c>.</summary>
    public string? Requested { get; init; }

    /// <summary>The option that means one worker where <c>-n</c> leaves it open; null if none does.</summary>
    public string? OneBy { get; init; }

    /// <summary>Units of work in the plan: more workers than that have nothing to do.</summary>
    public required int Units { get; init; }

    public required int ProcessorCount { get; init; }

    /// <summary>Memory that may be used, in bytes; 0 when unknown.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>What the whole plan took by history; null when some of it is unknown, which then counts as long.</summary>
    public double? RecordedTotalMs { get; init; }

    /// <summary><c>--maxprocesses</c>; null without limit.</summary>
    public int? MaxProcesses { get; init; }

    public bool HasDebugger { get; init; }

    /// <summary>The environment variable <c>RONDO_AUTO_WORKERS</c>; null or empty when not set.</summary>
    public string? AutoWorkers { get; init; }
}

/// <summary>How many worker processes a run has.</summary>
/// <param name="Workers">0: in this process.</param>
/// <param name="Reason">For people: the count and why.</param>
/// <param name="Error">RND2003, for people: the options cannot be followed; null when they can. Then the other values mean nothing.</param>
internal sealed record WorkerCount(int Workers, string Reason, string? Error = null)
{
    private const long BytesPerWorker = 512L * 1024 * 1024;
    private const double WorthTwoWorkersMs = 1000;
    private const int MostWorkers = 10_000;

    /// <summary>Whether an <c>-n</c> option can be followed, for the check of the command line.</summary>
    /// <returns>RND2003, or null when nothing is wrong.</returns>
    public static string? Check(string requested)
    {
        TryRead(requested, "-n", out _, out var error);
        return error;
    }

    /// <summary>Decides.</summary>
    public static WorkerCount Decide(WorkerCountQuestion question)
    {
        if (question.MaxProcesses is < 1)
            return Refused($"--maxprocesses is {Text(question.MaxProcesses.Value)}. It must be at least 1. Leave it out for no limit, or say -n 0 to run in this process. [RND2003]");

        if (!TryRead(question.Requested ?? "auto", "-n", out var requested, out var error)) return Refused(error);
        if (requested is { } number) return number == 0 ? new WorkerCount(0, "In this process, by -n 0.") : Limited(number, $"by -n {Text(number)}", question);

        var processors = Math.Max(1, question.ProcessorCount);
        if (IsLogical(question.Requested)) return Logical(processors, question);
        if (question.HasDebugger) return new WorkerCount(0, "In this process, because a debugger is attached. Say -n 1 to use a worker all the same.");
        if (question.OneBy is { } option) return new WorkerCount(1, $"1 worker (by {option}).");
        if (string.IsNullOrWhiteSpace(question.AutoWorkers)) return Auto(question, processors);

        if (!TryRead(question.AutoWorkers, "RONDO_AUTO_WORKERS", out requested, out error)) return Refused(error);
        if (requested is 0) return new WorkerCount(0, "In this process, by RONDO_AUTO_WORKERS=0.");
        if (requested is { } fixedNumber) return Limited(fixedNumber, $"by RONDO_AUTO_WORKERS={Text(fixedNumber)}", question);
        return IsLogical(question.AutoWorkers) ? Logical(processors, question) : Auto(question, processors);
    }

    private static WorkerCount Refused(string error) => new(0, "", error);

    private static WorkerCount Logical(int processors, WorkerCountQuestion question) =>
        Limited(processors, $"one for each of {Counted(processors, "logical processor")}", question);

    private static WorkerCount Auto(WorkerCountQuestion question, int processors)
    {
        if (question.RecordedTotalMs is < WorthTwoWorkersMs)
            return new WorkerCount(1, $"1 worker (auto: all of it took {Text((int)Math.Ceiling(question.RecordedTotalMs.Value))} ms last time, which more workers would not shorten).");

        var units = Math.Max(1, question.Units);
        var byMemory = question.MemoryBytes <= 0 ? int.MaxValue : (int)Math.Clamp(question.MemoryBytes / BytesPerWorker, 1, int.MaxValue);
        var least = Math.Min(processors, Math.Min(units, byMemory));
        var why = least == processors ? Counted(processors, "processor")
            : least == units ? Counted(question.Units, "unit") + " of work"
            : $"memory of {Text(question.MemoryBytes / (1024 * 1024))} MiB, at least 512 MiB for a worker";
        return Limited(least, "auto: " + why, question);
    }

    private static WorkerCount Limited(int wanted, string why, WorkerCountQuestion question)
    {
        var count = question.MaxProcesses is { } most && most < wanted ? most : wanted;
        return new WorkerCount(count, $"{Counted(count, "worker")} ({why}{(count < wanted ? $", but not more than --maxprocesses {Text(count)}" : "")}).");
    }

    /// <param name="number">Null for <c>auto</c> and <c>logical</c>.</param>
    private static bool TryRead(string text, string source, out int? number, [NotNullWhen(false)] out string? error)
    {
        (number, error) = (null, null);
        if (IsLogical(text) || text.Trim().Equals("auto", StringComparison.OrdinalIgnoreCase)) return true;
        if (int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= MostWorkers)
        {
            number = value;
            return true;
        }

        error = $"{source} is '{text}'. It must be a number of workers from 0 to {Text(MostWorkers)}, 'auto' or 'logical'. " +
            "Say -n 4 for four workers, -n 0 to run in this process, or leave it out for auto. [RND2003]";
        return false;
    }

    private static bool IsLogical(string? text) => text?.Trim().Equals("logical", StringComparison.OrdinalIgnoreCase) == true;

    private static string Counted(int number, string what) => Text(number) + " " + what + (number == 1 ? "" : "s");

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
