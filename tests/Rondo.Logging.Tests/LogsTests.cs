using Microsoft.Extensions.Logging;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Rondo.Logging.Tests;

/// <summary>What a logger does with what it is given; to whom records belong is in tests/projects/LogsOfTests.</summary>
[TestClass]
public sealed class LogsTests
{
    private readonly Logs _logs = new(null);

    [TestCleanup]
    public void End() => _logs.Dispose();

    [TestMethod]
    public void A_record_has_message_values_level_event_and_error()
    {
        var error = new FormatException("no number");

        _logs.Factory.CreateLogger("Shop.Carts").LogWarning(new EventId(7, "Full"), error, "{Count} of {Most}", 3, 4);

        var record = _logs.Records.Single();
        Assert.AreEqual("3 of 4", record.Message);
        Assert.AreEqual((LogLevel.Warning, 7, "Shop.Carts"), (record.Level, record.EventId.Id, record.Category));
        Assert.AreSame(error, record.Exception);
        Assert.AreEqual(3, record.Values.Single(v => v.Key == "Count").Value);
        Assert.AreEqual("warn Shop.Carts[7]: 3 of 4 (FormatException: no number)", record.ToString());
    }

    [TestMethod]
    public void A_record_is_one_line()
    {
        _logs.Factory.CreateLogger("C").LogInformation("one\r\ntwo\nthree");

        Assert.AreEqual("info C: one two three", _logs.Records[0].ToString());
    }

    [TestMethod]
    public void Open_scopes_are_kept_and_closed_ones_are_not()
    {
        var logger = _logs.Factory.CreateLogger("C");
        using (logger.BeginScope("outer"))
        {
            using (logger.BeginScope("inner")) logger.LogInformation("in both");
            logger.LogInformation("in one");
        }

        logger.LogInformation("in none");

        Assert.AreEqual("outer,inner|outer|", string.Join('|', _logs.Records.Select(r => string.Join(',', r.Scopes))));
    }

    [TestMethod]
    public void Below_the_least_level_nothing_is_kept()
    {
        var logger = _logs.Factory.CreateLogger("C");
        _logs.MinimumLevel = LogLevel.Error;

        logger.LogWarning("unheard");
        logger.LogCritical("heard");

        Assert.IsFalse(logger.IsEnabled(LogLevel.Warning));
        Assert.IsFalse(logger.IsEnabled(LogLevel.None));
        Assert.AreEqual("heard", _logs.Records.Single().Message);
    }

    [TestMethod]
    public void What_users_hand_over_cannot_break_it()
    {
        var logger = _logs.Factory.CreateLogger("C");
        using (logger.BeginScope(new Hostile())) logger.Log<object>(LogLevel.Information, 0, new Hostile(), new HostileException(), (_, _) => throw new FormatException("no text"));

        var record = _logs.Records.Single();
        Assert.AreEqual("(the message could not be made: FormatException: no text)", record.Message);
        Assert.Contains("HostileException", record.ToString());
    }

    [TestMethod]
    public void Another_provider_hears_the_same()
    {
        using var other = new Logs(null);
        _logs.Factory.AddProvider(other.Provider);

        _logs.Factory.CreateLogger("C").LogInformation("hello");

        Assert.AreEqual("hello", _logs.Records.Single().Message);
        Assert.AreEqual("hello", other.Records.Single().Message);
    }

    [TestMethod]
    public void Many_threads_lose_nothing()
    {
        var logger = _logs.Factory.CreateLogger("C");

        Parallel.For(0, 1000, i => logger.LogInformation("number {I}", i));

        Assert.HasCount(1000, _logs.Records.Select(r => r.Message).Distinct().ToList());
    }

    private sealed class Hostile
    {
        public override string ToString() => throw new FormatException("no scope");
    }

    private sealed class HostileException : Exception
    {
        public override string Message => throw new FormatException("no message");
    }
}
