using System.Globalization;

namespace Rondo.Loops;

/// <summary>Decides which of several ready callbacks of a loop runs next. For finding faults that depend on the order in which awaits come back.</summary>
/// <remarks>
/// Each choice is among the <em>strands</em> that are ready: flows of work that were started side by side. A strand is recognised where it first comes back to its loop; a child of a task group is one from its start.
/// Only loops with the single-thread backend have choices. What runs between two awaits is never interrupted.
/// A policy may be given to many loops; each begins anew, but for <see cref="PreemptionBounded"/>.
/// </remarks>
// Sticky: found in the prototypes of this library. Preemption bounding: Musuvathi and Qadeer, CHESS. PCT: Burckhardt and others, "A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs".
public abstract class SchedulePolicy
{
    // Without a run to count in, the change points of PCT are drawn from so many steps.
    const int StepsOfPct = 50;

    private protected SchedulePolicy() { }

    /// <summary>In order of becoming ready: the default, and the only one that costs nothing.</summary>
    public static SchedulePolicy Fifo { get; } = new Named("Fifo", static () => null);

    /// <summary>Any ready strand, by chance.</summary>
    /// <param name="seed">The same seed gives the same choices.</param>
    public static SchedulePolicy Shuffle(int seed) => new Named(Text($"Shuffle({seed})"), () => new ShuffleChooser(new Random(seed)));

    /// <summary>
    /// Every schedule that leaves the running strand at most so often although it could go on, or does not take the lowest number where a choice is due: one after the other. The first loop made with this object
    /// runs the one without, the next loop the next; when all have been run, it begins again.
    /// </summary>
    /// <param name="preemptions">0 to 8.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="preemptions"/> is outside its range.</exception>
    /// <remarks>The loops must run the same work, one at a time. <see cref="Explore"/> does that.</remarks>
    public static SchedulePolicy PreemptionBounded(int preemptions)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(preemptions);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(preemptions, 8);
        return new Bounded(preemptions);
    }

    /// <summary>Stays on the running strand with a given probability while it is ready; else any ready strand, by chance. Long runs with few switches.</summary>
    /// <param name="seed">The same seed gives the same choices.</param>
    /// <param name="stay">0 to 1; 0.7 finds most.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="stay"/> is outside its range.</exception>
    public static SchedulePolicy Sticky(int seed, double stay)
    {
        if (stay is not (>= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(stay), stay, "A probability is between 0 and 1.");
        return new Named(Text($"Sticky({seed}, {stay})"), () => new StickyChooser(new Random(seed), stay));
    }

    /// <summary>Each strand has a priority by chance; the highest that is ready runs; at some steps, by chance, the running one becomes the lowest.</summary>
    /// <param name="seed">The same seed gives the same choices.</param>
    /// <param name="depth">1 or more: how many orderings must come together to show the fault; one less is the number of such steps.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="depth"/> is below 1.</exception>
    public static SchedulePolicy Pct(int seed, int depth)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        return new Named(Text($"Pct({seed}, {depth})"), () => new PctChooser(new Random(seed), depth, StepsOfPct));
    }

    /// <summary>One schedule again.</summary>
    /// <param name="schedule">What <see cref="ExploreReport.Replay"/> or a failure said.</param>
    /// <exception cref="LoopException">RND3073: it is no such text.</exception>
    /// <remarks>For the same code with the same input. Where a strand of the schedule is not ready, the running one goes on.</remarks>
    public static SchedulePolicy Replay(string schedule)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        var read = Schedule.Parse(schedule);
        return new Named($"Replay({schedule})", read.NewChooser);
    }

    /// <summary>For a new loop.</summary>
    /// <returns>Null: in order, without choosing.</returns>
    internal abstract StrandChooser? Begin();

    /// <summary>Name and arguments.</summary>
    public abstract override string ToString();

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    sealed class Named(string name, Func<StrandChooser?> begin) : SchedulePolicy
    {
        internal override StrandChooser? Begin() => begin();

        public override string ToString() => name;
    }

    sealed class Bounded(int preemptions) : SchedulePolicy
    {
        readonly Lock _gate = new();
        BoundedSearch _search = new(preemptions);
        (Schedule Schedule, StrandTrace Trace)? _last;

        internal override StrandChooser? Begin()
        {
            lock (_gate)
            {
                if (_last is { } last) _search.Ran(last.Schedule, last.Trace);
                if (_search.Next() is not { } schedule)
                {
                    _search = new BoundedSearch(preemptions);
                    schedule = _search.Next()!;
                }
                var trace = new StrandTrace();
                _last = (schedule, trace);
                return new RecordingChooser(schedule.NewChooser(), trace);
            }
        }

        public override string ToString() => Text($"PreemptionBounded({preemptions})");
    }
}
