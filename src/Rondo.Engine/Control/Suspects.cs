using Rondo.Engine.Collections;
using Rondo.Engine.Planning;

namespace Rondo.Engine.Control;

/// <summary>
/// Cases that ran at once when their worker was cut off: each is run again, alone, in a worker that runs nothing else, so that the one that did it is found and the others get a result of their own.
/// Each case at most once: its second attempt is its last.
/// </summary>
/// <remarks>Owner: the controller's event loop. The scheduler knows nothing of it: to it, they are still running.</remarks>
internal sealed class Suspects
{
    private readonly Queue<Suspect> _waiting = new();
    private readonly NumberTable<Suspect> _open = new();

    /// <summary>Some wait to be run.</summary>
    public bool IsWaiting => _waiting.Count > 0;

    /// <summary>Takes the cases of a worker that was cut off, in the order in which they had begun.</summary>
    public void Add(CutOff cutOff, List<LiveCase> cases, WorkerNumber worker)
    {
        cutOff.Left = cutOff.Count = cases.Count;
        foreach (var running in cases)
        {
            var suspect = new Suspect(running, worker, cutOff);
            _open.TryAdd(running.Case.Value, suspect);
            _waiting.Enqueue(suspect);
        }
    }

    /// <summary>Null: the case is none, or no more.</summary>
    public Suspect? Find(CaseIndex index) => _open[index.Value];

    public Suspect TakeNext() => _waiting.Dequeue();

    /// <summary>It was given to a worker that never began it.</summary>
    public void PutBack(CaseIndex index)
    {
        if (Find(index) is { } suspect) _waiting.Enqueue(suspect);
    }

    /// <summary>It has a result.</summary>
    /// <returns>Not null: it was the last of those that were cut off together.</returns>
    public CutOff? Close(Suspect suspect)
    {
        _open.Remove(suspect.First.Case.Value);
        return --suspect.CutOff.Left == 0 ? suspect.CutOff : null;
    }

    /// <summary>Takes all that wait: they will not be run.</summary>
    public Suspect[] TakeWaiting()
    {
        Suspect[] all = [.. _waiting];
        _waiting.Clear();
        return all;
    }
}

/// <param name="First">Its first attempt.</param>
/// <param name="Worker">Where that was.</param>
internal sealed record Suspect(LiveCase First, WorkerNumber Worker, CutOff CutOff);

/// <summary>The end of a worker that ran several cases at once.</summary>
/// <param name="Why">A sentence without its full stop: <c>Worker w0 (process 7) was ended by signal 6 (SIGABRT)</c>.</param>
/// <param name="Explanation">What is likely; empty if the cause is known.</param>
/// <param name="Culprit">The case that is known to have done it; null if it is to be found.</param>
internal sealed record CutOff(string Why, string Explanation, string Output, string ErrorOutput, string? Culprit)
{
    /// <summary>How many cases were running.</summary>
    public int Count { get; set; }

    /// <summary>How many of them have no result yet.</summary>
    public int Left { get; set; }

    /// <summary>The case that, run again alone, ended its worker again: the first that did; null before.</summary>
    public string? Found { get; set; }

    /// <summary>One was found or known from the beginning, or it was given up to look for it.</summary>
    public bool IsSolved => Culprit is not null || Found is not null || IsGivenUp;

    /// <summary>Some were not run again.</summary>
    public bool IsGivenUp { get; set; }

    private string Others => Text.Count(Count - 1, "other");

    /// <summary>Stands with the result of one that did not do it.</summary>
    public string NoteOfSecondAttempt => Culprit is null
        ? $"This is the second attempt. The first was cut off: {Lower(Why)} while this test and {Others} were running at once, so each was run again, alone, to find the one that did it. [RND4050]"
        : $"This is the second attempt. The first was cut off, because '{Culprit}', which was running in the same worker, did not end: {Why}. [RND4051]";

    /// <summary>For the one that did it again.</summary>
    public string Confirmed => $" It was running at once with {Others} when {Lower(Why)}; run again alone, it did this.";

    /// <summary>For one that is not run again though it is known that another did it; null if that is not known.</summary>
    public string? Innocent(string why) =>
        Culprit is not null ? $"{why}, after its first attempt had been cut off because '{Culprit}' did not end"
        : Found is not null ? $"{why}, after its first attempt had been cut off: {Lower(Why)} while it and '{Found}' were running at once, and '{Found}' did the same when it was run again alone"
        : null;

    /// <summary>For one that is not run again, when nobody knows which of them did it.</summary>
    public string NotRunAgain(string why) => $"{Why} while this test and {Others} were running at once: one of them did it, and which one is not known, because {why} before they could be run again. {Explanation} [RND4050]";

    /// <summary>For the run, when it was none of them.</summary>
    public string Unsolved => $"{Why} while {Count} tests were running at once. Each was run again, alone, and none of them did it then: it takes several of them together, or something that an earlier test or a fixture left behind. {Explanation} Run with --concurrency 1 to see whether it happens without overlap. [RND4050]";

    private static string Lower(string sentence) => char.ToLowerInvariant(sentence[0]) + sentence[1..];
}
