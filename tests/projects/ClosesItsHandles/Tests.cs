using System.Runtime.InteropServices;
using Rondo;

public class Tests
{
    [DllImport("libc", EntryPoint = "close")] private static extern int Close(int handle);

    [Test] public void Closes_the_standard_ones()
    {
        for (var handle = 0; handle < 3; handle++) Close(handle);
    }

    [Test] public async Task Closes_all_others()
    {
        for (var handle = 3; handle < 1024; handle++) Close(handle);
        await Task.Delay(100);
    }

    [Test, Case(1), Case(2), Case(3), Case(4)] public void Healthy(int number) => Expect.True(number > 0, "number");
}
