using System.Globalization;

namespace Rondo.Loops;

/// <summary>When <paramref name="Strand"/> has run <paramref name="Count"/> items and a choice is due, <paramref name="To"/> runs. Counted by strand, so that leaving one switch out does not move the others.</summary>
readonly record struct StrandSwitch(int Strand, int Count, int To);

/// <summary>An order of strands: stay on the running one, else take the lowest, but for some switches. As text: "s1" and then ".strand-count-to" for each, or "fifo".</summary>
sealed class Schedule
{
    const string Prefix = "s1";
    const string FifoText = "fifo";

    internal Schedule(IReadOnlyList<StrandSwitch> switches) => Switches = switches;

    internal static Schedule Straight { get; } = new([]);

    internal static Schedule Fifo { get; } = new([]) { IsFifo = true };

    internal IReadOnlyList<StrandSwitch> Switches { get; }

    /// <summary>Not by strands, but in order of becoming ready.</summary>
    internal bool IsFifo { get; private init; }

    internal StrandChooser NewChooser() => IsFifo ? new FifoChooser() : new ScheduleChooser(Switches.ToDictionary(static one => (one.Strand, one.Count), static one => one.To));

    internal Schedule With(StrandSwitch one) => new([.. Switches, one]);

    public override string ToString() => IsFifo ? FifoText : Prefix + string.Concat(Switches.Select(static one => string.Create(CultureInfo.InvariantCulture, $".{(one.Strand < 0 ? "x" : one.Strand)}-{one.Count}-{one.To}")));

    internal static Schedule Parse(string text)
    {
        if (text == FifoText) return Fifo;
        string[] parts = text.Split('.');
        if (parts[0] != Prefix) throw LoopException.NoSchedule(text);
        List<StrandSwitch> switches = [];
        foreach (string part in parts.Skip(1))
        {
            string[] numbers = part.Split('-');
            if (numbers.Length != 3 || !TryRead(numbers[0] == "x" ? "0" : numbers[0], out int strand) || !TryRead(numbers[1], out int count) || !TryRead(numbers[2], out int to)) throw LoopException.NoSchedule(text);
            if (numbers[0] == "x") strand = -1;
            if (switches.Exists(one => one.Strand == strand && one.Count == count)) throw LoopException.NoSchedule(text);
            switches.Add(new(strand, count, to));
        }
        return new Schedule(switches);
    }

    static bool TryRead(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

/// <summary>
/// All schedules with at most so many switches, those with fewer first. Feed it the trace of each schedule it gave: what can follow depends on what was ready.
/// A schedule is given only once: its switches are in order of their steps, and each new one lies behind the last.
/// </summary>
sealed class BoundedSearch
{
    readonly int _bound;
    // By number of switches: schedules that have run, with the traces from which the next ones are made.
    readonly List<(Schedule Schedule, StrandTrace Trace)>[] _ran;
    Schedule? _first = Schedule.Straight;
    int _level;
    int _parent;
    int _step;
    int _strand;

    internal BoundedSearch(int bound)
    {
        _bound = bound;
        _ran = new List<(Schedule, StrandTrace)>[bound + 1];
        for (int i = 0; i <= bound; i++) _ran[i] = [];
    }

    /// <summary>How many switches the schedules have that <see cref="Next"/> gives now.</summary>
    internal int Level => _first is not null ? 0 : _level + 1;

    /// <returns>Null when there is none left.</returns>
    internal Schedule? Next()
    {
        if (_first is { } first)
        {
            _first = null;
            return first;
        }
        for (; _level < _bound; _level++, _parent = _step = _strand = 0)
        {
            for (; _parent < _ran[_level].Count; _parent++, _step = _strand = 0)
            {
                var (schedule, trace) = _ran[_level][_parent];
                if (_step == 0 && schedule.Switches.Count != 0) _step = StepBehind(schedule.Switches[^1], trace);
                for (; _step < trace.Count; _step++, _strand = 0)
                {
                    var step = trace[_step];
                    for (; _strand < 64; _strand++)
                    {
                        if (step.Ready >> _strand == 0) break;
                        if ((step.Ready >> _strand & 1) == 0 || _strand == step.Chosen) continue;
                        return schedule.With(new(step.Current, step.Count, _strand++));
                    }
                }
            }
            _ran[_level].Clear();
        }
        return null;
    }

    internal void Ran(Schedule schedule, StrandTrace trace)
    {
        if (schedule.Switches.Count < _bound) _ran[schedule.Switches.Count].Add((schedule, trace));
    }

    static int StepBehind(StrandSwitch last, StrandTrace trace)
    {
        for (int i = 0; i < trace.Count; i++)
            if (trace[i].Current == last.Strand && trace[i].Count == last.Count) return i + 1;
        return trace.Count;
    }
}
