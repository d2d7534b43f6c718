using System.Globalization;

namespace Rondo.Hosting;

/// <summary>The one place where the engine's verdict meets the platform's exit code.</summary>
/// <remarks>
/// The platform counts nodes; it knows nothing of a failed teardown under an ignored node, of an interrupted run whose started tests all passed,
/// or of cases that were never run. Lives outside the framework object, which IDEs make anew for every request.
/// </remarks>
internal static class ExitCodes
{
    public const int Ok = 0;
    public const int TestFailed = 2;
    public const int Aborted = 3;
    public const int BadCommandLine = 5;

    // What the platform makes of a run without a test.
    private const int NoTests = 8;

    // What the platform makes of a session that could not be created.
    private const int NoSession = 10;

    private static int s_verdict;
    private static string? s_ignored;
    private static bool s_isMisconfigured;
    private static bool s_mayBeEmpty;

    /// <summary>A run came to its end in this process.</summary>
    public static bool HasReport { get; private set; }

    /// <summary>A value in a configuration file or a variable breaks its rule: that is a bad command line in another place.</summary>
    public static void ReportMisconfiguration() => s_isMisconfigured = true;

    /// <summary>Only a listing was asked for, and it was given: that no test ran is right.</summary>
    public static void ReportListing() => s_mayBeEmpty = true;

    /// <summary>Other machines have the tests, or none is left: that none ran here is right.</summary>
    public static void ReportNothingToRun() => s_mayBeEmpty = true;

    /// <summary>Remembers how a run ended; of several the worst one counts.</summary>
    /// <param name="exitCode">The run's own exit code.</param>
    /// <param name="ignored">What <c>--ignore-exit-code</c> says: numbers separated by semicolons, or null.</param>
    public static void Report(int exitCode, string? ignored)
    {
        HasReport = true;
        s_ignored = ignored;
        s_verdict = Worse(s_verdict, exitCode);
    }

    /// <summary>The exit code of the process.</summary>
    /// <param name="platform">What the platform returned.</param>
    public static int Final(int platform)
    {
        if (s_mayBeEmpty && platform == NoTests) return Ok;
        // An interrupted run is 3 whatever failed before; else the platform's own reasons (bad command line, too few tests, aborted) are more specific.
        var code = s_isMisconfigured && platform == NoSession ? BadCommandLine : s_verdict == Aborted ? Aborted : platform != Ok ? platform : s_verdict;
        return IsIgnored(code) ? Ok : code;
    }

    internal static void Forget() => (s_verdict, s_ignored, s_isMisconfigured, s_mayBeEmpty, HasReport) = (Ok, null, false, false, false);

    private static int Worse(int one, int other) => one == Aborted || other == Aborted ? Aborted : one == TestFailed || other == TestFailed ? TestFailed : Math.Max(one, other);

    private static bool IsIgnored(int code)
    {
        // The variable comes first, as in the platform.
        var list = Environment.GetEnvironmentVariable("TESTINGPLATFORM_EXITCODE_IGNORE") is { Length: > 0 } variable ? variable : s_ignored;
        if (list is null) return false;
        foreach (var part in list.Split(';', StringSplitOptions.TrimEntries))
        {
            if (int.TryParse(part, NumberStyles.Integer, CultureInfo.InvariantCulture, out var ignored) && ignored == code) return true;
        }

        return false;
    }
}
