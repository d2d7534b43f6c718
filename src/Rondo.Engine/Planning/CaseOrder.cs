namespace Rondo.Engine.Planning;

/// <summary>Puts what history points at first. Pure.</summary>
internal static class CaseOrder
{
    /// <summary>Failed cases first, then new ones, then the rest; each part in the order of the plan.</summary>
    /// <param name="plan">The chosen cases.</param>
    /// <param name="failed">Ids that failed when they last ran, for <c>--ff</c>; null leaves them where they are.</param>
    /// <param name="isKnown">Says whether history knows an id, for <c>--nf</c>; null leaves new ones where they are.</param>
    public static Plan Of(Plan plan, IReadOnlySet<string>? failed, Func<string, bool>? isKnown)
    {
        if (failed is null && isKnown is null) return plan;
        // A failed part stands for its case.
        var cases = failed?.Select(CaseSelection.WithoutPart).ToHashSet(StringComparer.Ordinal);
        List<PlannedCase> first = [], second = [], rest = [];
        foreach (var planned in plan.Cases)
        {
            if (failed is not null && (failed.Contains(planned.Id) || cases!.Contains(planned.Id))) first.Add(planned);
            else if (isKnown is not null && !isKnown(planned.Id)) second.Add(planned);
            else rest.Add(planned);
        }

        return (first.Count == 0 && second.Count == 0) || rest.Count == plan.Cases.Count ? plan : new Plan([.. first.Concat(second).Concat(rest).Select((c, i) => c with { Index = new CaseIndex(i) })]);
    }

    /// <summary>For <c>--sw</c>: from the first case on that failed when it last ran. Of those before it only what history does not know stays.</summary>
    /// <param name="plan">The chosen cases.</param>
    /// <param name="failed">Ids that failed when they last ran.</param>
    /// <param name="isKnown">Says whether history knows an id.</param>
    /// <param name="withoutIt">For <c>--sw-skip</c>: leaves that first failed case out.</param>
    /// <param name="note">Hears where the run begins.</param>
    public static Plan FromFirstFailed(Plan plan, IReadOnlySet<string> failed, Func<string, bool> isKnown, bool withoutIt, Action<string> note)
    {
        var cases = failed.Select(CaseSelection.WithoutPart).ToHashSet(StringComparer.Ordinal);
        PlannedCase? first = null;
        foreach (var planned in plan.Cases)
        {
            if (!failed.Contains(planned.Id) && !cases.Contains(planned.Id)) continue;
            first = planned;
            break;
        }

        if (first is null)
        {
            note($"{(withoutIt ? "--sw-skip" : "--sw")}: none of the chosen cases failed when it last ran, so the run begins with the first.");
            return plan;
        }

        var left = plan.Cases.Where(c => c.Index == first.Index ? !withoutIt : c.Index.Value > first.Index.Value || !isKnown(c.Id)).Select((c, i) => c with { Index = new CaseIndex(i) }).ToArray();
        var before = plan.Cases.Count - left.Length - (withoutIt ? 1 : 0);
        note((withoutIt ? $"--sw-skip: the run leaves out '{first.Id}', which failed when it last ran, and begins behind it" : $"--sw: the run begins at '{first.Id}', which failed when it last ran")
            + (before == 0 ? "." : $"; {before} of the cases before it were run earlier and are left out."));
        return left.Length == plan.Cases.Count ? plan : new Plan(left);
    }
}
