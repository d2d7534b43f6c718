// The queue of the work-stealing scheduler: what nobody owns, in the order in which it should be given.
using Rondo.Engine.Collections;

namespace Rondo.Engine.Scheduling;

/// <summary>Waiting parallel units that every worker may take, in bundles of neighbours. The highest priority first; then what decides when the run ends; then unknown durations, in plan order; then the longest first.</summary>
/// <remarks>
/// A long unit is a bundle of its own. Tiny units of one class make a bundle together, so that a worker compiles and sets up a class once; a bundle is a
/// hint and may be cut anywhere. Only <see cref="WorkStealing"/> touches this.
/// </remarks>
internal sealed class WaitingWork
{
    // Below this a unit costs less than what its class's first test costs to compile.
    private const double TinyMs = 20;

    // A bundle is cut here even within one class: bigger pieces would disturb longest-first.
    private const double LongestBundleMs = 200;
    private const int LargestUnknownBundle = 256;

    private readonly IReadOnlyList<WorkUnit> _units;
    private readonly List<Bundle> _bundles = [];
    private readonly int[] _bundleOf;

    // Entries of older versions of a bundle are skipped when they come up.
    private readonly Heap<Place> _order = new();
    private readonly Heap<Place> _overlappingOrder = new();

    /// <param name="units">All units of the run.</param>
    /// <param name="workers">How many will come, at least 1.</param>
    public WaitingWork(IReadOnlyList<WorkUnit> units, int workers)
    {
        _units = units;
        _bundleOf = new int[units.Count];
        MakeBundles();
        if (UnknownCases > 0) NoteUrgent(workers);
        foreach (var bundle in _bundles)
        {
            bundle.Units.Reverse();
            OrderOf(bundle).Add(new Place(bundle));
        }
    }

    /// <summary>What the known durations that wait come to, on one worker: of cases that overlap each counts with its share of the window.</summary>
    public double KnownMs { get; private set; }

    /// <summary>Waiting cases without a known duration.</summary>
    public int UnknownCases { get; private set; }

    /// <summary>The same, each counted with its share of its window.</summary>
    public double UnknownWeight { get; private set; }

    /// <summary>Waiting cases that overlap.</summary>
    public int OverlappingCases { get; private set; }

    public int Count { get; private set; }

    /// <summary>Waiting units in about the order in which they would be given.</summary>
    public List<int> InOrder()
    {
        var places = _bundles.ConvertAll(b => new Place(b));
        places.Sort();
        var units = new List<int>();
        foreach (var place in places)
        {
            for (var i = place.Bundle.Units.Count - 1; i >= 0; i--) units.Add(place.Bundle.Units[i]);
        }

        return units;
    }

    /// <summary>The bundle to give next; null when nothing waits. It stays in the queue until its units are taken.</summary>
    public Bundle? Best()
    {
        var alone = BestOf(_order);
        if (OverlappingCases == 0) return alone?.Bundle;
        var overlapping = BestOf(_overlappingOrder);
        return alone is null || overlapping is null ? (alone ?? overlapping)?.Bundle : alone.CompareTo(overlapping) < 0 ? alone.Bundle : overlapping.Bundle;
    }

    /// <summary>As <see cref="Best()"/>, among those that overlap or those that do not.</summary>
    public Bundle? Best(bool overlapping) => BestOf(overlapping ? _overlappingOrder : _order)?.Bundle;

    private static Place? BestOf(Heap<Place> order)
    {
        while (order.TryPeek(out var place))
        {
            if (place.Version == place.Bundle.Version && place.Bundle.Units.Count > 0) return place;
            order.RemoveLeast();
        }

        return null;
    }

    /// <summary>Takes the first unit of a bundle; call <see cref="Settle"/> when done with the bundle.</summary>
    public int TakeFirst(Bundle bundle)
    {
        var unit = bundle.Units[^1];
        bundle.Units.RemoveAt(bundle.Units.Count - 1);
        Count--;
        bundle.Touched = true;
        Account(bundle, unit, -1);
        return unit;
    }

    /// <summary>Puts what is left of a bundle back to its place in the order.</summary>
    public void Settle(Bundle bundle)
    {
        bundle.Version++;
        if (bundle.Units.Count > 0) OrderOf(bundle).Add(new Place(bundle));
    }

    private Heap<Place> OrderOf(Bundle bundle) => bundle.Overlaps ? _overlappingOrder : _order;

    /// <summary>These came back, or were never taken.</summary>
    public void PutBack(IReadOnlyList<int> units)
    {
        var changed = new List<Bundle>();
        foreach (var unit in units)
        {
            var bundle = _bundles[_bundleOf[unit]];
            bundle.Units.Add(unit);
            Count++;
            Account(bundle, unit, 1);
            if (changed.Count == 0 || changed[^1] != bundle) changed.Add(bundle);
        }

        foreach (var bundle in changed)
        {
            bundle.Units.Sort((a, b) => b.CompareTo(a));
            Settle(bundle);
        }
    }

