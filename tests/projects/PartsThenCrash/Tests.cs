using System.Diagnostics;
using Rondo;

public class Crash
{
    [Test] public async Task Dies_in_its_third_part(Subtests subtests)
    {
        await subtests.RunAsync("first", async () =>
        {
            await Task.Yield();
            Console.WriteLine("first speaks");
        });
        subtests.Run("second", () => throw new Exception("second is broken"));
        await subtests.RunAsync("third", async () =>
        {
            await Task.Yield();
            Process.GetCurrentProcess().Kill();
        });
    }

    [Test] public void Is_innocent() { }
}
