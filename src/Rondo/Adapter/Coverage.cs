namespace Rondo.Adapter;

/// <summary>
/// Extensions of the platform that measure coverage. They were made for one process, and nobody has shown that what worker processes ran is counted: a report that lacks most of it would be taken for the truth.
/// </summary>
internal static class Coverage
{
    // Of Microsoft.Testing.Extensions.CodeCoverage and of coverlet.MTP.
    private static readonly string[] s_options = ["coverage", "coverlet"];

    /// <summary>The run stays in this process, unless the number of workers stands on the command line.</summary>
    public static bool RunsHere(Settings settings) => OptionOf(settings) is not null && !settings.IsOnCommandLine(RondoOptions.Workers);

    /// <summary>RND5040 if one of them is active; else nothing.</summary>
    public static IReadOnlyList<string> Notes(Settings settings)
    {
        if (OptionOf(settings) is not { } option) return [];
        var done = RunsHere(settings) ? "the tests run in this process (-n 0)"
            : settings.Text(RondoOptions.Workers) == "0" ? null
            : $"-n {settings.Text(RondoOptions.Workers)} was given, so its report may lack what the workers ran";
        return done is null ? [] : [$"--{option} is active: {done}. Extensions that measure coverage are known to count this process only. For coverage with workers reference coverlet.msbuild and run 'dotnet build -t:RondoCoverage'. [RND5040]"];
    }

    private static string? OptionOf(Settings settings) => Array.Find(s_options, settings.IsOnCommandLine);
}
