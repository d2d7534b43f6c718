using System.Diagnostics;
using System.Globalization;

namespace Rondo.Loops;

/// <summary>What an exploration may spend, and where it begins. Every property has a default.</summary>
public sealed record ExploreOptions
{
    /// <summary>At most so many schedules. Default 1,000; 1 or more.</summary>
    public int Schedules { get; init; } = 1000;

    /// <summary>No new schedule begins after so much real time. Default 2 s; <see cref="Timeout.InfiniteTimeSpan"/> for none.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>For the strategies that choose by chance. Default 1. The same seed gives the same schedules.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Runs only this schedule. Null: explores.</summary>
    public string? Replay { get; init; }

    /// <summary>Where virtual time begins in each run. Null: as with <see cref="LoopClock.Virtual"/>.</summary>
    public DateTimeOffset? Start { get; init; }

    /// <summary>Real time that one schedule may take before it counts as failed (RND3071). Default 10 s.</summary>
    public TimeSpan RealTimeLimit { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>What an exploration found.</summary>
/// <param name="Schedules">How many runs it made, those that made the replay shorter included.</param>
/// <param name="Exhausted">
/// True if every schedule with at most two switches was run, none failed and nothing left the loop. For a body whose strands have no more choices than that, it is a proof.
/// </param>
/// <param name="Failure">The exception of the failing schedule; null if none failed.</param>
/// <param name="Replay">The schedule that fails, for <see cref="SchedulePolicy.Replay"/> and <see cref="ExploreOptions.Replay"/>; the shortest that was found. Null if none failed.</param>
public sealed record ExploreReport(int Schedules, bool Exhausted, Exception? Failure, string? Replay)
{
    /// <summary>Which run failed first, from 1; 0 if none did.</summary>
    public int FailedAt { get; init; }

    /// <summary>Choices in the failing schedule; without a failure, in the first one (in order of becoming ready).</summary>
    public int Steps { get; init; }

    /// <summary>Most strands that one run had: 1 means that there was nothing to interleave.</summary>
    public int Strands { get; init; }

    /// <summary>Continuations that came from outside the loop in all runs. Their moment is not a choice of the explorer: above 0, other orders exist that were not tried, and a replay may differ.</summary>
    public int ForeignPosts { get; init; }

    /// <summary>The first of those by name, as far as known; empty if there were none.</summary>
    public IReadOnlyList<string> LeftTheLoop { get; init; } = [];

    /// <summary>
    /// False if a replay could not make every switch of its schedule: the code is another than when the schedule was printed, or something outside the loop decided. True for an exploration.
    /// </summary>
    public bool ReplayFits { get; init; } = true;

    /// <summary>Real time spent.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>" Not explored: …" if anything left the loop; else nothing.</summary>
    internal string NotExplored => ForeignPosts == 0 ? "" : $" Not explored: {LoopText.Count(ForeignPosts, "continuation")} came from outside the loop ({string.Join(", ", LeftTheLoop)}).";

    /// <summary>The result in a sentence or two, for a failure's message.</summary>
    public override string ToString()
    {
        var text = new System.Text.StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{LoopText.Count(Schedules, "schedule")} of {LoopText.Count(Strands, "strand")} in {LoopText.Duration(Elapsed)}: ");
        if (Failure is null) text.Append(Exhausted ? "none failed, and all with at most two switches were run." : "none failed.");
        else text.Append(CultureInfo.InvariantCulture, $"number {FailedAt} failed with {Failure.GetType().Name}: {Failure.Message} To run it again: schedule {Replay}");
        if (!ReplayFits) text.Append(" The schedule does not fit this code: not all of its switches were possible.");
        return text.Append(NotExplored).ToString();
    }
}

/// <summary>
/// Runs a piece of asynchronous work again and again, each time with another order of its strands at their awaits, until one order fails or the budget is spent. Finds races between awaits: lost updates,
/// check-then-act, events that come too early, deadlocks of locks that are awaited.
/// </summary>
/// <remarks>
/// <para>Each run has a loop of its own with virtual time, on a thread of its own. First the order of becoming ready, then all schedules with one switch and with two (a switch leaves a strand that could go on), then
/// by chance. The body is called once per schedule, so it must make its state anew.</para>
/// <para>Seen: what runs on the loop. Not seen: code between two awaits is never interrupted; what leaves the loop (<c>Task.Run</c>, <c>ConfigureAwait(false)</c> on what is not complete, real I/O, real timers) comes back when it comes
/// back, and the report names it.</para>
/// </remarks>
// Bounded search first: most faults need one or two preemptions (CHESS). The order of strategies and their share were found by trial on planted faults.
public static class Explore
{
    /// <summary>Explores.</summary>
    /// <param name="body">Called once for each schedule, on its loop. Fails by any exception, also one that nobody awaits, and by never finishing.</param>
    /// <param name="options">Null for all defaults.</param>
    /// <returns>Completes when a failure was found and made short, or the budget is spent. A failing body does not throw here: look at <see cref="ExploreReport.Failure"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The budget is below one schedule, or a time is zero or negative.</exception>
    /// <exception cref="LoopException">RND3073: the schedule to replay cannot be read.</exception>
    /// <remarks>Any thread, also on a loop. The body sees the caller's ExecutionContext, and a new one in each run.</remarks>
    public static async Task<ExploreReport> RunAsync(Func<Task> body, ExploreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        options ??= new ExploreOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Schedules, 1, nameof(options));
        if (options.Time <= TimeSpan.Zero && options.Time != Timeout.InfiniteTimeSpan) throw new ArgumentOutOfRangeException(nameof(options), options.Time, "The time is above zero, or Timeout.InfiniteTimeSpan for none.");
        if (options.RealTimeLimit <= TimeSpan.Zero && options.RealTimeLimit != Timeout.InfiniteTimeSpan) throw new ArgumentOutOfRangeException(nameof(options), options.RealTimeLimit, "The limit of real time is above zero, or Timeout.InfiniteTimeSpan for none.");
        var replay = options.Replay is { } text ? Schedule.Parse(text) : null;

        // The caller's loop, if it has virtual time, must not believe that nothing happens.
        using var hold = EventLoop.Current is { State: LoopState.Open } caller ? caller.Hold("exploring schedules") : null;
        var done = new TaskCompletionSource<ExploreReport>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            var runs = new RunsOnThisThread(body, options);
            var exploration = new Exploration(options, runs.Run);
            runs.CameLate = exploration.CameLate;
            // Each run is over when its call returns, so this is complete.
            done.SetFromTask(exploration.RunAsync(replay));
        })
        { Name = "exploring", IsBackground = true };
        thread.Start();
        return await done.Task;
    }
}

