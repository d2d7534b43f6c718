using System.Diagnostics;
using Rondo;

public class Outer
{
    [Test] public async Task A_run_inside_a_test_goes_to_its_end()
    {
        using var inner = Start("Comes_to_its_end");
        // While it runs, nothing takes it for something that was left behind.
        await inner.WaitForExitAsync();
        Expect.Equal(0, inner.ExitCode);
    }

    [Test] public async Task A_run_inside_a_test_is_left_behind()
    {
        using var inner = Start("Waits_for_ever");
        while (!File.Exists(Path.Combine(Journal.Folder, "inner"))) await Task.Delay(20);
    }

    private static Process Start(string test)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["-n", "1", "-k", test, "--history", Path.Combine(Journal.Folder, test)]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["INNER"] = "yes";
        var inner = Process.Start(start)!;
        inner.OutputDataReceived += (_, _) => { };
        inner.ErrorDataReceived += (_, _) => { };
        inner.BeginOutputReadLine();
        inner.BeginErrorReadLine();
        return inner;
    }
}

public class Inner
{
    [Test, Case(1), Case(2)] public async Task Comes_to_its_end(int number)
    {
        await Task.Delay(100 * number);
        Journal.Add("inner end " + number);
    }

    [Test] public async Task Waits_for_ever()
    {
        File.WriteAllText(Path.Combine(Journal.Folder, "inner"), "");
        await Task.Delay(Timeout.Infinite);
    }
}