    private void Account(Bundle bundle, int unit, int sign)
    {
        var (cases, window) = (_units[unit].Cases.Count, _units[unit].Window);
        if (window > 1) OverlappingCases += sign * cases;
        if (_units[unit].ExpectedMs is { } ms)
        {
            bundle.Ms += sign * ms;
            bundle.CostMs += sign * ms / window;
            KnownMs = Math.Max(0, KnownMs + (sign * ms / window));
        }
        else
        {
            UnknownCases += sign * cases;
            UnknownWeight = UnknownCases == 0 ? 0 : UnknownWeight + (sign * (double)cases / window);
        }
    }

    private void MakeBundles()
    {
        var openKnown = new Dictionary<string, Bundle>(StringComparer.Ordinal);
        var openUnknown = new Dictionary<string, Bundle>(StringComparer.Ordinal);
        Dictionary<string, Bundle>? openOverlappingKnown = null, openOverlappingUnknown = null;
        for (var i = 0; i < _units.Count; i++)
        {
            var unit = _units[i];
            if (unit.Serial || BoundWork.Holds(unit)) continue;
            var known = unit.ExpectedMs is not null;
            var alone = known ? unit.ExpectedMs > TinyMs : unit.Cases.Count > 1;
            var overlaps = unit.Window > 1;
            var open = (known, overlaps) switch
            {
                (true, false) => openKnown,
                (false, false) => openUnknown,
                (true, true) => openOverlappingKnown ??= new(StringComparer.Ordinal),
                (false, true) => openOverlappingUnknown ??= new(StringComparer.Ordinal),
            };
            if (alone || !open.TryGetValue(unit.Affinity, out var bundle) || bundle.Priority != unit.Priority || (known ? bundle.Ms + unit.ExpectedMs!.Value > LongestBundleMs : bundle.Units.Count >= LargestUnknownBundle))
            {
                bundle = new Bundle(_bundles.Count, known, overlaps, unit.Priority);
                _bundles.Add(bundle);
                if (!alone) open[unit.Affinity] = bundle;
            }

            _bundleOf[i] = bundle.Number;
            bundle.Units.Add(i);
            Count++;
            Account(bundle, i, 1);
        }
    }

    // A unit of more than half of an equal share must not wait until everything unknown has been given: the run would end later by that. But most workers begin with the unknown, since there may be longer ones among it.
    private void NoteUrgent(int workers)
    {
        var most = workers / 4;
        if (most == 0) return;
        var knownCases = 0;
        foreach (var bundle in _bundles)
        {
            if (!bundle.Known) continue;
            foreach (var unit in bundle.Units) knownCases += _units[unit].Cases.Count;
        }

        var share = knownCases == 0 ? 0 : (KnownMs + (KnownMs / knownCases * UnknownWeight)) / workers;
        var urgent = new List<Bundle>();
        foreach (var bundle in _bundles)
        {
            if (bundle.Known && bundle.Units.Count == 1 && bundle.CostMs > share / 2) urgent.Add(bundle);
        }

        urgent.Sort(static (a, b) => a.CostMs != b.CostMs ? b.CostMs.CompareTo(a.CostMs) : a.Number.CompareTo(b.Number));
        for (var i = 0; i < Math.Min(most, urgent.Count); i++) urgent[i].IsUrgent = true;
    }

    /// <summary>A bundle's place in the order, as the bundle was when the place was made.</summary>
    private sealed class Place(Bundle bundle) : IComparable<Place>
    {
        private readonly int _priority = bundle.Priority;

        // Among unknown bundles an untouched class comes before one that another worker is busy with, and then the one with the most left.
        private readonly int _kind = bundle.IsUrgent ? -1 : bundle.Known ? 2 : bundle.Touched ? 1 : 0;
        private readonly double _value = bundle.Known ? -bundle.Ms : bundle.Touched ? -bundle.Units.Count : 0;

        public Bundle Bundle { get; } = bundle;

        public int Version { get; } = bundle.Version;

        public int CompareTo(Place? other) => other is null ? 1
            : _priority != other._priority ? other._priority.CompareTo(_priority)
            : _kind != other._kind ? _kind.CompareTo(other._kind)
            : _value != other._value ? _value.CompareTo(other._value)
            : Bundle.Number.CompareTo(other.Bundle.Number);
    }

    /// <summary>Units that are better given together.</summary>
    internal sealed class Bundle(int number, bool known, bool overlaps, int priority)
    {
        /// <summary>Of each of its units.</summary>
        public int Priority { get; } = priority;

        public int Number { get; } = number;

        public bool Known { get; } = known;

        /// <summary>Its cases may run at once in one worker: all of them or none.</summary>
        public bool Overlaps { get; } = overlaps;

        /// <summary>Waiting units, the first one last.</summary>
        public List<int> Units { get; } = [];

        public double Ms { get; set; }

        /// <summary>What it takes of a worker's time: <see cref="Ms"/> where nothing overlaps.</summary>
        public double CostMs { get; set; }

        public bool Touched { get; set; }

        /// <summary>Of those that the end of the run depends on.</summary>
        public bool IsUrgent { get; set; }

        public int Version { get; set; }
    }
}
