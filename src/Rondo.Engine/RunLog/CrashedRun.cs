using Rondo.Engine.History;
using Rondo.Engine.Planning;
using Rondo.Engine.Results;

namespace Rondo.Engine.RunLog;

/// <summary>A run whose process is gone and whose log has no end.</summary>
internal sealed record CrashedRun(string RunId, IReadOnlyList<RunningCase> Running, string Log)
{
    private const int Kept = 5;
    private static readonly TimeSpan s_forgotten = TimeSpan.FromDays(1);

    /// <summary>What the next run tells people.</summary>
    public string Message => "The previous run ended without an account; "
        + (Running.Count == 0 ? "no case was running." : string.Join(", ", Running.Take(10).Select(r => $"'{r.Id}' was running on {r.Worker}")) + (Running.Count > 10 ? $", and {Running.Count - 10} more." : "."))
        + $" Its process was killed or ended itself. What is known of it is in '{Log}'. [RND5002]";

    /// <summary>Adds what its log tells to the history: nobody else can do it any more.</summary>
    public async Task RememberAsync(HistoryFolder folder, TimeProvider time, Action<string> say)
    {
        RecordedRun run;
        try
        {
            run = RecordedRun.Read(Log)[0];
        }
        catch (RunLogException)
        {
            // Set aside as it is, and told of already.
            return;
        }

        // Copies of cases have ids that no other run has.
        if (run.Option("stress") is not null || run.Option("repeat-until-failure") is not null || run.Option("dist") == "each") return;
        var cases = new List<RecordedCase>();
        var results = new Dictionary<CaseIndex, CaseResult>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < run.Cases.Count; i++)
        {
            if (run.Cases[i].IsLost || !ids.Add(run.Cases[i].Id)) continue;
            var index = new CaseIndex(cases.Count);
            results.Add(index, run.Results[i] with { Case = index });
            cases.Add(run.Cases[i]);
        }

        var history = await RunHistory.ReadAsync(folder, time, static _ => { }).ConfigureAwait(false);
        await history.SaveAsync(RecordedPlan.Of(cases, null), results, wholeSuite: false, time, say).ConfigureAwait(false);
    }

    /// <summary>Looks for such logs and sets each aside, so that it is reported once, also if several runs start together.</summary>
    /// <returns>Usually nothing. Never throws: a log that cannot be read or moved is left alone.</returns>
    public static IReadOnlyList<CrashedRun> Find(HistoryFolder folder, TimeProvider time)
    {
        var found = new List<CrashedRun>();
        try
        {
            if (!Directory.Exists(folder.RunsFolder)) return found;
            foreach (var file in Directory.EnumerateFiles(folder.RunsFolder, "*.jsonl").Order(StringComparer.Ordinal).ToList())
            {
                if (TakeIfCrashed(file, folder, time) is { } run) found.Add(run);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // No rights, or another run tidied up at the same moment. A hint for people is not worth a failure.
        }

        return found;
    }

    private static CrashedRun? TakeIfCrashed(string file, HistoryFolder folder, TimeProvider time)
    {
        try
        {
            using var events = RunLogReader.Read(file).GetEnumerator();
            var started = events.MoveNext() ? events.Current as RunLogEvent.Started : null;
            var silence = time.GetUtcNow() - File.GetLastWriteTimeUtc(file);

            // Without a first line it may be a run that starts right now; of another machine's processes only the silence tells.
            var gone = started is { Process.IsOfThisMachine: true } ? !started.Process.IsAlive : silence > s_forgotten;
            if (!gone) return null;
            var crashed = Path.Combine(folder.CrashedFolder, Path.GetFileName(file));
            Directory.CreateDirectory(folder.CrashedFolder);
            File.Move(file, crashed, overwrite: true);
            Tidy(folder.CrashedFolder);
            if (started is null) return null;

            var all = RunLogReader.Read(crashed).ToList();
            return all.Any(e => e is RunLogEvent.Ended) ? null : new CrashedRun(started.RunId, RunLogReader.WhoWasRunning(all), crashed);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void Tidy(string folder)
    {
        foreach (var old in new DirectoryInfo(folder).GetFiles("*.jsonl").OrderByDescending(f => f.LastWriteTimeUtc).Skip(Kept)) old.Delete();
    }
}
