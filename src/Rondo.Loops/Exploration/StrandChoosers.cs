using System.Numerics;
using System.Runtime.InteropServices;

namespace Rondo.Loops;

/// <summary>Chooses the next strand of one loop. Pump thread of that loop only.</summary>
abstract class StrandChooser
{
    /// <param name="ready">The strand of each ready item, oldest item first; never empty, each strand at most once.</param>
    /// <param name="current">The strand that ran last; -1 at the beginning.</param>
    /// <param name="count">How many items of <paramref name="current"/> have run.</param>
    /// <returns>An index into <paramref name="ready"/>.</returns>
    internal abstract int Choose(ReadOnlySpan<int> ready, int current, int count);

    /// <summary>Stay on the running strand; if it is not ready, the lowest.</summary>
    internal static int Stay(ReadOnlySpan<int> ready, int current)
    {
        int lowest = 0;
        for (int i = 0; i < ready.Length; i++)
        {
            if (ready[i] == current) return i;
            if (ready[i] < ready[lowest]) lowest = i;
        }
        return lowest;
    }
}

sealed class FifoChooser : StrandChooser
{
    internal override int Choose(ReadOnlySpan<int> ready, int current, int count) => 0;
}

sealed class ShuffleChooser(Random random) : StrandChooser
{
    internal override int Choose(ReadOnlySpan<int> ready, int current, int count) => random.Next(ready.Length);
}

sealed class StickyChooser(Random random, double stay) : StrandChooser
{
    internal override int Choose(ReadOnlySpan<int> ready, int current, int count)
    {
        if (random.NextDouble() < stay && ready.IndexOf(current) is >= 0 and var same) return same;
        return random.Next(ready.Length);
    }
}

sealed class PctChooser : StrandChooser
{
    readonly Random _random;
    readonly List<double> _priorities = [];
    readonly int[] _changes;
    int _step;
    int _lowest;

    internal PctChooser(Random random, int depth, int steps)
    {
        _random = random;
        _changes = [.. Enumerable.Range(1, depth - 1).Select(_ => random.Next(1, Math.Max(2, steps)))];
    }

    internal override int Choose(ReadOnlySpan<int> ready, int current, int count)
    {
        foreach (int strand in ready)
            while (_priorities.Count <= strand) _priorities.Add(1 + _random.NextDouble());
        _step++;
        int best = Best(ready);
        foreach (int change in _changes)
        {
            if (change != _step) continue;
            _priorities[ready[best]] = -++_lowest;
            best = Best(ready);
        }
        return best;
    }

    int Best(ReadOnlySpan<int> ready)
    {
        int best = 0;
        for (int i = 1; i < ready.Length; i++)
            if (_priorities[ready[i]] > _priorities[ready[best]]) best = i;
        return best;
    }
}

/// <summary>Follows a schedule: its switches, and staying between them.</summary>
sealed class ScheduleChooser(Dictionary<(int Strand, int Count), int> switches) : StrandChooser
{
    internal override int Choose(ReadOnlySpan<int> ready, int current, int count)
    {
        if (switches.Count != 0 && switches.TryGetValue((current, count), out int wanted) && ready.IndexOf(wanted) is >= 0 and var found) return found;
        return Stay(ready, current);
    }
}

/// <summary>One choice that was made.</summary>
/// <param name="Current">The strand that had run before.</param>
/// <param name="Count">How many items of it had run.</param>
/// <param name="Chosen">The strand that ran.</param>
/// <param name="Ready">A bit for each ready strand below 64; others can be chosen, but not searched.</param>
/// <param name="Default">The strand that would have run without a switch.</param>
readonly record struct StrandStep(int Current, int Count, int Chosen, ulong Ready, int Default);

/// <summary>The choices of one run.</summary>
sealed class StrandTrace
{
    readonly List<StrandStep> _steps = [];

    internal int Count => _steps.Count;

    /// <summary>True if more than one strand was ready at some step.</summary>
    internal bool HasChoices => _steps.Exists(static one => BitOperations.PopCount(one.Ready) != 1);

    internal ReadOnlySpan<StrandStep> Steps => CollectionsMarshal.AsSpan(_steps);

    internal StrandStep this[int step] => _steps[step];

    internal void Add(in StrandStep step) => _steps.Add(step);

    /// <summary>The same choices as a schedule.</summary>
    internal Schedule ToSchedule()
    {
        List<StrandSwitch> switches = [];
        foreach (var step in _steps)
            if (step.Chosen != step.Default) switches.Add(new(step.Current, step.Count, step.Chosen));
        return new Schedule(switches);
    }
}

sealed class RecordingChooser(StrandChooser inner, StrandTrace trace) : StrandChooser
{
    internal override int Choose(ReadOnlySpan<int> ready, int current, int count)
    {
        int chosen = inner.Choose(ready, current, count);
        ulong mask = 0;
        foreach (int strand in ready)
            if (strand < 64) mask |= 1UL << strand;
        trace.Add(new StrandStep(current, count, ready[chosen], mask, ready[Stay(ready, current)]));
        return chosen;
    }
}
