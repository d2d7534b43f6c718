using System.Globalization;
using Microsoft.Testing.Platform.CommandLine;
using Microsoft.Testing.Platform.Extensions;
using Microsoft.Testing.Platform.Extensions.CommandLine;
using Rondo.Engine.Planning;

namespace Rondo.Adapter;

/// <summary>An option of the command line: its name, its help text, and the rule its value must obey.</summary>
/// <param name="Name">Without dashes.</param>
/// <param name="Help">One sentence.</param>
/// <param name="Wants">The rule in words, as the end of "takes …"; null for a switch.</param>
/// <param name="Accepts">True for a good value; null accepts every text but the empty one.</param>
/// <param name="Explain">For values with a grammar: what is wrong with one, in full sentences; null if nothing is.</param>
internal sealed record Option(string Name, string Help, string? Wants = null, Func<string, bool>? Accepts = null, Func<string, string?>? Explain = null)
{
    /// <summary>It may be followed by several values.</summary>
    public bool TakesSeveral { get; init; }

    public bool IsSwitch => Wants is null;

    /// <summary>What is wrong with a value; null if nothing is.</summary>
    public string? Complaint(string value, string source)
    {
        var isAccepted = Accepts is null ? value.Length > 0 : Accepts(value);
        return isAccepted ? Explain?.Invoke(value) : Bad(value, source);
    }

    /// <summary>The same for a value of a file or a variable, where a switch takes a value too.</summary>
    /// <param name="value">As it stands there.</param>
    /// <param name="source">Who has it, as the beginning of a sentence.</param>
    public string? ComplaintInFile(string value, string source)
    {
        var complaint = !IsSwitch ? Complaint(value, source) : bool.TryParse(value, out _) ? null : $"{source} was given '{value}', but it takes true or false. Correct the value. [RND2050]";
        // What explains an expression speaks of the expression alone.
        return complaint is null || complaint.StartsWith(source, StringComparison.Ordinal) ? complaint : source + ": " + complaint;
    }

    private string Bad(string value, string source) => $"{source} was given '{value}', but it takes {Wants}. Correct the value. [RND2050]";
}

/// <summary>The options of every test application, and their registration with the platform.</summary>
internal sealed class RondoOptions : RondoExtension, ICommandLineOptionsProvider
{
    public const string Workers = "n";
    public const string Distribution = "dist";
    public const string MaxProcesses = "maxprocesses";
    public const string MaxWorkerRestart = "max-worker-restart";
    public const string Names = "k";
    public const string Tags = "tags";
    public const string StopAtFirst = "x";
    public const string MaxFail = "maxfail";
    public const string LastFailed = "lf";
    public const string Rest = "rest";
    public const string Explicit = "explicit";
    public const string Retries = "retries";
    public const string Stress = "stress";
    public const string UntilFailure = "repeat-until-failure";
    public const string FailOnFlaky = "fail-on-flaky";
    public const string FailedFirst = "ff";
    public const string NewFirst = "nf";
    public const string Stepwise = "sw";
    public const string StepwiseSkip = "sw-skip";
    public const string Deselect = "deselect";
    public const string Isolate = "isolate";
    public const string Shard = "shard";
    public const string RecycleAfter = "recycle-after";
    public const string RecycleMemory = "recycle-memory";
    public const string JUnit = "junitxml";
    public const string RunLog = "runlog";
    public const string Timeline = "timeline";
    public const string Replay = "replay";
    public const string History = "history";
    public const string DurationsShown = "durations";
    public const string Capture = "capture";
    public const string Heartbeat = "heartbeat";
    public const string Leaks = "leaks";
    public const string Concurrency = "concurrency";
    public const string LoopDebug = "loop-debug";
    public const string TestTimeout = "test-timeout";
    public const string StallTimeout = "stall-timeout";
    public const string Slow = "slow";
    public const string DumpOnHang = "dump-on-hang";
    public const string RetryIn = "retry-in";
    public const string RetryDelay = "retry-delay";
    public const string Order = "order";
    public const string Seed = "seed";
    public const string ReadyOrder = "ready-order";
    public const string Schedule = "schedule";
    public const string Fixtures = "fixtures";
    public const string Plan = "plan";
    public const string SetupPlan = "setup-plan";
    public const string SetupShow = "setup-show";
    public const string Profile = "profile";
    public const string ShowSettings = "show-settings";

