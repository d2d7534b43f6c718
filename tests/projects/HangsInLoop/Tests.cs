using Rondo;

public class Tests
{
    [Test, Timeout(500)] public async Task Spins_on_the_loop()
    {
        await Task.Yield();
        SpinForever();
    }

    [Test, Case(1), Case(2), Case(3), Case(4)] public async Task Healthy(int number)
    {
        Journal.Add("healthy " + number);
        await Task.Yield();
    }

    private static volatile bool s_enough;

    private static void SpinForever()
    {
        var count = 0L;
        while (!s_enough) count++;
    }
}
