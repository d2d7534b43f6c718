// Durations of tests and what a history knows of them. The models were fitted to duration files that open projects commit: most tests short, a few very long.
using Rondo.Engine.Collections;
using Rondo.Engine.Planning;
using Rondo.Engine.Scheduling;

namespace SchedulingBenchmarks;

/// <summary>Cases in classes, with the time each takes.</summary>
internal sealed class Workload
{
    private readonly double[] _noise;
    private readonly double[] _wrong;
    private readonly double[] _draw;

    /// <param name="model"><c>unit</c>, <c>mixed</c> or <c>heavy</c>.</param>
    /// <param name="cases">How many; every hundredth has a class of its own size, 10.5 on average.</param>
    /// <param name="seed">Decides everything.</param>
    public Workload(string model, int cases, int seed = 1)
    {
        Model = model;
        var random = new Random(seed);
        Ms = new double[cases];
        Class = new int[cases];
        (_noise, _wrong, _draw) = (new double[cases], new double[cases], new double[cases]);
        var left = 0;
        var shared = 0.0;
        for (var i = 0; i < cases; i++)
        {
            if (left-- <= 0)
            {
                // Log-normal with the mean 10.5: e^(1.9 + 0.95²/2).
                left = (int)Math.Clamp(Math.Exp(1.9 + (0.95 * Normal(random))), 1, 500) - 1;
                Classes++;
                shared = Normal(random);
            }

            Class[i] = Classes - 1;
            // Half of the variance is the class's.
            var z = Math.Sqrt(0.5) * (shared + Normal(random));
            Ms[i] = model switch
            {
                "unit" => Math.Min(60_000, 5 * Math.Exp(1.5 * z)),
                "mixed" => Math.Min(120_000, 30 * Math.Exp(2.0 * z)),
                "heavy" => random.NextDouble() < 0.99 ? Math.Min(60_000, 60 * Math.Exp(1.6 * z)) : Math.Min(300_000, 2000 * Math.Pow(1 - random.NextDouble(), -1 / 1.3)),
                _ => throw new ArgumentException($"There is no model '{model}'."),
            };
            (_noise[i], _wrong[i], _draw[i]) = (Normal(random), random.NextDouble(), random.NextDouble());
        }

        foreach (var ms in Ms) (SumMs, LongestMs) = (SumMs + ms, Math.Max(LongestMs, ms));
    }

    public string Model { get; }

    /// <summary>What each case takes.</summary>
    public double[] Ms { get; }

    /// <summary>Number of each case's class. Cases of a class are neighbours.</summary>
    public int[] Class { get; }

    public int Classes { get; }

    public double SumMs { get; }

    public double LongestMs { get; }

    /// <summary>No division of these cases ends sooner.</summary>
    public double BoundMs(int workers) => Math.Max(SumMs / workers, LongestMs);

    /// <summary>What a history tells of a case.</summary>
    /// <param name="knowledge">How good it is.</param>
    /// <returns>Null when unknown.</returns>
    public double? ExpectedMs(int index, Knowledge knowledge) => _draw[index] < knowledge.Unknown ? null
        : Ms[index] * Math.Exp(knowledge.Noise * _noise[index]) * (knowledge.Noise > 0 && _wrong[index] < 0.005 ? (_wrong[index] < 0.0025 ? 3 : 1 / 3.0) : 1);

    /// <summary>The same with the mean of the class, or else of all, in the place of what is unknown.</summary>
    public double[] Estimates(Knowledge knowledge)
    {
        var (sums, counts) = (new double[Classes], new int[Classes]);
        var (sum, count) = (0.0, 0);
        for (var i = 0; i < Ms.Length; i++)
        {
            if (ExpectedMs(i, knowledge) is not { } ms) continue;
            sums[Class[i]] += ms;
            counts[Class[i]]++;
            sum += ms;
            count++;
        }

        var estimates = new double[Ms.Length];
        for (var i = 0; i < Ms.Length; i++) estimates[i] = ExpectedMs(i, knowledge) ?? (counts[Class[i]] > 0 ? sums[Class[i]] / counts[Class[i]] : count > 0 ? sum / count : 1);
        return estimates;
    }

    /// <summary>A unit for each case.</summary>
    public List<WorkUnit> Units(Knowledge knowledge)
    {
        var names = Names();
        var units = new List<WorkUnit>(Ms.Length);
        for (var i = 0; i < Ms.Length; i++)
        {
            // As the engine makes them, for the sake of the memory they take.
            var cases = new CaseList(1);
            cases.Add(new CaseIndex(i));
            units.Add(new WorkUnit(cases, ExpectedMs(i, knowledge), false) { Affinity = names[Class[i]] });
        }

        return units;
    }

    /// <summary>A unit for each class.</summary>
    public List<WorkUnit> ClassUnits(Knowledge knowledge)
    {
        var (names, estimates) = (Names(), Estimates(knowledge));
        var units = new List<WorkUnit>(Classes);
        for (var from = 0; from < Ms.Length;)
        {
            var to = from;
            var cases = new List<CaseIndex>();
            var ms = 0.0;
            for (; to < Ms.Length && Class[to] == Class[from]; to++)
            {
                cases.Add(new CaseIndex(to));
                ms += estimates[to];
            }

            units.Add(new WorkUnit(cases, ms, false) { Affinity = names[Class[from]] });
            from = to;
        }

        return units;
    }

    private string[] Names()
    {
        var names = new string[Classes];
        for (var i = 0; i < names.Length; i++) names[i] = "C" + i.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return names;
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}

/// <summary>How good a history is.</summary>
/// <param name="Unknown">Share of cases it does not know.</param>
/// <param name="Noise">Standard deviation of the logarithm of what it says to what is true; with any, 0.5 % of the cases are wrong by 3 as well.</param>
internal sealed record Knowledge(double Unknown, double Noise)
{
    public static Knowledge Nothing { get; } = new(1, 0);

    public static Knowledge Everything { get; } = new(0, 0);

    public static Knowledge Good { get; } = new(0.02, 0.25);
}
