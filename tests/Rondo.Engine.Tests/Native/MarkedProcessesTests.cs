using System.Collections.Frozen;
using System.Diagnostics;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Native;

namespace Rondo.Engine.Tests.Native;

/// <summary>Real processes, because only the system knows what a session and an inherited environment are.</summary>
[TestClass]
public sealed class MarkedProcessesTests
{
    private readonly string _mark = MarkedProcesses.MarkOf(Guid.NewGuid().ToString("N"), "w0");

    [TestMethod]
    [DataRow("exec sleep 60")]
    [DataRow("exec setsid sleep 60")]
    [DataRow("setsid sh -c 'sleep 60 & sleep 60 &' & exec sleep 60")]
    [DataRow("trap '' TERM; sleep 60; sleep 60")]
    public void What_has_the_mark_is_ended_however_it_was_detached(string script)
    {
        RequireLinux();
        using var shell = Start(script, _mark);
        WaitUntil(() => Find().Any(p => p.Command.Contains("sleep 60", StringComparison.Ordinal)));

        var ended = MarkedProcesses.End(_mark, 0, FrozenSet<int>.Empty, TimeProvider.System);

        Assert.Contains(p => p.Command.Contains("sleep 60", StringComparison.Ordinal), ended);
        Assert.IsEmpty(Find());
        Assert.IsTrue(shell.WaitForExit(TimeSpan.FromSeconds(10)));
    }

    [TestMethod]
    public void What_has_another_mark_or_is_excepted_lives_on()
    {
        RequireLinux();
        using var other = Start("exec sleep 60", MarkedProcesses.MarkOf(Guid.NewGuid().ToString("N"), "w0"));
        using var excepted = Start("exec sleep 60", _mark);
        WaitUntil(() => Find().Count == 1);

        var ended = MarkedProcesses.End(_mark, 0, new HashSet<int> { excepted.Id }, TimeProvider.System);

        Assert.IsEmpty(ended);
        Assert.IsFalse(other.HasExited);
        Assert.IsFalse(excepted.HasExited);
        other.Kill();
        excepted.Kill();
    }

    [TestMethod]
    public void A_session_is_found_although_its_environment_was_cleared()
    {
        RequireLinux();
        using var leader = Start("exec setsid env -i sleep 60", _mark);
        WaitUntil(() => MarkedProcesses.Find(_mark, leader.Id, FrozenSet<int>.Empty, TimeProvider.System) is [{ Command: "sleep 60" }] && Find().Count == 0);

        var ended = MarkedProcesses.End(_mark, leader.Id, FrozenSet<int>.Empty, TimeProvider.System);

        Assert.AreEqual(leader.Id, Assert.ContainsSingle(ended).Id);
        Assert.IsTrue(leader.WaitForExit(TimeSpan.FromSeconds(10)));
    }

    [TestMethod]
    public void The_start_of_a_process_is_told_in_the_time_of_people()
    {
        RequireLinux();
        var before = TimeProvider.System.GetUtcNow();
        using var child = Start("exec sleep 60", _mark);
        WaitUntil(() => Find().Count == 1);
        var after = TimeProvider.System.GetUtcNow();

        var started = Find()[0].StartedAt;

        child.Kill();
        Assert.IsInRange(before - TimeSpan.FromMilliseconds(50), after + TimeSpan.FromMilliseconds(50), started);
    }

    private IReadOnlyList<MarkedProcess> Find() => MarkedProcesses.Find(_mark, 0, FrozenSet<int>.Empty, TimeProvider.System);

    private static Process Start(string script, string mark) => Process.Start(new ProcessStartInfo("sh", ["-c", script]) { Environment = { [MarkedProcesses.Variable] = mark } })!;

    private static void WaitUntil(Func<bool> condition)
    {
        var from = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.IsLessThan(10.0, TimeProvider.System.GetElapsedTime(from).TotalSeconds, "The processes did not start within 10 s.");
            Thread.Yield();
        }
    }

    private static void RequireLinux()
    {
        if (!OperatingSystem.IsLinux()) Assert.Inconclusive("Reads /proc, so it runs on Linux only.");
    }
}
