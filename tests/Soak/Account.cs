using System.Globalization;
using System.Text.RegularExpressions;

namespace Soak;

/// <summary>The last line of a run.</summary>
internal sealed partial record Account(int Planned, int Passed, int Failed, int Skipped, int NotRun)
{
    public bool AddsUp => Planned == Passed + Failed + Skipped + NotRun;

    public static Account? Find(string console)
    {
        var match = Line().Match(console);
        return match.Success ? new Account(Number(1), Number(2), Number(3), Number(4), Number(5)) : null;

        int Number(int group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
    }

    public static Account Of(IEnumerable<JUnitCase> cases)
    {
        var planned = cases.Where(c => !c.IsTeardown).ToList();
        var passed = planned.Count(c => c.Outcome == "passed");
        var skipped = planned.Count(c => c.Outcome == "skipped");
        var notRun = planned.Count(c => c.Outcome == "notrun");
        return new Account(planned.Count, passed, planned.Count - passed - skipped - notRun, skipped, notRun);
    }

    [GeneratedRegex(@"(\d+) planned = (\d+) passed \+ (\d+) failed \+ (\d+) skipped \+ (\d+) not run")]
    private static partial Regex Line();
}