/// <summary>How one run of a body ended.</summary>
/// <param name="Failure">Null if it did not fail.</param>
/// <param name="Strands">So many it had.</param>
/// <param name="ForeignPosts">Continuations that came from outside.</param>
/// <param name="Foreign">Their names.</param>
sealed record ExploredRun(Exception? Failure, int Strands, int ForeignPosts, IReadOnlyList<string> Foreign);

/// <summary>Runs a body on loops of their own, turned by the calling thread.</summary>
sealed class RunsOnThisThread(Func<Task> body, ExploreOptions options)
{
    internal Action<string>? CameLate { get; set; }

    internal ValueTask<ExploredRun> Run(StrandChooser chooser)
    {
        List<string> foreign = [];
        var loop = EventLoop.CreateExplored(new EventLoopOptions
        {
            Name = "explored",
            Clock = LoopClock.Virtual(options.Start),
            RealTimeLimit = options.RealTimeLimit,
            OutsideWork = ProcessOutsideWork.WithoutThreads,
            Host = HostOfOneRun(),
        }, chooser);
        loop.ForeignNames = foreign;
        Exception? failure = null;
        try { loop.Run(_ => body()); }
        catch (Exception error) { failure = error; }

        var run = new ExploredRun(failure, loop.Strands!.Strands, (int)loop.Statistics.ForeignPosts, foreign);
        // Without a grace: strands that the body did not wait for belong to a run that is over.
        loop.EndNow();
        return ValueTask.FromResult(run);
    }

    LoopHost HostOfOneRun()
    {
        var host = LoopHost.ForOneLoop("explored");
        host.LateWork += late => CameLate?.Invoke(late.What);
        return host;
    }
}

/// <summary>
/// One exploration: decides which schedule runs next, when it is enough, and how a schedule that fails is made short. It runs nothing itself: a body alone on a thread and one
/// among others on a shared pump are explored by the same rules.
/// </summary>
/// <param name="options">Budget and seed; <see cref="ExploreOptions.Replay"/> is the caller's business.</param>
/// <param name="runOne">Runs the body once with the chooser. What it throws ends the exploration.</param>
sealed class Exploration(ExploreOptions options, Func<StrandChooser, ValueTask<ExploredRun>> runOne)
{
    const int SearchedSwitches = 2;
    const double StayOfSticky = 0.7;
    const int DepthOfPct = 3;
    const int MostNames = 5;

    readonly long _began = Stopwatch.GetTimestamp();
    readonly BoundedSearch _search = new(SearchedSwitches);
    readonly List<string> _foreign = [];
    // What came back to a run that was over, from any thread.
    readonly System.Collections.Concurrent.ConcurrentQueue<string> _late = new();
    int _foreignPosts;
    int _schedules;
    int _strands;
    int _firstSteps;
    bool _searchIsOver;

    /// <summary>Something came back to a run that was over. Any thread.</summary>
    internal void CameLate(string what) => _late.Enqueue(what);

