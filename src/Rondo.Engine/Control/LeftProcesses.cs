using Rondo.Engine.Native;
using Rondo.Engine.Planning;
using Rondo.Engine.Results;

namespace Rondo.Engine.Control;

/// <summary>Tells about processes that tests left running: whose they are, and that they were ended.</summary>
/// <remarks>Owner: the controller's event loop.</remarks>
internal sealed class LeftProcesses(RunRecord record, string leaks)
{
    private static readonly TimeSpan s_startIsOffBy = TimeSpan.FromMilliseconds(7);

    /// <summary>Ends them. Where handles or memory are short even a look can fail, in any way, and the run waits for its end: none are found then.</summary>
    public static async Task<IReadOnlyList<MarkedProcess>> EndAsync(Func<Task<IReadOnlyList<MarkedProcess>>> end)
    {
        try
        {
            return await end().ConfigureAwait(false);
        }
        catch (Exception)
        {
            return [];
        }
    }

    /// <summary>A leak, unless the worker was cut off: then nobody had the time to end it.</summary>
    public void Tell(MarkedProcess process, string? worker, Seat? seat)
    {
        if (leaks == "off") return;
        var cases = worker is null ? [] : WhoRanAt(process.StartedAt, worker);
        var when = cases.Count switch
        {
            0 => "",
            1 => $", started while '{cases[0]}' was running",
            _ => $", started while one of these was running: {string.Join(", ", cases.Select(c => $"'{c}'"))}",
        };
        var text = $"Process {process.Id} ({process.Command}) was left behind{(worker is null ? "" : $" by the tests of worker {worker}")}{when}. It was ended.";
        if (leaks == "fail" && seat is null or { HasSaidGoodbye: true, KilledBecause: null })
            record.AddTeardownError((cases.Count == 1 ? cases[0] : "worker." + (worker ?? "any")) + ".leak", seat?.Number ?? WorkerNumber.InProcess, new Failure("Leak", text + " End what a test starts, best in the teardown of a fixture. [RND3042]", null));
        else
            record.Note(text + " End what a test starts, best in the teardown of a fixture. (A leak; --leaks fail makes it a failure, --leaks off is silent.) [RND3042]");
    }

    // The system counts the start of a process in hundredths of a second. More than a few candidates are as good as none.
    private IReadOnlyList<string> WhoRanAt(DateTimeOffset moment, string worker)
    {
        if (record.Plan is not { } plan) return [];
        List<string> ids = [.. record.Results.Values.Where(r => r.Worker == worker && r.RanAt(moment, s_startIsOffBy))
            .OrderBy(r => r.StartedAt).Select(r => plan[r.Case].Id)];
        return ids.Count > 3 ? [] : ids;
    }
}
