using System.Diagnostics;
using Rondo;

public class Tests
{
    [Test] public void Leaves_a_detached_child()
    {
        using var child = Process.Start(new ProcessStartInfo("setsid", "sleep 301") { UseShellExecute = false })!;
        Journal.Add("child " + child.Id);
    }

    [Test] public void Comes_later() { }
}
