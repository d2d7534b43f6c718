using Rondo.Catalog;
using Rondo.Engine.Planning;
using Rondo.Engine.Report;
using Rondo.Engine.Results;
using Rondo.Engine.Wire;
using Rondo.Loops;

namespace Rondo.Engine.Worker;

/// <summary>Reads data sources: for the plan, where only the texts of the rows are kept, and again, lazily, for the live values of a row.</summary>
/// <remarks>
/// Thread: the engine's lane. User code runs on the synchronous thread or on a lane of its own; to write a value into an id is user code, too.
/// Of the values that were read for cases only the last few thousand are kept: a source may have a million rows. One that is asked for again later is read again.
/// </remarks>
internal sealed class RowReader(Workbench bench, TestCatalog catalog, EventLoop loop)
{
    private readonly Dictionary<TestNumber, Source> _sources = [];

    /// <summary>All rows of a source, as far as they could be read.</summary>
    /// <exception cref="StuckException">The source neither ended nor let itself be cancelled.</exception>
    public async Task<Message.Rows> ReadAllAsync(TestNumber number)
    {
        var test = catalog.Test(number);
        var limit = bench.LimitOf(bench.Options.RowsTimeoutMs);
        bench.Send(new Message.ReadingRows(number.Class, number.Method, (long)limit.TotalMilliseconds));
        var source = new Source(test, keepsValues: false);
        _sources[number] = source;
        await ReadAsync(source, int.MaxValue, limit);
        // Read again before a row runs, here as in every other worker: what is repeatable must not depend on where it runs.
        _sources.Remove(number);
        return new Message.Rows(number.Class, number.Method, source.Texts, source.Error);
    }

    /// <summary>The arguments of a row, checked against the plan.</summary>
    /// <param name="planned">The case of the row.</param>
    /// <param name="reads">Told before user code runs.</param>
    public async Task<(object?[]? Values, Failure? Failure)> ValuesAsync(PlannedCase planned, Action reads)
    {
        var source = SourceOf(planned.Test);
        var row = planned.Key.Row;
        // Cases that overlap want rows of one source at once, and it has one reader: who comes later waits, and mostly finds its row there.
        while (source.IsGone(row) || (source.Count <= row && source.Error is null))
        {
            if (!source.Reading.IsCompleted)
            {
                bench.Report(planned.Index.Value, WorkPhase.Setup, planned.Test.RowSource ?? "", TimeSpan.Zero);
                await source.Reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
                source = SourceOf(planned.Test);
                continue;
            }

            reads();
            if (source.IsGone(row))
            {
                var former = source;
                _sources[planned.Test.Key] = source = former.FromTheStart();
                await (source.Reading = EndAsync(former));
                continue;
            }

            source.Reading = ReadAsync(source, row + 1, bench.LimitOf(bench.Options.RowsTimeoutMs));
            await source.Reading;
            break;
        }

        if (source.Count <= row)
        {
            return (null, source.Error ?? new Failure("DataSource", $"Row {row + 1} of data source '{planned.Test.RowSource}' was there when the run was planned, and is not there now: it gave {source.Count} rows here. "
                + "A data source must give the same rows in every process: no random values, no clock, no shared state. [RND3050]", null));
        }

        var (values, text) = source.Take(row);
        var here = IdOf(text);
        var planId = source.Expected[row];
        return here == planId ? (values.Values, null) : (null, new Failure("DataSource",
            $"Row {row + 1} of data source '{planned.Test.RowSource}' differs here: it was '{planId}' when the run was planned and is '{here}' in this process. "
            + "A data source must give the same rows in every process: no random values, no clock, no shared state. [RND3051]", null));
    }

    /// <summary>Remembers what the plan says about a row.</summary>
    public void Expect(TestNumber number, int row, Row expected) => SourceOf(catalog.Test(number)).Expected[row] = IdOf(expected);

    /// <summary>Ends what was read only in part, so that the user's <c>finally</c> blocks run.</summary>
    /// <exception cref="StuckException">A source did not end.</exception>
    public async Task CloseAsync()
    {
        foreach (var source in _sources.Values.Where(s => s.IsOpen))
        {
            bench.Report(-1, WorkPhase.Teardown, source.Test.RowSource ?? "", bench.LimitOf(bench.Options.RowsTimeoutMs));
            await EndAsync(source);
        }
    }

    private async Task EndAsync(Source source)
    {
        var limit = bench.LimitOf(bench.Options.RowsTimeoutMs);
        var lane = loop.OpenLane(source.Test.Id + " (data source)");
        var ending = source.IsAsync == true ? lane.RunAsync(source.CloseAsync) : bench.SyncThread.RunAsync(null, () =>
        {
            source.CloseAsync().GetAwaiter().GetResult();
            return null;
        });
        if (!await ending.EndsWithinAsync(limit, bench.Time))
            throw new StuckException(new Failure("Timeout", $"The data source '{source.Test.RowSource}' of test '{source.Test.Id}' did not end its enumeration within {FixtureInstance.Text(limit)}. Its 'finally' or 'using' waits for something: release it quickly. [RND3052]", null), source.IsAsync != true);
        if (ending.FailureOrNull($"The data source '{source.Test.RowSource}'") is { } failure) bench.Send(new Message.TeardownFailed(source.Test.Id + "." + source.Test.RowSource + ".teardown", failure));
        lane.Close();
    }

