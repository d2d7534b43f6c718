using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Rondo.Catalog;
using Rondo.Logging;

// With the other values of tests, so that a test that asks for it needs no further using.
namespace Rondo;

/// <summary>
/// The log records of one test. Asked for by parameter of a test, or of a fixture of any scope: a test and its own fixtures share one, each wider fixture has its own.
/// </summary>
/// <remarks>
/// A record goes to the test whose flow of code wrote it, if that test asks for <see cref="Logs"/> too, also when the logger came from a wider fixture: a server that many tests share logs into the test whose request it
/// handles, as far as the request's flow comes from the test. What belongs to no such test goes to the owner of the logger. Each record is also one line of the test's output. Thread: any.
/// </remarks>
[TestValue]
public sealed class Logs : IDisposable
{
    // Only tests that asked: a test that did not is not made to keep anything.
    private static readonly ConditionalWeakTable<TestContext, Logs> s_ofTests = [];

    private readonly Lock _gate = new();
    private readonly List<LogRecord> _records = [];
    private readonly TestContext? _test;

    /// <summary>Called by Rondo, once for each test or wider fixture that asks.</summary>
    /// <param name="test">The test; null for a wider fixture.</param>
    public Logs(TestContext? test)
    {
        _test = test;
        Provider = new OwnProvider(this);
        Factory = new OwnFactory(Provider);
        if (test is not null) s_ofTests.AddOrUpdate(test, this);
    }

    /// <summary>What was logged so far, in order. A copy.</summary>
    public IReadOnlyList<LogRecord> Records
    {
        get
        {
            lock (_gate) return [.. _records];
        }
    }

    /// <summary>Makes loggers for the code under test.</summary>
    public ILoggerFactory Factory { get; }

    /// <summary>For hosts: <c>builder.Logging.AddProvider(logs.Provider)</c>. A host that disposes of it does no harm.</summary>
    public ILoggerProvider Provider { get; }

    /// <summary>Records below are not kept. At first <see cref="LogLevel.Trace"/>, so that all are; a host's own filters come before it.</summary>
    public LogLevel MinimumLevel { get; set; } = LogLevel.Trace;

    /// <summary>Called by Rondo when the test or fixture is over. What comes later is still taken.</summary>
    public void Dispose()
    {
        if (_test is not null) s_ofTests.Remove(_test);
    }

    private void Add(LogRecord record, TestContext? writer)
    {
        lock (_gate) _records.Add(record);
        if ((writer ?? _test)?.Output is { } output) output.WriteLine(record.ToString());
        else Console.WriteLine(record.ToString());
    }

    private sealed class OwnFactory(ILoggerProvider provider) : ILoggerFactory
    {
        private readonly Lock _gate = new();
        private List<ILoggerProvider> _more = [];

        public ILogger CreateLogger(string categoryName)
        {
            var own = provider.CreateLogger(categoryName);
            var more = _more;
            return more.Count == 0 ? own : new Several([own, .. more.Select(one => one.CreateLogger(categoryName))]);
        }

        public void AddProvider(ILoggerProvider provider)
        {
            lock (_gate) _more = [.. _more, provider];
        }

        public void Dispose()
        {
        }
    }

    private sealed class Several(IReadOnlyList<ILogger> all) : ILogger
    {
        public bool IsEnabled(LogLevel logLevel) => all.Any(one => one.IsEnabled(logLevel));

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            foreach (var one in all)
            {
                if (one.IsEnabled(logLevel)) one.Log(logLevel, eventId, state, exception, formatter);
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => new Ends([.. all.Select(one => one.BeginScope(state))]);

        private sealed class Ends(IReadOnlyList<IDisposable?> all) : IDisposable
        {
            public void Dispose()
            {
                for (var i = all.Count - 1; i >= 0; i--) all[i]?.Dispose();
            }
        }
    }

    private sealed class OwnProvider(Logs owner) : ILoggerProvider, ISupportExternalScope
    {
        private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

        public ILogger CreateLogger(string categoryName) => new OwnLogger(owner, this, categoryName);

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

        public IDisposable Begin(object? state) => _scopes.Push(state);

        public IReadOnlyList<string> Open()
        {
            List<string> open = [];
            _scopes.ForEachScope(static (scope, open) => open.Add(TextOf(scope)), open);
            return open;
        }

        public void Dispose()
        {
        }

        private static string TextOf(object? scope)
        {
            try
            {
                return scope?.ToString() ?? "null";
            }
            catch (Exception error)
            {
                return $"({error.GetType().Name} in the text of a scope)";
            }
        }
    }

    private sealed class OwnLogger(Logs owner, OwnProvider provider, string category) : ILogger
    {
        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None && logLevel >= Target(TestContext.Current).MinimumLevel;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => provider.Begin(state);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var test = TestContext.Current;
            var target = Target(test);
            if (logLevel == LogLevel.None || logLevel < target.MinimumLevel) return;
            var values = state is IReadOnlyList<KeyValuePair<string, object?>> list ? Copied(list) : [];
            var time = ((test ?? target._test)?.Loop.Clock ?? TimeProvider.System).GetUtcNow();
            target.Add(new LogRecord(time, category, logLevel, eventId, MessageOf(state, exception, formatter), exception, values, provider.Open()), test);
        }

        private Logs Target(TestContext? test) => test is not null && test != owner._test && s_ofTests.TryGetValue(test, out var logs) ? logs : owner;

        // The caller may use the object again.
        private static IReadOnlyList<KeyValuePair<string, object?>> Copied(IReadOnlyList<KeyValuePair<string, object?>> values)
        {
            try
            {
                return [.. values];
            }
            catch (Exception)
            {
                // User code; logging must not throw.
                return [];
            }
        }

        private static string MessageOf<TState>(TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            try
            {
                return formatter(state, exception);
            }
            catch (Exception error)
            {
                return $"(the message could not be made: {error.GetType().Name}: {error.Message})";
            }
        }
    }
}
