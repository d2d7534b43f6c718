namespace Rondo.Adapter;

/// <summary>Options that are right one by one and cannot be followed together. Whoever wrote them meant something else than what either would do.</summary>
internal static class Contradictions
{
    /// <summary>RND2015, a sentence for each; none if all can be followed.</summary>
    public static IReadOnlyList<string> In(Settings settings)
    {
        var complaints = new List<string>();
        if (settings.IsOnCommandLine(RondoOptions.Replay)) RefuseBesideReplay();
        var stress = settings.IsOn(RondoOptions.UntilFailure) ? "--repeat-until-failure" : settings.Text(RondoOptions.Stress) is { } time ? "--stress " + time : null;
        var stepwise = settings.IsOn(RondoOptions.Stepwise) ? "--sw" : settings.IsOn(RondoOptions.StepwiseSkip) ? "--sw-skip" : null;
        var order = settings.Text(RondoOptions.Order);
        var random = order == "random" ? "--order random"
            : order is null && settings.Number(RondoOptions.Seed) is not null && settings.Text(RondoOptions.ReadyOrder) != "random" ? "--seed, which asks for a random order," : null;
        if (settings.IsOn(RondoOptions.LastFailed) && settings.IsOn(RondoOptions.FailedFirst)) Refuse("--lf and --ff", "the one runs only what failed, the other the rest as well");
        if (settings.IsOn(RondoOptions.Rest) && settings.IsOn(RondoOptions.LastFailed)) Refuse("--rest and --lf", "the one also runs what was not run, the other only what failed");
        if (settings.IsOn(RondoOptions.Rest) && stepwise is not null) Refuse($"--rest and {stepwise}", "both decide which tests an earlier run leaves to this one");
        foreach (var (name, shown) in new[] { (RondoOptions.FailedFirst, "--ff"), (RondoOptions.NewFirst, "--nf"), (RondoOptions.Stepwise, "--sw"), (RondoOptions.StepwiseSkip, "--sw-skip") })
        {
            if (random is not null && settings.IsOn(name)) Refuse($"{shown} and {random}", "both decide about the order");
        }

        var manyWorkers = settings.Text(RondoOptions.Workers) is { } number and not ("auto" or "0" or "1") ? number : null;
        if (manyWorkers is not null && settings.Text(RondoOptions.Distribution) == "no") Refuse($"--dist no and -n {manyWorkers}", "the one means one worker, the other several");
        if (settings.Text(RondoOptions.Distribution) == "each")
        {
            if (settings.Text(RondoOptions.Workers) == "0") Refuse("--dist each and -n 0", "the one runs the tests in each worker, the other has none");
            if (stepwise is not null) Refuse($"--dist each and {stepwise}", "the one runs the tests in each worker, the other in one");
            if (stress is not null) Refuse($"--dist each and {stress}", "both run each test several times, in different ways");
        }

        if (stress is not null && stepwise is not null) Refuse($"{stepwise} and {stress}", "the one stops at a failed test and goes on there the next time, the other goes through the tests again and again");
        foreach (var name in new[] { RondoOptions.RecycleAfter, RondoOptions.RecycleMemory })
        {
            if (settings.Text(RondoOptions.Workers) == "0" && settings.Text(name) is { } value) Refuse($"--{name} {value} and -n 0", "this process cannot be replaced by a fresh one");
        }

        if (stepwise is null) return complaints;
        if (settings.IsOn(RondoOptions.FailedFirst)) Refuse($"{stepwise} and --ff", "the one leaves out what is before the failed test, the other runs it later");
        if (settings.IsOn(RondoOptions.NewFirst)) Refuse($"{stepwise} and --nf", "the one goes through the tests in their order, the other changes it");
        if (settings.Number(RondoOptions.MaxFail) > 1) Refuse($"{stepwise} and --maxfail {settings.Text(RondoOptions.MaxFail)}", "the one stops at the first failed test, the other does not");
        if (manyWorkers is not null) Refuse($"{stepwise} and -n {manyWorkers}", "with several workers it is not known what was run before the failed test");
        return complaints;

        // Defaults in a file are meant for runs. What chooses or runs tests would be expected to do so.
        void RefuseBesideReplay()
        {
            foreach (var other in RondoOptions.All.Select(static o => o.Name).Concat(["filter-uid", "treenode-filter"]))
            {
                if (other is RondoOptions.Replay or RondoOptions.JUnit or RondoOptions.Timeline or RondoOptions.RunLog or RondoOptions.DurationsShown or RondoOptions.FailOnFlaky or RondoOptions.History) continue;
                if (settings.IsOnCommandLine(other)) Refuse($"--replay and {(other.Length == 1 ? "-" : "--")}{other}", "the one shows a recorded run as it was, the other is about a new one");
            }
        }

        void Refuse(string options, string why) => complaints.Add($"{options} contradict each other: {why}. Leave one of them out; they may also stand in testconfig.json or in a variable. [RND2015]");
    }
}
