namespace Rondo.Hosting;

/// <summary>Who reads what this program says.</summary>
internal enum ConsoleKind
{
    /// <summary>A file, a pipe, the log of a build, a terminal that cannot move its cursor: whole lines, and only when there is a reason.</summary>
    Log,

    /// <summary>A terminal that can: what every worker does is drawn again and again.</summary>
    Terminal,

    /// <summary>A program: 'dotnet test' or an editor. It shows what nodes of tests carry.</summary>
    Client,
}

/// <summary>Decides that, before the platform starts, and tells the platform, so that both draw or neither does.</summary>
internal static class ConsoleOf
{
    // CI is what most of them set.
    private static readonly string[] s_buildServers = ["CI", "TF_BUILD", "GITHUB_ACTIONS", "GITLAB_CI", "TEAMCITY_VERSION", "JENKINS_URL", "BUILDKITE", "CIRCLECI", "APPVEYOR", "TRAVIS", "CODEBUILD_BUILD_ID"];

    public static ConsoleKind Kind { get; private set; }

    /// <summary>Decides for this process.</summary>
    /// <returns>The command line for the platform.</returns>
    public static string[] Decide(string[] args)
    {
        (Kind, args) = Decide(args, Console.IsOutputRedirected, Environment.GetEnvironmentVariable, OperatingSystem.IsWindows());
        return args;
    }

    internal static (ConsoleKind Kind, string[] Args) Decide(string[] args, bool isRedirected, Func<string, string?> variable, bool isWindows)
    {
        if (Find(args, "server") is not null) return (ConsoleKind.Client, args);
        // What stands in a response file is not known, and an option must not be given twice.
        if (Array.Exists(args, static a => a.StartsWith('@'))) return (ConsoleKind.Log, args);
        var (ansi, progress) = (Find(args, "ansi"), Find(args, "progress"));
        var refuses = Find(args, "no-ansi") is not null || Find(args, "no-progress") is not null || ansi is not (null or "on" or "true" or "enable" or "1") || IsOff(progress);
        if (!refuses && CanDraw(isRedirected, variable, isWindows))
        {
            // The platform looks at other variables than we do. There, what is drawn again and again would be line after line.
            return (ConsoleKind.Terminal, ansi is null && !isWindows ? [.. args, "--ansi", "on"] : args);
        }

        // Its own signs of life know neither workers nor fixtures; ours do (LogNow).
        return (ConsoleKind.Log, progress is null && Find(args, "no-progress") is null ? [.. args, "--progress", "off"] : args);
    }

    private static bool CanDraw(bool isRedirected, Func<string, string?> variable, bool isWindows)
    {
        if (isRedirected || !string.IsNullOrEmpty(variable("NO_COLOR"))) return false;
        foreach (var server in s_buildServers)
        {
            if (variable(server) is { Length: > 0 } value && value != "false" && value != "0") return false;
        }

        // The old console of Windows draws only when it is told to, which is the platform's business.
        if (isWindows) return !string.IsNullOrEmpty(variable("WT_SESSION"));
        return variable("TERM") is { Length: > 0 } terminal && terminal != "dumb" && terminal != "unknown";
    }

    private static bool IsOff(string? value) => value is "off" or "false" or "disable" or "0";

    // As the platform reads it: one dash or two, any case, the value behind a blank, '=' or ':'.
    private static string? Find(string[] args, string name)
    {
        for (var i = 0; i < args.Length; i++)
        {
            var option = args[i].AsSpan();
            if (option.Length < 2 || option[0] != '-') continue;
            option = option[1] == '-' ? option[2..] : option[1..];
            if (!option.StartsWith(name, StringComparison.OrdinalIgnoreCase)) continue;
            if (option.Length == name.Length) return i + 1 < args.Length ? args[i + 1].ToLowerInvariant() : "";
            if (option[name.Length] is '=' or ':') return option[(name.Length + 1)..].ToString().ToLowerInvariant();
        }

        return null;
    }
}
