using System.Diagnostics;
using Rondo;

public class Tests
{
    [Test] public async Task Leaves_a_detached_child() => await LeaveAsync("exec setsid sleep 301");

    [Test] public async Task Leaves_a_grandchild_of_a_double_fork() => await LeaveAsync("setsid sh -c 'sleep 302 &'");

    [Test] public async Task Leaves_a_child_that_does_not_listen() => await LeaveAsync("exec setsid sh -c 'trap \"\" TERM; sleep 303; sleep 303'");

    [Test] public async Task Leaves_a_detached_child_and_dies()
    {
        await LeaveAsync("exec setsid sleep 304");
        Environment.FailFast("and nobody is there to end it");
    }

    [Test] public void Comes_later() { }

    private static async Task LeaveAsync(string script)
    {
        // Far enough from its neighbours to be told from them.
        await Task.Delay(50);
        using var child = Process.Start(new ProcessStartInfo("sh", ["-c", script]))!;
        await Task.Delay(200);
    }
}
