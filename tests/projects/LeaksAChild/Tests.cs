using System.Diagnostics;
using Rondo;

public class Tests
{
    [Test] public void Leaves_a_child_that_holds_the_output()
    {
        using var child = Process.Start(new ProcessStartInfo("sleep", "300") { UseShellExecute = false })!;
        Journal.Add("child " + child.Id);
    }

    [Test] public void Comes_later() { }
}
