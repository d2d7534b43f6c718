using Rondo.Engine.Results;
using Rondo.Engine.RunLog;

namespace Rondo.Engine.Report;

/// <summary>What a fixture took in all its lives together.</summary>
internal sealed class FixtureCosts(string fixture, FixtureScope scope)
{
    public string Fixture { get; } = fixture;

    public FixtureScope Scope { get; } = scope;

    public int Setups { get; private set; }

    public TimeSpan SetupTotal { get; private set; }

    public TimeSpan SetupLongest { get; private set; }

    public int Teardowns { get; private set; }

    public TimeSpan TeardownTotal { get; private set; }

    public TimeSpan TeardownLongest { get; private set; }

    public TimeSpan Total => SetupTotal + TeardownTotal;

    /// <summary>Those that took most first.</summary>
    public static IReadOnlyList<FixtureCosts> Of(IEnumerable<RecordedRun> runs)
    {
        var all = new Dictionary<string, FixtureCosts>(StringComparer.Ordinal);
        foreach (var run in runs)
        {
            foreach (var result in run.Results.Values)
            {
                foreach (var attempt in result.Earlier) AddAll(attempt.Fixtures);
                AddAll(result.Fixtures);
            }

            foreach (var took in run.Fixtures) Add(took.Time);
        }

        return [.. all.Values.OrderByDescending(f => f.Total).ThenBy(f => f.Fixture, StringComparer.Ordinal)];

        void AddAll(IReadOnlyList<FixtureTime> times)
        {
            foreach (var time in times) Add(time);
        }

        void Add(FixtureTime time)
        {
            if (!all.TryGetValue(time.Fixture, out var costs)) all.Add(time.Fixture, costs = new FixtureCosts(time.Fixture, time.Scope));
            costs.Take(time);
        }
    }

    private void Take(FixtureTime time)
    {
        if (time.IsTeardown)
        {
            Teardowns++;
            TeardownTotal += time.Duration;
            if (time.Duration > TeardownLongest) TeardownLongest = time.Duration;
        }
        else
        {
            Setups++;
            SetupTotal += time.Duration;
            if (time.Duration > SetupLongest) SetupLongest = time.Duration;
        }
    }
}