    internal async Task<ExploreReport> RunAsync(Schedule? replay)
    {
        if (replay is not null)
        {
            var again = await RunOneAsync(replay.NewChooser());
            var report = again.Failure is null ? Report(null, null, 0) : Report(again, replay, 1);
            // What follows a schedule leaves it nowhere else, so fewer switches means that one was not possible.
            return report with { ReplayFits = replay.IsFifo || again.Trace.ToSchedule().Switches.Count == replay.Switches.Count };
        }

        var fifo = await RunOneAsync(new FifoChooser());
        _firstSteps = fifo.Trace.Count;
        if (fifo.Failure is not null) return Report(fifo, Schedule.Fifo, 1);
        // Nothing to choose: one schedule is all there are, unless work outside came back at another moment.
        if (!fifo.Trace.HasChoices && _foreignPosts == 0)
        {
            _searchIsOver = true;
            return Report(null, null, 0);
        }

        // All with one switch, unless that alone would take nearly everything; those with two, up to a third of the budget.
        while (HasBudget && (_search.Level < 2 ? Spent < 0.8 : Spent < 1 / 3.0))
        {
            if (_search.Next() is not { } schedule)
            {
                _searchIsOver = true;
                break;
            }
            if (await SearchAsync(schedule) is { } found) return found;
        }

        for (int i = 0; HasBudget; i++)
        {
            int seed = unchecked(options.Seed + i);
            StrandChooser chooser = (i % 3) switch
            {
                0 => new StickyChooser(new Random(seed), StayOfSticky),
                1 => new PctChooser(new Random(seed), DepthOfPct, fifo.Trace.Count),
                _ => new ShuffleChooser(new Random(seed)),
            };
            var outcome = await RunOneAsync(chooser);
            if (outcome.Failure is not null) return await ShortenedAsync(outcome, _schedules);
        }
        return Report(null, null, 0);
    }

    bool HasBudget => _schedules < options.Schedules && !TimeIsOver;

    bool TimeIsOver => options.Time != Timeout.InfiniteTimeSpan && Elapsed >= options.Time;

    TimeSpan Elapsed => Stopwatch.GetElapsedTime(_began);

    // Of schedules or of time, whichever is nearer its end.
    double Spent => Math.Max(_schedules / (double)options.Schedules, options.Time == Timeout.InfiniteTimeSpan ? 0 : Elapsed / options.Time);

    async ValueTask<ExploreReport?> SearchAsync(Schedule schedule)
    {
        var outcome = await RunOneAsync(schedule.NewChooser());
        if (outcome.Failure is not null) return Report(outcome, schedule, _schedules);
        _search.Ran(schedule, outcome.Trace);
        return null;
    }

    // A schedule found by chance has many switches. The search may still find one with two; else switches are left out for as long as it fails.
    async ValueTask<ExploreReport> ShortenedAsync(Outcome outcome, int failedAt)
    {
        while (!_searchIsOver && HasBudget && Spent < 0.75)
        {
            if (_search.Next() is not { } next) break;
            if (await SearchAsync(next) is { } found) return found with { FailedAt = failedAt };
        }
        var schedule = outcome.Trace.ToSchedule();
        // What was found must not be lost because the budget was spent on finding it: some runs more are allowed.
        int left = Math.Max(200, options.Schedules - _schedules);
        var until = Elapsed + TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerMillisecond * 200, options.Time == Timeout.InfiniteTimeSpan ? 0 : options.Time.Ticks / 4));
        bool shorter = true;
        while (shorter)
        {
            shorter = false;
            for (int part = Math.Max(1, schedule.Switches.Count / 2); part >= 1 && left > 0; part /= 2)
            {
                for (int at = 0; at < schedule.Switches.Count && left > 0 && Elapsed < until;)
                {
                    var trial = new Schedule([.. schedule.Switches.Take(at), .. schedule.Switches.Skip(at + part)]);
                    var again = await RunOneAsync(trial.NewChooser());
                    left--;
                    // What it did counts, not what it was told: switches that were not possible are gone then too.
                    if (again.Failure is null || again.Failure.GetType() != outcome.Failure!.GetType() || again.Trace.ToSchedule() is var real && real.Switches.Count >= schedule.Switches.Count) at += part;
                    else
                    {
                        (outcome, schedule, shorter) = (again, real, true);
                    }
                }
            }
        }
        return Report(outcome, schedule, failedAt);
    }

    async ValueTask<Outcome> RunOneAsync(StrandChooser chooser)
    {
        _schedules++;
        var trace = new StrandTrace();
        var run = await runOne(new RecordingChooser(chooser, trace));
        while (_late.TryDequeue(out string? what))
        {
            _foreignPosts++;
            Name(what);
        }
        _strands = Math.Max(_strands, run.Strands);
        _foreignPosts += run.ForeignPosts;
        foreach (string name in run.Foreign) Name(name);
        return new Outcome(run.Failure, trace);
    }

    void Name(string foreign)
    {
        if (_foreign.Count < MostNames && !_foreign.Contains(foreign)) _foreign.Add(foreign);
    }

    ExploreReport Report(Outcome? failed, Schedule? schedule, int failedAt) => new(_schedules, _searchIsOver && failed is null && _foreignPosts == 0, failed?.Failure, schedule?.ToString())
    {
        FailedAt = failedAt,
        Steps = failed?.Trace.Count ?? _firstSteps,
        Strands = _strands,
        ForeignPosts = _foreignPosts,
        LeftTheLoop = _foreign,
        Elapsed = Elapsed,
    };

    sealed record Outcome(Exception? Failure, StrandTrace Trace);
}
