using System.Globalization;
using Rondo.Engine.Planning;

namespace Rondo.Adapter;

/// <summary>The settings that may differ from test to test: marks of the test, then overrides in the configuration, then the run's option say what holds. One line in <see cref="s_all"/> for each.</summary>
internal static class CaseSettings
{
    private static readonly CaseSetting[] s_all =
    [
        new(RondoOptions.Retries, "0", "[Retry]", static m => m.Retry?.ToString(CultureInfo.InvariantCulture), static o => o.Retries?.ToString(CultureInfo.InvariantCulture)),
        new(RondoOptions.TestTimeout, "10m", "[Timeout]", static m => Length(m.TimeoutMs), static o => Length(o.TestTimeoutMs)),
        new(RondoOptions.Isolate, "none", "[Isolated]", static m => Kind(m.Isolation), static o => Kind(o.Isolation)),
    ];

    public static IReadOnlyList<CaseSetting> All => s_all;

    /// <summary>What chooses the tests of an override.</summary>
    public static IReadOnlyList<string> Choosers { get; } = [RondoOptions.Names, RondoOptions.Tags];

    /// <summary>What an override may say.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. s_all.Select(s => s.Name)];

    /// <param name="text">What stands there; null for nothing. Every value obeys its rule.</param>
    public static CaseOverride OverrideOf(Func<string, string?> text) => new(text(RondoOptions.Names), text(RondoOptions.Tags))
    {
        Retries = text(RondoOptions.Retries) is { } retries ? int.Parse(retries, CultureInfo.InvariantCulture) : null,
        TestTimeoutMs = text(RondoOptions.TestTimeout) is { } timeout && Durations.TryParse(timeout, out var limit) ? (int)limit.TotalMilliseconds : null,
        Isolation = text(RondoOptions.Isolate) switch { "class" => Isolation.Class, "test" => Isolation.Test, _ => null },
    };

    /// <summary>What is wrong with a value in an override; null if nothing is.</summary>
    public static string? Complaint(Option option, string value, string source) =>
        option.Name == RondoOptions.Isolate && value == "none" ? $"{source} was given 'none', but here it takes 'class' or 'test': what asks for a process of its own cannot be taken back. Leave it out. [RND2050]" : option.ComplaintInFile(value, source);

    /// <summary>As it is written in a file: <c>1m30s</c>.</summary>
    private static string? Length(int? ms)
    {
        if (ms is not { } left) return null;
        if (left == 0) return "0";
        var text = "";
        foreach (var (unit, size) in (ReadOnlySpan<(string, int)>)[("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)])
        {
            if (left / size > 0) text += (left / size).ToString(CultureInfo.InvariantCulture) + unit;
            left %= size;
        }

        return text;
    }

    private static string? Kind(Isolation? isolation) => isolation switch { null => null, Isolation.Class => "class", Isolation.Test => "test", _ => "none" };
}

/// <param name="Name">Of the option.</param>
/// <param name="Default">What holds when nobody says anything.</param>
/// <param name="Mark">The attribute, for people.</param>
/// <param name="OfMarks">What the marks of a test say; null for nothing.</param>
/// <param name="OfOverride">The same for an override.</param>
internal sealed record CaseSetting(string Name, string Default, string Mark, Func<Marks, string?> OfMarks, Func<CaseOverride, string?> OfOverride);
