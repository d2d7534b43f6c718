using System.Diagnostics;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.Testing.Platform.Extensions.Messages;
using Microsoft.Testing.Platform.Requests;
using Rondo.Engine.Control;
using Rondo.Engine.Planning;

namespace Rondo.Adapter;

/// <summary>Makes the engine's request from the platform's request and our options.</summary>
internal static class RequestBuilder
{
    // Nothing waits for ever, nor for a failure that does not come.
    private static readonly TimeSpan s_untilFailure = TimeSpan.FromMinutes(10);

    public static RunRequest Build(Settings settings, ITestExecutionFilter filter) => WithSeeds(settings, new()
    {
        // A debugger sees one process: everything must happen in this one.
        Workers = Debugger.IsAttached || Coverage.RunsHere(settings) ? "0" : settings.Text(RondoOptions.Workers),
        Notes = Coverage.Notes(settings),
        Distribution = Distributions.Of(settings.Text(RondoOptions.Distribution)),
        MaxProcesses = settings.Number(RondoOptions.MaxProcesses),
        MaxWorkerRestart = settings.Number(RondoOptions.MaxWorkerRestart),
        MaxFail = settings.IsOn(RondoOptions.StopAtFirst) || settings.IsOn(RondoOptions.Stepwise) || settings.IsOn(RondoOptions.StepwiseSkip) ? 1 : settings.Number(RondoOptions.MaxFail),
        LastFailedOnly = settings.IsOn(RondoOptions.LastFailed),
        OnlyWhatIsLeft = settings.IsOn(RondoOptions.Rest),
        FailedFirst = settings.IsOn(RondoOptions.FailedFirst),
        NewFirst = settings.IsOn(RondoOptions.NewFirst),
        Stepwise = settings.IsOn(RondoOptions.Stepwise) || settings.IsOn(RondoOptions.StepwiseSkip),
        StepwiseSkip = settings.IsOn(RondoOptions.StepwiseSkip),
        Isolate = settings.Text(RondoOptions.Isolate) switch { "class" => Isolation.Class, "test" => Isolation.Test, _ => Isolation.None },
        Concurrency = settings.Number(RondoOptions.Concurrency),
        RecycleAfter = settings.Number(RondoOptions.RecycleAfter),
        RecycleMemoryMb = settings.Number(RondoOptions.RecycleMemory),
        StressFor = settings.Duration(RondoOptions.Stress) ?? (settings.IsOn(RondoOptions.UntilFailure) ? s_untilFailure : null),
        UntilFailure = settings.IsOn(RondoOptions.UntilFailure),
        Shard = Shard.Of(settings.Text(RondoOptions.Shard)),
        Retries = settings.Number(RondoOptions.Retries) ?? 0,
        FailOnFlaky = settings.IsOn(RondoOptions.FailOnFlaky),
        TestTimeout = settings.Duration(RondoOptions.TestTimeout),
        StallTimeout = settings.Duration(RondoOptions.StallTimeout),
        SlowAfter = settings.Duration(RondoOptions.Slow),
        DumpOnHang = settings.Text(RondoOptions.DumpOnHang),
        DumpFolder = settings.Text(RondoOptions.DumpOnHang) is null ? null : settings.ResultsDirectory,
        RetriesElsewhere = settings.Text(RondoOptions.RetryIn) == "process",
        RetryDelay = settings.Duration(RondoOptions.RetryDelay) ?? TimeSpan.Zero,
        JUnitFile = settings.FullPath(RondoOptions.JUnit),
        RunLogFile = settings.FullPath(RondoOptions.RunLog),
        TimelineFile = settings.FullPath(RondoOptions.Timeline),
        HistoryDirectory = settings.FullPath(RondoOptions.History),
        Durations = settings.Number(RondoOptions.DurationsShown),
        CaptureOutput = settings.Text(RondoOptions.Capture) != "no",
        Leaks = settings.Text(RondoOptions.Leaks) ?? "warn",
        Schedule = settings.Text(RondoOptions.Schedule),
        ShowSetup = settings.IsOn(RondoOptions.SetupShow),
        LoopDebug = settings.IsOn(RondoOptions.LoopDebug),
        Overrides = settings.Overrides(),
        Command = ThisProgram(),
        Selection = new Selection
        {
            Names = settings.Text(RondoOptions.Names),
            Deselected = settings.Text(RondoOptions.Deselect),
            Tags = settings.Text(RondoOptions.Tags),
            Explicit = settings.IsOn(RondoOptions.Explicit),
            Ids = IdsOf(filter),
            HostFilter = TreeFilterOf(filter),
        },
    });

    // A seed alone asks for the order of tests it decides; what is to be random and has no seed gets one, which is shown.
    private static RunRequest WithSeeds(Settings settings, RunRequest request)
    {
        var given = settings.Number(RondoOptions.Seed);
        var shufflesLoops = settings.Text(RondoOptions.ReadyOrder) == "random";
        var shufflesTests = settings.Text(RondoOptions.Order) switch
        {
            "plan" => false,
            "random" => true,
            _ => given is not null && !shufflesLoops,
        };
        var seed = given ?? (shufflesTests || shufflesLoops ? RandomNumberGenerator.GetInt32(int.MaxValue) : null);
        return request with { Seed = shufflesTests ? seed : null, ReadyOrderSeed = shufflesLoops ? seed : null, ExploreSeed = seed };
    }

    /// <summary>The command that starts this program again; empty if the system does not tell.</summary>
    public static IReadOnlyList<string> ThisProgram()
    {
        if (Environment.ProcessPath is not { } process) return [];
        var isHost = string.Equals(Path.GetFileNameWithoutExtension(process), "dotnet", StringComparison.OrdinalIgnoreCase);
        return isHost && AssemblyFile() is { } assembly ? [process, assembly] : [process];
    }

    private static string? AssemblyFile()
    {
        // Not Assembly.Location, which is empty in a single file; under the shared host the file always lies there.
        var name = Assembly.GetEntryAssembly()?.GetName().Name;
        return name is null ? null : Path.Combine(AppContext.BaseDirectory, name + ".dll");
    }

    private static HashSet<string>? IdsOf(ITestExecutionFilter filter) => filter is TestNodeUidListFilter list ? [.. list.TestNodeUids.Select(u => TestOf(u.Value))] : null;

    /// <summary>A part of a test is addressed as <c>id/part</c>; what can be run again is its test. A slash inside an id has a backslash before it.</summary>
    internal static string TestOf(string id)
    {
        for (var i = 0; i < id.Length; i++)
        {
            if (id[i] == '\\') i++;
            else if (id[i] == '/') return id[..i];
        }

        return id;
    }

    private static Func<PlannedCase, bool>? TreeFilterOf(ITestExecutionFilter filter) => filter is TreeNodeFilter tree
        ? planned => tree.MatchesFilter(Nodes.PathOf(planned), new PropertyBag(Nodes.TagsOf(planned)))
        : null;
}
