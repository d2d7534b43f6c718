// Divides a plan over machines. Every machine does it by itself, and all must come to the same: so it depends on the cases and their recorded durations alone, never on
// the order of the history, on this machine, or on sums of fractions in some order.
using System.Globalization;
using Rondo.Engine.Collections;
using Rondo.Engine.Scheduling;

namespace Rondo.Engine.Planning;

/// <summary>One machine's part of a plan.</summary>
/// <param name="Shard">Whose part it is.</param>
/// <param name="Plan">The cases of the part, in the order of the whole plan.</param>
/// <param name="Others">Ids of the cases that other machines run.</param>
/// <param name="Name">Eight hexadecimal characters that stand for who runs what: equal on all machines, or they do not divide the same.</param>
/// <param name="Known">Cases of the whole plan with a recorded duration.</param>
/// <param name="Ms">What the part is expected to take, one case after the other.</param>
/// <param name="AllMs">The same of the whole plan.</param>
internal sealed record Split(Shard Shard, Plan Plan, IReadOnlyList<string> Others, string Name, int Known, double Ms, double AllMs)
{
    // What a case costs beside its body. Also keeps cases that take no time from all going to one machine.
    private const double CaseMs = 0.5;

    // With nothing known all cases are alike, and any number would do.
    private const double UnknownMs = 100;

    // Neighbours stay together in pieces of so much of a machine's share: what they share is set up on fewer machines, and the machines end at about the same time all the same.
    private const int PiecesInShare = 20;

    public int AllCases => Plan.Cases.Count + Others.Count;

    /// <summary>For people.</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"shard {Shard}: {Plan.Cases.Count} of {AllCases} cases")
        + (Known == 0 ? ", divided by their number, as no duration is known" : string.Create(CultureInfo.InvariantCulture, $", {Shown(Ms)} of {Shown(AllMs)} expected one after the other{(Known < AllCases ? $" ({AllCases - Known} cases of unknown duration were estimated)" : "")}"))
        + $"; split {Name}, which must be the same on all {Shard.Count.ToString(CultureInfo.InvariantCulture)} machines";

    /// <summary>Divides.</summary>
    /// <param name="plan">The chosen cases, in any order.</param>
    /// <param name="units">What must stay together, all cases of the plan.</param>
    /// <param name="expectedMs">What history knows of an id, in milliseconds; null when it knows nothing.</param>
    /// <param name="shard">Which part is wanted.</param>
    /// <remarks>
    /// Pieces of work, the longest first, each to the machine that has least by then. So no machine has more than an equal share and the longest piece; and if no unit is long, no more than a twentieth above an equal share.
    /// </remarks>
    public static Split Of(Plan plan, IReadOnlyList<WorkUnit> units, Func<string, double?> expectedMs, Shard shard)
    {
        var weights = WeightsOf(plan, expectedMs, out var known);
        var works = new List<Piece>(units.Count);
        long total = 0;
        foreach (var unit in units)
        {
            var piece = new Piece(plan, unit, weights);
            works.Add(piece);
            total += piece.Weight;
        }

        var pieces = Pieces(works, total / ((long)PiecesInShare * shard.Count));
        pieces.Sort(static (a, b) => a.Weight != b.Weight ? b.Weight.CompareTo(a.Weight) : string.CompareOrdinal(a.FirstId, b.FirstId));
        var machines = new Heap<Machine>();
        for (var number = 1; number <= shard.Count; number++) machines.Add(new Machine(number));
        var machineOf = new int[plan.Cases.Count];
        long own = 0;
        foreach (var piece in pieces)
        {
            if (!machines.TryPeek(out var machine)) break;
            machines.RemoveLeast();
            machine.Take(piece);
            machines.Add(machine);
            if (machine.Number == shard.Number) own += piece.Weight;
            foreach (var index in piece.Cases) machineOf[index.Value] = machine.Number;
        }

        var mine = new List<PlannedCase>();
        var others = new List<string>();
        foreach (var planned in plan.Cases)
        {
            if (machineOf[planned.Index.Value] == shard.Number) mine.Add(planned with { Index = new CaseIndex(mine.Count) });
            else others.Add(planned.Id);
        }

        return new Split(shard, new Plan(mine), others, NameOf(plan, machineOf, shard), known, own / 1000.0, total / 1000.0);
    }