    private static string IdOf(Row row) => row.Name is null ? row.Arguments : ArgumentText.FormatName(row.Name);

    private static Row RowOf(RowValues values) => new(ArgumentText.FormatAll(values.Values), values.Name, values.Skip, values.Tags, values.TimeoutMs) { ExpectedFailure = values.ExpectedFailure };

    private Source SourceOf(TestMethod test)
    {
        if (!_sources.TryGetValue(test.Key, out var source)) _sources.Add(test.Key, source = new Source(test, keepsValues: true));
        return source;
    }

    private async Task ReadAsync(Source source, int upTo, TimeSpan limit)
    {
        // What its code leaves unobserved is charged to the test whose rows they are. Undone when this method returns.
        StrayErrors.Owner.Value = source.Test.Id;
        var lane = loop.OpenLane(source.Test.Id + " (data source)");
        var reading = source.IsAsync == true ? lane.RunAsync(() => source.AdvanceAsync(upTo)) : ReadOnSyncThreadAsync(source, upTo, lane);
        if (await reading.EndsWithinAsync(limit, bench.Time))
        {
            source.Error = reading.FailureOrNull($"The data source '{source.Test.RowSource}'");
        }
        else
        {
            source.Stop.Cancel();
            source.Error = new Failure("Timeout", $"The data source '{source.Test.RowSource}' of test '{source.Test.Id}' did not end within {FixtureInstance.Text(limit)}. Give finitely many rows, quickly, from memory or files. [RND3052]", null);
            if (!await reading.EndsWithinAsync(bench.CancelGrace, bench.Time)) throw new StuckException(source.Error, source.IsAsync != true);
        }

        foreach (var stray in lane.TakeStrayExceptions()) bench.Send(new Message.TeardownFailed(source.Test.Id + ".stray", SafeText.OfException(stray)));
        lane.Close();
    }

    // The source's method itself is a synchronous call; only an asynchronous sequence is then read on the lane.
    private async Task ReadOnSyncThreadAsync(Source source, int upTo, LoopLane lane)
    {
        await bench.SyncThread.RunAsync(ExecutionContext.Capture(), () =>
        {
            source.Open();
            if (source.IsAsync == false) source.AdvanceAsync(upTo).GetAwaiter().GetResult();
            return null;
        });
        if (source.IsAsync == true) await lane.RunAsync(() => source.AdvanceAsync(upTo));
    }

    /// <param name="test">Whose rows they are.</param>
    /// <param name="keepsValues">False for the plan: only texts.</param>
    private sealed class Source(TestMethod test, bool keepsValues)
    {
        // Behind the last row that was read; twice as many before they are dropped at once.
        private const int Kept = 2048;

        private readonly List<(RowValues Values, Row Text)> _values = [];
        private int _dropped;
        private IAsyncEnumerator<RowValues>? _reader;

        public TestMethod Test { get; } = test;

        /// <summary>Of a source that keeps no values.</summary>
        public List<Row> Texts { get; } = [];

        /// <summary>How many rows were read.</summary>
        public int Count => _dropped + _values.Count + Texts.Count;

        /// <summary>What the plan calls its rows.</summary>
        public Dictionary<int, string> Expected { get; private init; } = [];

        public CancellationTokenSource Stop { get; } = new();

        public Failure? Error { get; set; }

        public bool? IsAsync { get; private set; }

        /// <summary>The last reading of a row that a case asked for.</summary>
        public Task Reading { get; set; } = Task.CompletedTask;

        /// <summary>Its enumeration has begun and was not ended.</summary>
        public bool IsOpen => _reader is not null;

        /// <summary>It was read, and its values were dropped.</summary>
        public bool IsGone(int row) => row < _dropped;

        public (RowValues Values, Row Text) Take(int row) => _values[row - _dropped];

        public Source FromTheStart() => new(Test, keepsValues) { Expected = Expected };

        public async Task CloseAsync()
        {
            if (_reader is not { } reader) return;
            _reader = null;
            await reader.DisposeAsync();
        }

        public void Open()
        {
            if (_reader is not null) return;
            var rows = Test.Class.Entry.Rows(Test.Number);
            IsAsync = rows.IsAsync;
            _reader = rows.ReadAsync(Stop.Token).GetAsyncEnumerator(Stop.Token);
        }

        public async Task AdvanceAsync(int upTo)
        {
            while (Count < upTo && await _reader!.MoveNextAsync())
            {
                var row = _reader.Current;
                if (keepsValues) _values.Add((row, RowOf(row)));
                else Texts.Add(RowOf(row));
                if (_values.Count < 2 * Kept) continue;
                _values.RemoveRange(0, Kept);
                _dropped += Kept;
            }
        }
    }
}
