namespace Rondo.Engine.Planning;

/// <summary>Settings of the configuration for those cases that an expression chooses. A mark of the test is nearer and wins.</summary>
/// <param name="Names">As <c>-k</c>; null chooses by tags alone.</param>
/// <param name="Tags">As <c>--tags</c>; null chooses by names alone.</param>
internal sealed record CaseOverride(string? Names, string? Tags)
{
    /// <summary>Null leaves it to the next override that chooses the case, and at last to the run.</summary>
    public int? Retries { get; init; }

    /// <summary>0 is no limit.</summary>
    public int? TestTimeoutMs { get; init; }

    public Isolation? Isolation { get; init; }

    /// <summary>Where it stands, for people.</summary>
    public string Source { get; init; } = "";

    public override string ToString() => string.Join(" and ", ((string?[])[Names is null ? null : "k: " + Names, Tags is null ? null : "tags: " + Tags]).Where(t => t is not null));
}

/// <summary>The overrides of a run in their order. Of several that choose a case the first that says something counts, setting by setting.</summary>
/// <remarks>Controller and workers apply the same ones to the same plan, so both see the same cases.</remarks>
internal sealed class CaseOverrides
{
    private readonly List<(CaseOverride Override, NameExpression? Names, TagExpression? Tags)> _all = [];

    /// <param name="overrides">Their expressions are right.</param>
    public CaseOverrides(IReadOnlyList<CaseOverride> overrides)
    {
        foreach (var one in overrides)
        {
            NameExpression? names = null;
            TagExpression? tags = null;
            if (one.Names is not null && !NameExpression.TryParse(one.Names, out names, out var error)) throw new ArgumentException(error, nameof(overrides));
            if (one.Tags is not null && !TagExpression.TryParse(one.Tags, out tags, out error)) throw new ArgumentException(error, nameof(overrides));
            _all.Add((one, names, tags));
        }
    }

    /// <summary>The plan with what the overrides say about its cases; itself if there are none.</summary>
    public static Plan Apply(Plan plan, IReadOnlyList<CaseOverride> overrides)
    {
        if (overrides.Count == 0) return plan;
        var all = new CaseOverrides(overrides);
        var cases = new PlannedCase[plan.Cases.Count];
        for (var i = 0; i < cases.Length; i++) cases[i] = all.Apply(plan.Cases[i]);
        return new Plan(cases);
    }

    /// <summary>The first override that chooses the case and says something about a setting; null if there is none.</summary>
    public CaseOverride? Find(PlannedCase planned, Func<CaseOverride, bool> says)
    {
        foreach (var (one, names, tags) in _all)
        {
            if (says(one) && (names?.Matches(planned.Id, planned.DisplayName) ?? true) && (tags?.Matches(planned.Marks.Tags) ?? true)) return one;
        }

        return null;
    }

    private PlannedCase Apply(PlannedCase planned)
    {
        var marks = planned.Marks;
        if (marks.Retry is null && Find(planned, static o => o.Retries is not null) is { } retries) marks = marks with { Retry = retries.Retries };
        if (marks.TimeoutMs is null && Find(planned, static o => o.TestTimeoutMs is not null) is { } timeout) marks = marks with { TimeoutMs = timeout.TestTimeoutMs };
        if (marks.Isolation is null && Find(planned, static o => o.Isolation is not null) is { } isolation) marks = marks with { Isolation = isolation.Isolation };
        return marks == planned.Marks ? planned : planned with { Marks = marks };
    }
}