    /// <summary>Microseconds of each case, as whole numbers, which add up to the same in every order.</summary>
    private static long[] WeightsOf(Plan plan, Func<string, double?> expectedMs, out int known)
    {
        var weights = new long[plan.Cases.Count];
        var ofClasses = new Dictionary<string, List<long>>(StringComparer.Ordinal);
        var all = new List<long>();
        known = 0;
        foreach (var planned in plan.Cases)
        {
            weights[planned.Index.Value] = -1;
            if (planned.Marks.Skip is not null || planned.Key.Error is not null)
            {
                weights[planned.Index.Value] = Micros(0);
                known++;
            }
            else if (expectedMs(planned.Id) is { } ms && double.IsFinite(ms) && ms >= 0)
            {
                var weight = weights[planned.Index.Value] = Micros(ms);
                known++;
                all.Add(weight);
                if (!ofClasses.TryGetValue(planned.Test.Class.FullName, out var ofClass)) ofClasses.Add(planned.Test.Class.FullName, ofClass = []);
                ofClass.Add(weight);
            }
        }

        var median = all.Count == 0 ? Micros(UnknownMs) : MedianOf(all);
        var medians = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (name, ofClass) in ofClasses) medians.Add(name, MedianOf(ofClass));
        foreach (var planned in plan.Cases)
        {
            ref var weight = ref weights[planned.Index.Value];
            if (weight < 0) weight = medians.GetValueOrDefault(planned.Test.Class.FullName, median);
        }

        return weights;
    }

    private static long Micros(double ms) => (long)Math.Round((ms + CaseMs) * 1000, MidpointRounding.AwayFromZero);

    private static long MedianOf(List<long> numbers)
    {
        numbers.Sort();
        return numbers[numbers.Count / 2];
    }

    // Short units of one affinity, in the order of their ids, until there is enough of them.
    private static List<Piece> Pieces(List<Piece> units, long enough)
    {
        units.Sort(static (a, b) => string.CompareOrdinal(a.Affinity, b.Affinity) is not 0 and var byAffinity ? byAffinity : string.CompareOrdinal(a.FirstId, b.FirstId));
        var pieces = new List<Piece>();
        Piece? open = null;
        foreach (var unit in units)
        {
            if (open is not null && open.Affinity == unit.Affinity && open.Weight + unit.Weight <= enough) open.Add(unit);
            else pieces.Add(open = unit);
        }

        return pieces;
    }

    // FNV-1a over ids and machines, in the order of the ids.
    private static string NameOf(Plan plan, int[] machineOf, Shard shard)
    {
        var cases = new PlannedCase[plan.Cases.Count];
        for (var i = 0; i < cases.Length; i++) cases[i] = plan.Cases[i];
        Array.Sort(cases, static (a, b) => string.CompareOrdinal(a.Id, b.Id));
        var hash = (0xCBF29CE484222325 ^ (ulong)shard.Count) * 0x100000001B3;
        foreach (var planned in cases)
        {
            foreach (var c in planned.Id) hash = (hash ^ c) * 0x100000001B3;
            hash = (hash ^ (0x10000u + (uint)machineOf[planned.Index.Value])) * 0x100000001B3;
        }

        return ((uint)(hash >> 32) ^ (uint)hash).ToString("x8", CultureInfo.InvariantCulture);
    }

    private static string Shown(double ms) => Report.DurationText.Of(TimeSpan.FromMilliseconds(ms));

    /// <summary>One unit, or several that go to one machine.</summary>
    private sealed class Piece
    {
        public Piece(Plan plan, WorkUnit unit, long[] weights)
        {
            Affinity = unit.Affinity;
            Cases = new CaseList(unit.Cases.Count);
            Cases.AddAll(unit.Cases);
            FirstId = plan[unit.Cases[0]].Id;
            foreach (var index in unit.Cases)
            {
                Weight += weights[index.Value];
                if (string.CompareOrdinal(plan[index].Id, FirstId) < 0) FirstId = plan[index].Id;
            }

            Weight = Math.Max(1, Weight / unit.Window);
        }

        public string Affinity { get; }

        public CaseList Cases { get; }

        public string FirstId { get; private set; }

        public long Weight { get; private set; }

        public void Add(Piece other)
        {
            Cases.AddAll(other.Cases);
            Weight += other.Weight;
            if (string.CompareOrdinal(other.FirstId, FirstId) < 0) FirstId = other.FirstId;
        }
    }

    /// <summary>The one with the least work comes first; of equals the one with fewer cases, then the lower number.</summary>
    private sealed class Machine(int number) : IComparable<Machine>
    {
        private long _weight;
        private int _cases;

        public int Number { get; } = number;

        public void Take(Piece piece)
        {
            _weight += piece.Weight;
            _cases += piece.Cases.Count;
        }

        public int CompareTo(Machine? other) => other is null ? 1
            : _weight != other._weight ? _weight.CompareTo(other._weight)
            : _cases != other._cases ? _cases.CompareTo(other._cases)
            : Number.CompareTo(other.Number);
    }
}
