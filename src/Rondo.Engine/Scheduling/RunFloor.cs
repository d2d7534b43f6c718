using System.Globalization;
using Rondo.Engine.Planning;
using Rondo.Engine.Report;

namespace Rondo.Engine.Scheduling;

/// <summary>What no number of workers can shorten: the longest unit of work, cases that wait for one lock, and what runs alone. Pure.</summary>
/// <param name="Ms">No run of these cases takes less.</param>
/// <param name="ShareMs">What each worker would have to do if all of it could be divided evenly.</param>
/// <param name="Because">As the end of "because of …".</param>
internal sealed record RunFloor(double Ms, double ShareMs, string Because)
{
    // Shorter runs are nobody's trouble.
    private const double WorthSayingMs = 1000;

    /// <summary>More workers would not make the run shorter, and it is long enough to say so.</summary>
    public bool IsWorthSaying => Ms >= WorthSayingMs && Ms >= ShareMs;

    /// <summary>For people.</summary>
    public string Text => $"This run cannot be shorter than {Shown(Ms)}, however many workers it has, because of {Because}.";

    /// <param name="plan">The cases.</param>
    /// <param name="units">The same, as they are given to workers.</param>
    /// <param name="msOf">How long a case takes; null when nobody knows. It counts as the mean of the others then, but for no bound.</param>
    /// <param name="workers">How many there are, at least 1.</param>
    public static RunFloor Of(Plan plan, IReadOnlyList<WorkUnit> units, Func<CaseIndex, double?> msOf, int workers)
    {
        double serial = 0, parallel = 0, longest = 0, longestSerial = 0;
        int serialCases = 0, known = 0, unknown = 0;
        WorkUnit? longestUnit = null, longestSerialUnit = null;
        var locks = new Dictionary<int, Chain>();
        foreach (var unit in units)
        {
            double sum = 0, most = 0;
            for (var i = 0; i < unit.Cases.Count; i++)
            {
                if (msOf(unit.Cases[i]) is not { } ms)
                {
                    unknown++;
                    continue;
                }

                known++;
                sum += ms;
                most = Math.Max(most, ms);
                if (unit.Serial) continue;
                foreach (var claim in (unit.CaseClaims?[i] ?? unit.Claims).All)
                {
                    if (!locks.TryGetValue(claim.Key, out var chain)) locks.Add(claim.Key, chain = new Chain(unit.Cases[i]));
                    chain.Add(claim, ms);
                }
            }

            // Cases that overlap take the time of the longest at least, and that of all of them if the window is always full.
            var own = Math.Max(most, sum / unit.Window);
            if (unit.Serial)
            {
                serial += own;
                serialCases += unit.Cases.Count;
                if (own > longestSerial) (longestSerial, longestSerialUnit) = (own, unit);
            }
            else
            {
                parallel += sum / unit.Window;
                if (own > longest) (longest, longestUnit) = (own, unit);
            }
        }

        Chain? longestChain = null;
        foreach (var chain in locks.Values)
        {
            if (chain.Ms > longest && chain.Ms > (longestChain?.Ms ?? 0)) longestChain = chain;
        }

        var share = serial + (parallel / workers) + (known == 0 ? 0 : (serial + parallel) / known * unknown / workers);
        var reasons = new List<(double Ms, string Text)>();
        if (serial > 0) reasons.Add((serial, serialCases == longestSerialUnit!.Cases.Count ? Named(plan, longestSerialUnit, serial) + ", while which nothing else runs" : Invariant($"{serialCases} [Serial] cases, while which nothing else runs ({Shown(serial)})")));
        if (longestChain is not null) reasons.Add((longestChain.Ms, Invariant($"{longestChain.Cases} cases that claim the same [ResourceLock] as {plan[longestChain.First].Id} ({Shown(longestChain.Ms)})")));
        else if (longestUnit is not null) reasons.Add((longest, Named(plan, longestUnit, longest)));
        var floor = serial + (longestChain?.Ms ?? longest);
        // What is a small part of it is not the cause.
        reasons.RemoveAll(r => r.Ms < floor / 10);
        return new RunFloor(floor, share, string.Join(", and of ", reasons.OrderByDescending(r => r.Ms).Select(r => r.Text)));
    }

    private static string Named(Plan plan, WorkUnit unit, double ms)
    {
        var first = plan[unit.Cases[0]];
        if (unit.Cases.Count == 1) return $"{first.Id} ({Shown(ms)})";
        var isOneClass = unit.Cases.All(c => plan[c].Test.Class == first.Test.Class);
        return Invariant($"the {unit.Cases.Count} cases {(isOneClass ? "of " + first.Test.Class.FullName : "that go with " + first.Id)}, which stay together on one worker ({Shown(ms)})");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Shown(double ms) => DurationText.Of(TimeSpan.FromMilliseconds(ms));

    /// <summary>Cases with one key: writers after each other, and beside none of them the longest reader.</summary>
    private sealed class Chain(CaseIndex first)
    {
        private double _writers;
        private double _longestReader;

        public CaseIndex First { get; } = first;

        public int Cases { get; private set; }

        public double Ms => _writers == 0 ? 0 : _writers + _longestReader;

        public void Add(Claim claim, double ms)
        {
            Cases++;
            if (claim.IsWrite) _writers += ms;
            else _longestReader = Math.Max(_longestReader, ms);
        }
    }
}
