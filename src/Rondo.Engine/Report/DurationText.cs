using System.Globalization;

namespace Rondo.Engine.Report;

internal static class DurationText
{
    /// <summary><c>0.4 ms</c>, <c>12 ms</c>, <c>1.23 s</c>, <c>2m 05s</c>, <c>1h 02m</c>.</summary>
    public static string Of(TimeSpan duration) => duration.TotalMilliseconds switch
    {
        < 9.95 => duration.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture) + " ms",
        < 999.5 => duration.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture) + " ms",
        < 59_995 => duration.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture) + " s",
        < 3_599_500 => Rounded(duration, static s => string.Create(CultureInfo.InvariantCulture, $"{s / 60}m {s % 60:00}s")),
        _ => Rounded(duration, static s => string.Create(CultureInfo.InvariantCulture, $"{s / 3600}h {s / 60 % 60:00}m")),
    };

    private static string Rounded(TimeSpan duration, Func<long, string> write) => write((long)Math.Round(duration.TotalSeconds, MidpointRounding.AwayFromZero));
}
