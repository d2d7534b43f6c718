using System.Globalization;

namespace Rondo;

/// <summary>A property does not hold. The message tells the smallest example found, the first one and how to see both again; the inner exception is what the smallest made the property throw.</summary>
public sealed class PropertyFailedException : Exception
{
    internal PropertyFailedException(string example, string firstExample, int number, int planned, int steps, int tried, int seed, Exception? error)
        : base(string.Create(CultureInfo.InvariantCulture, $"The property does not hold for {example}.\n{Origin(firstExample, number, planned, steps, tried)}\nThe same examples again: --seed {seed}, or Seed = {seed} in its PropertyOptions.{End(error)} [RND2032]"), error) =>
        (Example, FirstExample, Number, Shrinks, Seed) = (example, firstExample, number, steps, seed);

    /// <summary>The smallest failing example found, as text.</summary>
    public string Example { get; }

    /// <summary>The example that failed first, as text; the same as <see cref="Example"/> if no smaller one fails.</summary>
    public string FirstExample { get; }

    /// <summary>Which example failed first, counted from 1.</summary>
    public int Number { get; }

    /// <summary>Steps from the first failing example to the smallest.</summary>
    public int Shrinks { get; }

    /// <summary>With this seed and the same options the same examples come again.</summary>
    public int Seed { get; }

    private static string Origin(string first, int number, int planned, int steps, int tried) => steps == 0
        ? string.Create(CultureInfo.InvariantCulture, $"It is example {number} of {planned}; {tried} smaller ones were tried, and hold.")
        : string.Create(CultureInfo.InvariantCulture, $"Found as example {number} of {planned}: {first}. Made smaller in {steps} step{(steps == 1 ? "" : "s")}, {tried} tried.");

    private static string End(Exception? error) => error is null ? " It returned false." : " What it threw follows.";
}
