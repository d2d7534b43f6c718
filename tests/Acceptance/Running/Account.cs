using System.Globalization;
using System.Text.RegularExpressions;

namespace Rondo.Acceptance.Running;

/// <summary>The account as the console shows it.</summary>
internal sealed partial record Account(int Planned, int Passed, int Failed, int Skipped, int NotRun)
{
    public static Account? Find(string console)
    {
        var match = Line().Match(console);
        return match.Success ? new Account(Number("planned"), Number("passed"), Number("failed"), Number("skipped"), Number("notrun")) : null;

        int Number(string group) => match.Groups[group].Success ? int.Parse(match.Groups[group].ValueSpan, NumberStyles.AllowThousands, CultureInfo.InvariantCulture) : 0;
    }

    [GeneratedRegex(@"(?<planned>[\d,]+) planned\s*[=:,]\s*(?<passed>[\d,]+) passed\s*[+,]\s*(?<failed>[\d,]+) failed\s*[+,]\s*(?<skipped>[\d,]+) skipped\s*[+,]\s*(?<notrun>[\d,]+) not run")]
    private static partial Regex Line();
}
