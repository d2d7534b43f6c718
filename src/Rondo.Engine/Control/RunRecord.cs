using Rondo.Engine.Collections;
using Rondo.Engine.Planning;
using Rondo.Engine.Results;

namespace Rondo.Engine.Control;

/// <summary>What is known of a run: how its cases ended, errors of teardowns, processes that ended early, notes. Each is written down and shown when it comes.</summary>
/// <remarks>Owner: the controller's event loop. Invariant: a case has at most one result, the first it was given.</remarks>
internal sealed class RunRecord
{
    private readonly CaseResults _results = new();
    private readonly List<TeardownError> _teardownErrors = [];
    private readonly List<string> _notes = [];
    private readonly List<EarlyEnd> _earlyEnds = [];

    public RunRecord(IRunObserver observer) => Observer = new SafeObserver(observer, Note);

    public SafeObserver Observer { get; }

    /// <summary>Null while nothing is written down: before the run, and when only the plan is wanted.</summary>
    public RunMemory? Memory { get; set; }

    /// <summary>Null until it is made.</summary>
    public Plan? Plan { get; set; }

    /// <summary>There are several workers, so the name of a scope does not say in which of them.</summary>
    public bool HasSeveralWorkers { get; set; }

    public CaseResults Results => _results;

    public IReadOnlyList<TeardownError> TeardownErrors => _teardownErrors;

    public IReadOnlyList<string> Notes => _notes;

    public IReadOnlyList<EarlyEnd> EarlyEnds => _earlyEnds;

    /// <summary>How many cases failed.</summary>
    public int Failed { get; private set; }

    /// <summary>Every case has a result.</summary>
    public bool IsFull => Plan is { } plan && _results.Count == plan.Cases.Count;

    public bool Has(CaseIndex index) => _results.ContainsKey(index);

    /// <summary>Takes the result of a case.</summary>
    /// <param name="isWitnessed">The run log has it already.</param>
    /// <returns>False: the case had one, which stands.</returns>
    public bool Add(CaseResult result, bool isWitnessed)
    {
        var planned = Plan![result.Case];
        if (!_results.TryAdd(result.Case, result))
        {
            Note($"This is a bug in Rondo: '{planned.Id}' was reported twice; the first result stands.");
            return false;
        }

        if (!isWitnessed) Memory!.Finished(result);
        Observer.Finished(planned, result);
        if (result.Outcome.Tally == Tally.Failed) Failed++;
        return true;
    }

    public void AddTeardownError(string id, WorkerNumber worker, Failure failure)
    {
        // There is one host at a time, and its fixtures stand in the name.
        if (HasSeveralWorkers && worker.Value >= 0) id += "@" + worker.Name;
        var error = new TeardownError(id, worker.Name, failure);
        _teardownErrors.Add(error);
        Memory?.TeardownFailed(error);
        Observer.TeardownFailed(error);
    }

    /// <summary>A process of the run ended by itself, and no case is charged with it.</summary>
    public void EndedEarly(Seat seat, string when) => _earlyEnds.Add(new EarlyEnd(seat.Number.Name, seat.Worker.ProcessId, when));

    public void Note(string text)
    {
        _notes.Add(text);
        Memory?.Note(text);
        Observer.Note(text);
    }
}
