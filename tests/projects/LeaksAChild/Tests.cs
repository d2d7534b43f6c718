using System.Diagnostics;
using Rondo;

public class Tests
{
    [Test] public async Task Leaves_a_child_that_holds_the_output()
    {
        // Far enough from its neighbours to be told from them.
        await Task.Delay(50);
        using var child = Process.Start(new ProcessStartInfo("sleep", "300") { UseShellExecute = false })!;
        Journal.Add("child " + child.Id);
        await Task.Delay(200);
    }

    [Test] public void Comes_later() { }
}
