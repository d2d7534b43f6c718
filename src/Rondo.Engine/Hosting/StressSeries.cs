using Rondo.Engine.Control;
using Rondo.Engine.Planning;
using Rondo.Engine.Report;
using Rondo.Engine.Results;
using Rondo.Engine.RunLog;

namespace Rondo.Engine.Hosting;

/// <summary>Runs, one after the other with fresh workers each, until the time of <c>--stress</c> is up or something has failed; to a host they are one run.</summary>
internal sealed class StressSeries(RunRequest request, Stress stress, TestCatalog catalog, Func<RunRequest, Controller> create, TimeProvider time) : ITestRun
{
    private readonly Lock _gate = new();
    private readonly List<string> _interrupts = [];
    private Controller? _current;

    public void Interrupt(string by)
    {
        lock (_gate)
        {
            _interrupts.Add(by);
            _current?.Interrupt(by);
        }
    }

    public void TellStatus()
    {
        lock (_gate) _current?.TellStatus();
    }

    public async Task<RunReport> RunAsync(CancellationToken hostStop)
    {
        var from = time.GetTimestamp();
        var reports = new List<RunReport>();
        var logs = new List<string>();
        do
        {
            // The files are about the series. The page is made from the logs.
            var log = LogOf(reports.Count + 1);
            if (log is not null) logs.Add(log);
            var leg = create(request with { JUnitFile = null, TimelineFile = null, RunLogFile = log, Stress = stress, MaxFail = stress.IsUntilFailure ? 1 : request.MaxFail });
            lock (_gate)
            {
                _current = leg;
                foreach (var by in _interrupts) leg.Interrupt(by);
            }

            reports.Add(await leg.RunAsync(hostStop).ConfigureAwait(false));
        }
        while (reports[^1].Ending is Ending.Complete && reports[^1].Plan.Cases.Count > 0 && !stress.IsOver);

        lock (_gate) _current = null;
        var took = time.GetElapsedTime(from);
        var notes = reports.SelectMany(static r => r.Notes).Distinct(StringComparer.Ordinal).ToList();
        if (stress.Original is not null) notes.Add(stress.TextOf(took, reports.Count));
        var report = reports[^1] with
        {
            RunId = reports[0].RunId,
            Duration = took,
            Notes = notes,
            TeardownErrors = [.. reports.SelectMany(static r => r.TeardownErrors)],
            EarlyEnds = [.. reports.SelectMany(static r => r.EarlyEnds)],
        };
        stress.ShowRest(report);
        if (request.JUnitFile is { } junit) JUnitReport.WriteFile(junit, report, new JUnitContext { Seed = report.Seed }, notes.Add);
        if (request.TimelineFile is { } timeline) WriteTimeline(timeline, logs, notes.Add);
        return report;
    }

    private string? LogOf(int number)
    {
        var file = request.RunLogFile ?? (request.TimelineFile is null ? null : Path.Combine(Path.GetTempPath(), $"rondo-stress-{Environment.ProcessId}.jsonl"));
        return file is null || number == 1 ? file : Path.Combine(Path.GetDirectoryName(file)!, $"{Path.GetFileNameWithoutExtension(file)}.{number}{Path.GetExtension(file)}");
    }

    private void WriteTimeline(string file, List<string> logs, Action<string> say)
    {
        try
        {
            TimelinePage.WriteFile(file, Recording.Read(logs, catalog), new RerunCommand(request.Command, ShellQuote.Here), say);
        }
        catch (RunLogException error)
        {
            say($"The page '{file}' could not be made, because the log of the run cannot be read: {error.Message}");
        }

        if (request.RunLogFile is null) logs.ForEach(WholeFile.Remove);
    }
}
