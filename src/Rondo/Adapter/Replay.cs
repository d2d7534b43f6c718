using Rondo.Engine.Control;
using Rondo.Engine.Planning;
using Rondo.Engine.Report;
using Rondo.Engine.RunLog;

namespace Rondo.Adapter;

/// <summary>Recorded runs in place of a run (<c>--replay</c>).</summary>
internal sealed class Replay
{
    private readonly Recording _recording;
    private readonly IReadOnlyList<string> _files;

    private Replay(Recording recording, IReadOnlyList<string> files) => (_recording, _files) = (recording, files);

    /// <returns>Why the logs cannot be shown; null if they can.</returns>
    public static string? Read(IReadOnlyList<string> files, TestCatalog catalog, bool failOnFlaky, out Replay? replay)
    {
        replay = null;
        try
        {
            string[] full = [.. files.Select(Path.GetFullPath)];
            replay = new Replay(Recording.Read(full, catalog, failOnFlaky), full);
            return null;
        }
        catch (RunLogException error)
        {
            return error.Message;
        }
    }

    /// <summary>The request as far as results show it: seeds are those of the recorded run.</summary>
    public RunRequest AsRecorded(RunRequest request)
    {
        var shuffledLoops = _recording.Runs[0].Option("ready-order") is not null;
        var seed = _recording.Report.Seed;
        return request with { Seed = shuffledLoops ? null : seed, ReadyOrderSeed = shuffledLoops ? seed : null };
    }

    /// <summary>Tells what was recorded, in the order of the plan.</summary>
    public void Show(RunPublisher publisher)
    {
        var report = _recording.Report;
        foreach (var planned in report.Plan.Cases) publisher.Finished(planned, report.Results[planned.Index]);
        foreach (var error in report.TeardownErrors) publisher.TeardownFailed(error);
    }

    /// <summary>Makes the files that were asked for.</summary>
    /// <returns>The report, with what went wrong meanwhile.</returns>
    public RunReport WriteReports(RunRequest request)
    {
        var notes = new List<string>(_recording.Report.Notes);
        var report = _recording.Report with { Notes = notes };
        if (request.JUnitFile is { } junit) JUnitReport.WriteFile(junit, report, new JUnitContext { HostName = _recording.HostName, Seed = report.Seed }, notes.Add);
        if (request.TimelineFile is { } timeline) TimelinePage.WriteFile(timeline, _recording, new RerunCommand(request.Command, ShellQuote.Here), notes.Add);
        if (request.RunLogFile is { } log && MergedLog.WriteFile(log, _files) is { } trouble) notes.Add($"The run log '{log}' could not be written: {trouble} The logs that were given are as they were. [RND5001]");
        return report;
    }
}
