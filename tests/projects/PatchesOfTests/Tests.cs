using System.Globalization;
using Rondo;

namespace Patching;

public class Tests
{
    [Fixture] public static string Currency(Patches patches)
    {
        patches.SetEnvironmentVariable("SHOP_CURRENCY", "EUR");
        return "EUR";
    }

    [Test] public void Through_a_fixture(string currency, Patches patches, TempDirectory directory)
    {
        patches.SetCurrentDirectory(directory.Path);
        patches.SetConsoleInput(new StringReader("yes\n"));
        Expect.Equal(currency, Environment.GetEnvironmentVariable("SHOP_CURRENCY"));
        Expect.Equal("yes", Console.ReadLine());
        File.WriteAllText("here.txt", "");
        Expect.True(File.Exists(directory.Combine("here.txt")), "the directory is current");
    }

    [Test, Case(1), Case(2)] public void Sees_nothing_of_it(int number)
    {
        Expect.Equal<string?>(null, Environment.GetEnvironmentVariable("SHOP_CURRENCY"));
        Expect.True(!File.Exists("here.txt"), "the directory is the former one");
        Expect.True(!CultureInfo.CurrentCulture.NumberFormat.NumberDecimalSeparator.Equals("#", StringComparison.Ordinal), "the culture too " + number);
    }

    // Where the system has no cultures (invariant globalization) there is only this one.
    [Test] public async Task Culture_flows(Patches patches)
    {
        patches.SetCulture("");
        patches.SetUICulture("");
        await Task.Yield();
        Expect.Equal("", CultureInfo.CurrentCulture.Name);
        await Task.Run(() => Expect.Equal("", CultureInfo.CurrentUICulture.Name));
        try { patches.SetCulture("there-is-none"); }
        catch (CultureNotFoundException) { return; }
        throw new Exception("an unknown culture was taken");
    }

    [Test, Timeout(200)] public async Task Has_no_time(Patches patches, CancellationToken stop)
    {
        patches.SetEnvironmentVariable("SHOP_CURRENCY", "USD");
        await Task.Delay(-1, stop);
    }
}

[Cooperative]
public class Together
{
    private static int s_now;

    [Test, Case(1), Case(2), Case(3)] public async Task Beside_others(int number)
    {
        Interlocked.Increment(ref s_now);
        await Task.Delay(20);
        Expect.Equal<string?>(null, Environment.GetEnvironmentVariable("SHOP_CURRENCY"));
        Interlocked.Decrement(ref s_now);
        Expect.True(number > 0, "number");
    }

    [Test] public async Task Alone(Patches patches)
    {
        patches.SetEnvironmentVariable("SHOP_CURRENCY", "GBP");
        for (var i = 0; i < 5; i++)
        {
            Expect.Equal(0, Volatile.Read(ref s_now));
            await Task.Delay(5);
        }
    }
}
