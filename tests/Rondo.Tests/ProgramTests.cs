namespace Rondo.Tests;

/// <summary>The adapter under the real platform with the real engine.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
public sealed class ProgramTests
{
    [TestMethod]
    [DataRow("-n0")]
    [DataRow("-n2")]
    public async Task A_green_run_ends_with_0_and_its_account(string workers)
    {
        var (exitCode, text) = await App.RunAsync(null, workers);

        Assert.AreEqual(0, exitCode, text);
        Assert.Contains("10 planned = 9 passed + 0 failed + 1 skipped + 0 not run", text);
    }

    [TestMethod]
    public async Task A_failure_is_printed_once_with_the_line_that_runs_it_again()
    {
        var (exitCode, text) = await App.RunAsync("fail", "-n0");

        Assert.AreEqual(2, exitCode, text);
        Assert.AreEqual(2, text.Split("it failed").Length, text);
        Assert.Contains("again: " + App.Path + " --filter-uid Sample.Plain.Fails", text);
    }

    [TestMethod]
    [DataRow("exit")]
    [DataRow("native exit")]
    public async Task Exit_code_0_is_impossible_when_a_test_ends_the_process(string behave)
    {
        var (exitCode, text) = await App.RunAsync(behave, "-n", "0");

        Assert.AreEqual(3, exitCode, text);
        Assert.Contains("[RND4080]", text);
    }

    [TestMethod]
    [DataRow("exit")]
    [DataRow("native exit")]
    public async Task With_workers_a_test_that_ends_its_process_is_one_failed_test(string behave)
    {
        var (exitCode, text) = await App.RunAsync(behave, "-n", "2");

        Assert.AreEqual(2, exitCode, text);
        Assert.Contains("10 planned = 8 passed + 1 failed + 1 skipped + 0 not run", text);
    }

    [TestMethod]
    public async Task An_id_with_quotes_and_slashes_selects_its_case()
    {
        var (exitCode, text) = await App.RunAsync(null, "-n0", "--filter-uid", "Sample.Plain.Takes_arguments(2, 'a \\/ b (c) & \\'d\\'')");

        Assert.AreEqual(0, exitCode, text);
        Assert.Contains("1 planned = 1 passed", text);
    }

    [TestMethod]
    [DataRow("/*/Sample/Plain/Takes*", 2)]
    [DataRow("/**[Tag=slow]", 1)]
    [DataRow("/Rondo.Tests.App/*/Wild/*", 1)]
    public async Task Tree_filters_select_cases(string filter, int count)
    {
        var (exitCode, text) = await App.RunAsync(null, "-n0", "--treenode-filter", filter);

        Assert.AreEqual(0, exitCode, text);
        Assert.Contains($"{count} planned = {count} passed", text);
    }

    [TestMethod]
    public async Task An_unknown_id_is_named_and_nothing_to_run_is_8()
    {
        var (exitCode, text) = await App.RunAsync(null, "-n0", "--filter-uid", "Sample.Nowhere");

        Assert.AreEqual(8, exitCode, text);
        Assert.Contains("'Sample.Nowhere'", text);
    }

    [TestMethod]
    public async Task A_bad_option_is_5_and_the_rule_is_told()
    {
        var (exitCode, text) = await App.RunAsync(null, "--test-timeout", "5");

        Assert.AreEqual(5, exitCode, text);
        Assert.Contains("[RND2050]", text);
    }

    [TestMethod]
    public async Task A_bad_value_in_the_configuration_is_5_and_file_key_value_and_rule_are_told()
    {
        var folder = Directory.CreateTempSubdirectory("rondo-config-");
        var file = Path.Combine(folder.FullName, "mine.json");
        await File.WriteAllTextAsync(file, """{ "rondo": { "leaks": "maybe" } }""");

        var (exitCode, text) = await App.RunAsync(null, "-n0", "--config-file", file);

        folder.Delete(recursive: true);
        Assert.AreEqual(5, exitCode, text);
        Assert.Contains($"The setting 'rondo:leaks' in '{file}' was given 'maybe', but it takes 'fail', 'warn' or 'off'.", text);
        Assert.Contains("RND2050", text);
    }

    [TestMethod]
    public async Task An_ignored_exit_code_is_ignored()
    {
        var (exitCode, text) = await App.RunAsync("fail", "-n0", "--ignore-exit-code", "2");

        Assert.AreEqual(0, exitCode, text);
    }

    [TestMethod]
    public async Task The_first_ctrl_c_lets_running_tests_finish_and_reports()
    {
        await using var app = App.StartWaiting("-n1", "-k", "Waiting");
        await app.UntilAsync(() => app.Running == 1);

        await app.SignalAsync("INT");
        await app.UntilAsync(() => app.Text.Contains("finishing the tests that are running", StringComparison.Ordinal));
        app.LetGo();

        Assert.AreEqual(3, await app.ExitAsync(), app.Text);
        Assert.Contains("3 planned = 1 passed + 0 failed + 0 skipped + 2 not run", app.Text);
        Assert.Contains("interrupted by Ctrl-C", app.Text);
    }

    [TestMethod]
    public async Task The_second_ctrl_c_cancels_and_still_reports()
    {
        await using var app = App.StartWaiting("-n1", "-k", "Waiting");
        await app.UntilAsync(() => app.Running == 1);

        await app.SignalAsync("INT");
        await app.UntilAsync(() => app.Text.Contains("finishing the tests that are running", StringComparison.Ordinal));
        await app.SignalAsync("INT");

        Assert.AreEqual(3, await app.ExitAsync(), app.Text);
        Assert.Contains("3 planned = 0 passed + 0 failed + 0 skipped + 3 not run", app.Text);
    }

    [TestMethod]
    public async Task Two_SIGTERMs_cancel_and_report()
    {
        await using var app = App.StartWaiting("-n1", "-k", "Waiting");
        await app.UntilAsync(() => app.Running == 1);

        await app.SignalAsync("TERM");
        await app.UntilAsync(() => app.Text.Contains("what still runs in 5 s is cancelled", StringComparison.Ordinal));
        await app.SignalAsync("TERM");

        Assert.AreEqual(3, await app.ExitAsync(), app.Text);
        Assert.Contains("interrupted by SIGTERM", app.Text);
    }
}
