using Microsoft.Extensions.Logging;
using Rondo;
using Rondo.Logging;

namespace Logging;

public sealed class Shop(ILogger logger)
{
    public void Sell(string what) => logger.LogInformation("Sold {What}", what);
}

public static class Fixtures
{
    [Fixture(FixtureScope.Worker)] public static Shop Shared(Logs logs)
    {
        var shop = new Shop(logs.Factory.CreateLogger("Shared"));
        shop.Sell("nothing yet");
        return shop;
    }

    [Fixture] public static List<int> Own(Logs logs)
    {
        logs.Factory.CreateLogger("Fixture").LogDebug("sets up");
        return [];
    }
}

[Cooperative]
public class Tests
{
    [Test, Case("apples"), Case("pears"), Case("plums")] public async Task Each_has_its_own_records(string what, Shop shop, List<int> own, Logs logs)
    {
        await Task.Delay(5);
        shop.Sell(what);
        await Task.Run(() => shop.Sell("more " + what));
        Expect.Equal($"sets up|Sold {what}|Sold more {what}", string.Join('|', logs.Records.Select(r => r.Message)));
        Expect.Equal(LogLevel.Debug, logs.Records[0].Level);
        Expect.Equal("Shared", logs.Records[1].Category);
        Expect.Equal(what, logs.Records[1].Values[0].Value as string);
        Expect.Equal(0, own.Count);
    }

    [Test] public void Who_does_not_ask_sees_nothing_of_it(Shop shop) => shop.Sell("bread");

    [Test] public void Errors_and_scopes_are_in_the_line(Logs logs)
    {
        var logger = logs.Factory.CreateLogger<Tests>();
        using (logger.BeginScope("order {Number}", 7)) logger.LogError(new EventId(3), new FormatException("no number"), "Cannot read");
        Expect.Equal("order 7", logs.Records[0].Scopes[0]);
        logs.MinimumLevel = LogLevel.Warning;
        logger.LogInformation("unheard");
        Expect.Equal(1, logs.Records.Count);
    }
}
