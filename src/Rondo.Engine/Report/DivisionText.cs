using System.Text;
using Rondo.Engine.Control;
using Rondo.Engine.Planning;
using Rondo.Engine.Scheduling;

namespace Rondo.Engine.Report;

/// <summary>The text of <c>--plan</c>: what would be given to workers, in which order, and what it is expected to take.</summary>
internal static class DivisionText
{
    public static string Of(Division division)
    {
        if (division.Count.Error is { } error) return error;
        var workers = Math.Max(1, division.Count.Workers);
        var takeTurns = division.Count.Workers == 0 && division.Units.Any(u => u.Isolated);
        var units = InOrder(division, workers, takeTurns);
        var text = new StringBuilder();
        Line($"{division.Count.Reason} --dist {Distributions.NameOf(division.Distribution)}. {Text.Count(division.Plan.Cases.Count, "case")} in {Text.Count(units.Count, "unit")} of work{Total(units)}.");
        if (units.Count > 0) Line(WhoRunsWhat(division, workers, takeTurns));
        if (workers > 1 && !takeTurns && RunFloor.Of(division.Plan, division.Units, index => division.ExpectedMs(division.Plan[index].Id), workers) is { IsWorthSaying: true } floor) Line(floor.Text);
        for (var i = 0; i < units.Count; i++)
        {
            var unit = units[i];
            Line("");
            Line($"unit {i + 1}: {Text.Count(unit.Cases.Count, "case")}, {Expected(unit.ExpectedMs)}{(unit.Priority == 0 ? "" : ", priority " + unit.Priority)}"
                + (unit.Serial ? ", serial" : "") + (unit.Isolated ? ", in a process of its own" : "") + (unit.Claims.IsEmpty ? "" : ", with locks") + (unit.Window > 1 ? ", overlapping" : ""));
            foreach (var index in unit.Cases) Line("  " + division.Plan[index].Id);
        }

        return text.ToString();

        void Line(string line) => text.Append(line).Append('\n');
    }

    // As a fresh scheduler would give them.
    private static List<WorkUnit> InOrder(Division division, int workers, bool takeTurns)
    {
        var unitOf = new Dictionary<CaseIndex, WorkUnit>();
        foreach (var unit in division.Units)
        {
            foreach (var index in unit.Cases) unitOf.Add(index, unit);
        }

        var units = new List<WorkUnit>();
        var seen = new HashSet<WorkUnit>(ReferenceEqualityComparer.Instance);
        foreach (var index in division.NewScheduler(workers, takeTurns).Waiting)
        {
            if (seen.Add(unitOf[index])) units.Add(unitOf[index]);
        }

        return units;
    }

    private static string WhoRunsWhat(Division division, int workers, bool takeTurns)
    {
        var sorts = division is { IsOrdered: false, Distribution: Distribution.WorkSteal } && !takeTurns;
        var order = sorts ? "in about this order" : "in this order";
        if (takeTurns) return $"This process and one beside it run all of it in turn, {order}.";
        if (workers == 1) return $"{(division.Count.Workers == 0 ? "This process" : "w0")} runs all of it, {order}.";
        return (sorts ? $"Given {order}; a worker that has nothing takes over what others have not begun. " : $"Given {order}, each unit to a worker that is free, where it stays. ")
            + "Who runs what depends on how long each takes.";
    }

    private static string Total(List<WorkUnit> units)
    {
        double ms = 0;
        var unknown = 0;
        foreach (var unit in units)
        {
            ms += unit.ExpectedMs ?? 0;
            if (unit.ExpectedMs is null) unknown++;
        }

        return units.Count == unknown ? "" : ", expected to take " + DurationText.Of(TimeSpan.FromMilliseconds(ms)) + " one after the other" + (unknown == 0 ? "" : $", without {Text.Count(unknown, "unit")} of unknown duration");
    }

    private static string Expected(double? ms) => ms is { } known ? DurationText.Of(TimeSpan.FromMilliseconds(known)) : "duration unknown";
}
