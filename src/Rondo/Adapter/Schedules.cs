using Rondo.Engine.Planning;
using Rondo.Loops;

namespace Rondo.Adapter;

/// <summary>The option <c>--schedule</c>.</summary>
internal static class Schedules
{
    /// <summary>What is wrong with the text of a schedule (RND3073); null if nothing is.</summary>
    public static string? Complaint(string text)
    {
        try
        {
            SchedulePolicy.Replay(text);
            return null;
        }
        catch (LoopException unreadable)
        {
            return unreadable.Message;
        }
    }

    /// <summary>What to say about a plan in which the schedule has nothing to decide; null if it has.</summary>
    public static string? Complaint(string? schedule, Plan plan)
    {
        if (schedule is null) return null;
        foreach (var planned in plan.Cases)
        {
            if (planned.IsExplored) return null;
        }

        return $"--schedule {schedule} changes nothing: no test of this run is explored. A schedule orders the strands of tests with [Explore]; choose the one whose failure printed it. [RND3075]";
    }
}