    public static IReadOnlyList<Option> All { get; } =
    [
        new(Workers, "Worker processes: a number, 'auto' (the default), 'logical', or 0 to run in this process.", "a number from 0, 'auto' or 'logical'", v => v is "auto" or "logical" || IsNumber(v, 0), WorkerCount.Check),
        new(Distribution, "How cases reach the workers: " + string.Join(", ", Distributions.Names) + "; the first is the default.", "one of " + string.Join(", ", Distributions.Names), v => Distributions.Names.Contains(v)),
        new(MaxProcesses, "Upper limit for the number of workers that 'auto' or 'logical' chooses.", "a number from 1", v => IsNumber(v, 1)),
        new(MaxWorkerRestart, "How many workers that died are replaced before the run is given up.", "a number from 0", v => IsNumber(v, 0)),
        new(Names, "Runs the tests whose id or display name contains the words of an expression with and, or, not and parentheses.", "an expression such as 'cart and not slow'", null, v => NameExpression.TryParse(v, out _, out var error) ? null : error),
        new(Tags, "Runs the tests whose tags fulfil an expression with and, or, not and parentheses.", "an expression such as 'slow or network'", null, v => TagExpression.TryParse(v, out _, out var error) ? null : error),
        new(StopAtFirst, "Stops at the first failed test."),
        new(MaxFail, "Stops when so many tests have failed.", "a number from 1", v => IsNumber(v, 1)),
        new(LastFailed, "Runs only what failed in the last run; everything if nothing did."),
        new(Rest, "Runs only what has not passed since it was last planned: failed, not run, or new; nothing if nothing is left."),
        new(Explicit, "Also runs and lists tests marked [Explicit]; without it only those that --filter-uid names."),
        new(Retries, "Runs a failed test without a [Retry] of its own again, up to so many times; one that passes then is flaky and counts as passed.", "a number from 0 to 1000", v => IsNumber(v, 0) && !(int.Parse(v, CultureInfo.InvariantCulture) > 1000)),
        new(RetryIn, "Where further attempts are made: place (the default) at once in the same worker; process after everything else, each in a fresh worker, also of a test that ended its worker.", "'place' or 'process'", v => v is "place" or "process"),
        new(RetryDelay, "Pause before a second attempt; it doubles with each further one, up to 1m. The default is 0.", "a length of time with its unit, such as 500ms, 2s or 1m30s (at most 576h), or 0 for none", v => Adapter.Durations.TryParse(v, out _)),
        new(Stress, "Runs the chosen tests again and again, on all workers, until this time is up; each at least once.", "a length of time with its unit, such as 30s, 10m or 1h (at most 576h)", v => Adapter.Durations.TryParse(v, out _)),
        new(UntilFailure, "Runs the chosen tests again and again, on all workers, until one fails, or until the time of --stress is up; without that, for 10m."),
        new(FailOnFlaky, "Makes the run fail when a test passed only in a later attempt."),
        new(FailedFirst, "Runs what failed in the last run first, then the rest."),
        new(NewFirst, "Runs tests first that no earlier run knows."),
        new(Stepwise, "Stops at the first failed test, and begins at it in the next run; one test after the other."),
        new(StepwiseSkip, "As --sw, without the test at which it would begin."),
        new(Deselect, "Leaves out the tests whose id or display name contains the words of an expression, as -k chooses them.", "an expression such as 'slow and not cart'", null, v => NameExpression.TryParse(v, out _, out var error, "--deselect") ? null : error),
        new(RecycleAfter, "Replaces a worker by a fresh one after so many tests.", "a number from 1", v => IsNumber(v, 1)),
        new(RecycleMemory, "Replaces a worker by a fresh one when it has more than so many MiB of resident memory after a test.", "a number from 1", v => IsNumber(v, 1)),
        new(Shard, "Runs this machine's part of the tests, such as 2/5: the second of five, balanced by recorded durations.", "this machine's number and how many there are, such as 2/5", null, Engine.Planning.Shard.Complaint),
        new(JUnit, "Writes a JUnit XML report to this file.", "the path of a file"),
        new(RunLog, "Writes the event log of the run to this file.", "the path of a file"),
        new(Timeline, "Writes one self-contained HTML page to this file: who ran what when, failures, what takes long.", "the path of a file"),
        new(Replay, "Shows recorded runs again and runs nothing; several logs (of shards, of reruns) are shown as one run. With --junitxml and --timeline it makes these files again, with --runlog one log of them all.", "the path of a file that --runlog wrote") { TakesSeveral = true },
        new(History, "The folder that keeps durations and outcomes; the default is .rondo beside the project file.", "the path of a folder"),
        new(DurationsShown, "How many of the slowest tests are listed at the end; 0 lists none.", "a number from 0", v => IsNumber(v, 0)),
        new(Capture, "auto (the default) keeps a test's output for its report; no also streams it live, each line with its worker.", "'auto' or 'no'", v => v is "auto" or "no"),
        new(Heartbeat, "After so long a silence in a log a line says what every worker runs; the default is 30s, 0 is never.", "a length of time with its unit, such as 10s or 2m (at most 576h), or 0 for never", v => Adapter.Durations.TryParse(v, out _)),
        new(Leaks, "What a leak of a test means: fail, warn (the default) or off.", "'fail', 'warn' or 'off'", v => v is "fail" or "warn" or "off"),
        new(Concurrency, "Up to so many asynchronous tests at once in each worker, marked [Cooperative] or not; also a cap for the windows of the marks. 1 lets none overlap.", "a number from 1 to 100000", v => IsNumber(v, 1) && !(int.Parse(v, CultureInfo.InvariantCulture) > 100_000)),
        new(Isolate, "A fresh process for each test (test), for each class (class), or only where a mark says so (none, the default).", "'none', 'class' or 'test'", v => v is "none" or "class" or "test"),
        new(LoopDebug, "Names the async methods that are suspended, where a test hangs, stalls or leaves something behind; awaits cost more."),
        new(TestTimeout, "Time limit of a test without a [Timeout] of its own; the default is 10m, 0 is none.", "a length of time with its unit, such as 500ms, 2s, 1m30s or 1h (at most 576h), or 0 for none", v => Adapter.Durations.TryParse(v, out _)),
        new(StallTimeout, "Ends a test of whose body nothing is seen for so long: no code of it runs on its loop, it writes nothing, no part of it ends. The default is 0: only its time limit ends it.", "a length of time with its unit, such as 500ms, 2s or 1m30s (at most 576h), or 0 for none", v => Adapter.Durations.TryParse(v, out _)),
        new(Slow, "Tells of a test that has been running for so long, and again whenever that time has doubled; the default is 1m, 0 tells nothing.", "a length of time with its unit, such as 500ms, 2s or 1m30s (at most 576h), or 0 for never", v => Adapter.Durations.TryParse(v, out _)),
        new(DumpOnHang, "Writes a dump of a worker that hangs, before it is ended, to the results directory: mini, heap or full.", "'mini', 'heap' or 'full'", v => v is "mini" or "heap" or "full"),
        new(Order, "plan (the default) runs in the order that ends soonest; random in an order that the seed decides.", "'plan' or 'random'", v => v is "plan" or "random"),
        new(Seed, "Seed of the random order, as a failed run shows it; it asks for that order. Also of explored tests and of --ready-order random.", "a whole number", v => int.TryParse(v, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)),
        new(ReadyOrder, "fifo (the default) resumes what is ready on a test's loop in order; random in an order that the seed decides.", "'fifo' or 'random'", v => v is "fifo" or "random"),
        new(Fixtures, "Lists the fixtures: where they are declared, how long they live, what they give and who uses them. Runs nothing."),
        new(Plan, "Lists the chosen tests as they would be given to workers, with what each is expected to take. Runs nothing but data sources."),
        new(SetupPlan, "Lists what each chosen test would have set up and torn down, in order, in one worker. Runs nothing but data sources."),
        new(SetupShow, "Shows each setup and teardown when it begins, with its scope and worker."),
        new(Profile, "Takes the settings of this profile from testconfig.json: nearer than its section, less near than variables and the command line.", "the name of a profile in testconfig.json"),
        new(ShowSettings, "Lists the settings of the run and of the chosen tests, and who set them. Runs nothing but data sources."),
        new(Schedule, "Runs the explored tests that are chosen in this one order of their strands, as a failure shows it.", "a schedule such as s1.0-3-1, as a failure shows it", null, Schedules.Complaint),
    ];

    /// <summary>Null if there is none of that name; names ignore case.</summary>
    public static Option? Find(string name) => All.FirstOrDefault(o => string.Equals(o.Name, name, StringComparison.OrdinalIgnoreCase));

    public IReadOnlyCollection<CommandLineOption> GetCommandLineOptions() =>
        [.. All.Select(o => new CommandLineOption(o.Name, o.Help, o.IsSwitch ? ArgumentArity.Zero : o.TakesSeveral ? ArgumentArity.OneOrMore : ArgumentArity.ExactlyOne, isHidden: false))];

    public Task<ValidationResult> ValidateOptionArgumentsAsync(CommandLineOption commandOption, string[] arguments)
    {
        var option = Find(commandOption.Name)!;
        foreach (var argument in arguments)
        {
            if (option.Complaint(argument, Shown(option.Name)) is { } complaint) return ValidationResult.InvalidTask(complaint);
        }

        return ValidationResult.ValidTask;
    }

    public Task<ValidationResult> ValidateCommandLineOptionsAsync(ICommandLineOptions commandLineOptions) => ValidationResult.ValidTask;

    private static string Shown(string name) => (name.Length == 1 ? "-" : "--") + name;

    private static bool IsNumber(string value, int from) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= from;
}
