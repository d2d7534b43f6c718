namespace Rondo.Engine.Planning;

/// <summary>Which cases may run at once in one worker. Pure; controller and worker ask the same.</summary>
internal static class Overlap
{
    /// <summary>How many cases may run at once in a worker while this one is among them; 1 when it runs with nothing beside it.</summary>
    /// <param name="planned">The case.</param>
    /// <param name="concurrency">The <c>--concurrency</c> option, at least 1; null when it was not given: then only marks count.</param>
    /// <param name="claims">The claims of the plan; null when nobody claims anything.</param>
    /// <remarks>A synchronous test holds a thread of which there is one, so it has no neighbours; nor has what runs on the pool, whose code would run beside that of others at every moment, not only at awaits; nor an explored test, whose schedules
    /// would wait for neighbours a thousand times.
    /// A test that changes state of the process (<see cref="Patches"/>) must not change it for others.
    /// <c>[Group]</c> says where cases run, not beside whom: it changes nothing here. Nor do locks: whoever has none in common overlaps.</remarks>
    public static int WindowOf(PlannedCase planned, int? concurrency, ClaimBook? claims = null)
    {
        var marks = planned.Marks;
        if ((marks.Window is null && concurrency is null) || concurrency == 1) return 1;
        if (!planned.Test.IsAsync || marks.Serial || marks.Backend == Loops.LoopBackend.ThreadPool || planned.IsExplored || planned.Test.Dispatcher is not null || claims?.IsAlone(planned.Index) == true) return 1;
        return Math.Min(marks.Window ?? int.MaxValue, concurrency ?? int.MaxValue);
    }

    /// <summary>The windows of all cases, by index; null when none is above 1, which is the rule.</summary>
    public static int[]? WindowsOf(Plan plan, int? concurrency, ClaimBook? claims = null)
    {
        int[]? windows = null;
        for (var i = 0; i < plan.Cases.Count; i++)
        {
            var window = WindowOf(plan.Cases[i], concurrency, claims);
            if (window == 1) continue;
            if (windows is null) Array.Fill(windows = new int[plan.Cases.Count], 1);
            windows[i] = window;
        }

        return windows;
    }
}
