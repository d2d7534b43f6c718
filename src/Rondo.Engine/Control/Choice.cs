using Rondo.Engine.History;
using Rondo.Engine.Planning;

namespace Rondo.Engine.Control;

/// <summary>Which cases a run is about, and in which order. The same for a run, for <c>--plan</c> and for a listing.</summary>
/// <param name="Plan">What this machine runs.</param>
/// <param name="Split">What it is a part of; null without <c>--shard</c>.</param>
internal sealed record Choice(Plan Plan, Split? Split)
{
    /// <summary>There is nothing to run, and that is right: other machines have something, or all of it has passed.</summary>
    public bool MayBeEmpty => Plan.Cases.Count == 0 && (NothingIsLeft || Split is { AllCases: > 0 });

    private bool NothingIsLeft { get; init; }

    /// <summary>Selects, takes this machine's shard, and orders.</summary>
    /// <param name="all">All cases there are.</param>
    /// <param name="catalog">The catalog they come from.</param>
    /// <param name="request">What is wanted.</param>
    /// <param name="history">What earlier runs left; null where only a listing is wanted.</param>
    /// <param name="note">Hears what people should know about the choice.</param>
    /// <remarks>The shard comes before everything that earlier outcomes or a seed decide: these may differ from machine to machine, and all must divide the same.</remarks>
    public static Choice Of(Plan all, TestCatalog catalog, RunRequest request, RunHistory? history, Action<string> note)
    {
        var lastFailed = request.LastFailedOnly ? history?.LastFailed : null;
        var (split, hasHistory) = ((Split?)null, history is not { IsEmpty: true });
        var selected = CaseSelection.Select(all, request.Selection, request.Shard is null ? lastFailed : null, note, hasHistory);
        if (request.Shard is { } shard)
        {
            split = SplitOf(selected, catalog, request, shard, history);
            if (split.AllCases > 0) note(split.Text + ".");
            selected = lastFailed is null ? split.Plan : CaseSelection.LastFailedOf(all, selected, split, lastFailed, note, hasHistory);
            if (split.Plan.Cases.Count == 0 && split.AllCases > 0) note($"Shard {shard} is empty: there is less to run than machines. That is no error, so the exit code is 0.");
        }

        var nothingIsLeft = false;
        if (request.OnlyWhatIsLeft && history is not null)
        {
            var chosen = selected.Cases.Count;
            selected = CaseSelection.LeftOf(selected, history.IsLeft, note);
            nothingIsLeft = chosen > 0 && selected.Cases.Count == 0;
        }

        if (history is not null)
        {
            if (request.Stepwise) selected = CaseOrder.FromFirstFailed(selected, history.LastFailed, history.Knows, request.StepwiseSkip, note);
            selected = CaseOrder.Of(selected, request.FailedFirst ? history.LastFailed : null, request.NewFirst ? history.Knows : null);
            if (request.Seed is { } seed) selected = selected.Shuffled(seed);
        }

        return new Choice(selected.ByPriority(), split) { NothingIsLeft = nothingIsLeft };
    }

    // As a run with these options would keep things together on one worker; not what this machine makes of them, such as under a debugger.
    private static Split SplitOf(Plan selected, TestCatalog catalog, RunRequest request, Shard shard, RunHistory? history)
    {
        Func<string, double?> expectedMs = history is null ? static _ => null : history.SplitMs;
        var units = WorkUnits.Of(selected, catalog, expectedMs, request.Concurrency, ClaimBook.Of(selected, catalog), request.Isolate, request.Distribution);
        return Split.Of(selected, units, expectedMs, shard);
    }
}
