using Rondo.Catalog;
using Rondo.Engine.Report;
using Rondo.Engine.Results;

namespace Rondo.Engine.Worker;

/// <summary>The named parts of one attempt: runs them, keeps their results, and knows which still run.</summary>
/// <remarks>
/// Parts are begun and ended on the threads of the test; <see cref="Seal"/> and the results belong to the engine's lane. Invariant: each part that was begun has one result once the attempt is sealed. Which part code belongs to
/// flows with the ExecutionContext, in <see cref="OutputCapture.Current"/>.
/// </remarks>
/// <param name="attempt">Whose they are.</param>
/// <param name="ended">Hears each part's result at once, on the part's thread; null for nobody.</param>
/// <param name="stopsAtFirst">After one has failed no other begins.</param>
internal sealed class Parts(Attempt attempt, Action<PartResult>? ended, bool stopsAtFirst) : ISubtestRunner
{
    private readonly Lock _gate = new();
    private readonly List<Part> _parts = [];
    private readonly Dictionary<string, int> _lastOfName = new(StringComparer.Ordinal);
    private TaskCompletionSource? _idle;
    private int _running;
    private bool _isSealed;
    private bool _hasFailed;

    /// <summary>Null if none runs; else completes when none does.</summary>
    public Task? WhenIdle
    {
        get
        {
            lock (_gate) return _running == 0 ? null : (_idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    public bool Run(string name, Action part)
    {
        var one = Begin(name);
        var before = OutputCapture.Current.Value;
        OutputCapture.Current.Value = one.Output;
        Outcome outcome;
        try
        {
            part();
            outcome = Outcome.Passed.Instance;
        }
        catch (Exception error)
        {
            outcome = OutcomeOf(error);
        }
        finally
        {
            OutputCapture.Current.Value = before;
        }

        return End(one, outcome);
    }

    // What an async method does to the context ends with its synchronous beginning, so the caller keeps its own.
    public async Task<bool> RunAsync(string name, Func<Task> part)
    {
        var one = Begin(name);
        OutputCapture.Current.Value = one.Output;
        Outcome outcome;
        try
        {
            await part();
            outcome = Outcome.Passed.Instance;
        }
        catch (Exception error)
        {
            outcome = OutcomeOf(error);
        }

        return End(one, outcome);
    }

    /// <summary>The body is over and with it its parts: no other begins, and those that did not end are given the result that their test's end means for them.</summary>
    public void Seal()
    {
        List<Part> left = [];
        lock (_gate)
        {
            _isSealed = true;
            foreach (var part in _parts)
            {
                if (part.Result is null) left.Add(part);
            }
        }

        foreach (var part in left) End(part, CutOff());
    }

    /// <summary>In the order in which they began.</summary>
    public IReadOnlyList<PartResult> Results
    {
        get
        {
            lock (_gate)
            {
                if (_parts.Count == 0) return [];
                var results = new List<PartResult>(_parts.Count);
                foreach (var part in _parts)
                {
                    if (part.Result is { } result) results.Add(result);
                }

                return results;
            }
        }
    }

    /// <summary>True for the exception that ends a test at its first failed part, also if it came out of several at once.</summary>
    public static bool IsStop(Exception? error)
    {
        if (error is not AggregateException several) return error is PartsStoppedException;
        foreach (var one in several.InnerExceptions)
        {
            if (!IsStop(one)) return false;
        }

        return several.InnerExceptions.Count > 0;
    }

    private Part Begin(string name)
    {
        lock (_gate)
        {
            if (_isSealed)
                throw new RondoUsageException($"Part '{name}' was begun when the body of test '{attempt.Case.Id}' had ended. Parts belong to the body, and those that still run at its end are awaited. Begin it before, and await what the test starts. [RND3090]");
            if (stopsAtFirst && _hasFailed) throw new PartsStoppedException(name);
            var outer = (OutputCapture.Current.Value as PartOutput)?.Part is { } inside && inside.Owner == this ? inside : null;
            var text = name.Length == 0 ? "(unnamed)" : ArgumentText.FormatName(name);
            var part = new Part(this, Unique(outer is null ? text : outer.Name + "/" + text), attempt.NewPartOutput(), attempt.Bench.Time.GetUtcNow(), attempt.Bench.Time.GetTimestamp());
            _parts.Add(part);
            _running++;
            return part;
        }
    }

    private string Unique(string name)
    {
        if (_lastOfName.TryAdd(name, 1)) return name;
        for (var n = _lastOfName[name] + 1; ; n++)
        {
            var numbered = name + "#" + n.ToString(System.Globalization.CultureInfo.InvariantCulture);
            if (!_lastOfName.TryAdd(numbered, 1)) continue;
            _lastOfName[name] = n;
            return numbered;
        }
    }

    private bool End(Part part, Outcome outcome)
    {
        TaskCompletionSource? idle = null;
        PartResult result;
        lock (_gate)
        {
            // It was cut off with its test; this is its late end.
            if (part.Result is not null) return false;
            result = part.End(outcome, attempt.Bench.Time.GetElapsedTime(part.From));
            _hasFailed |= result.HasFailed;
            if (--_running == 0) (idle, _idle) = (_idle, null);
        }

        ended?.Invoke(result);
        idle?.TrySetResult();
        return outcome is Outcome.Passed;
    }

    private Outcome OutcomeOf(Exception error) => error switch
    {
        SkipException skip => new Outcome.Skipped(skip.Message),
        // It listened: its end says nothing beyond that of its test.
        OperationCanceledException when attempt.StoppedAs is not null => CutOff(),
        // Of a part in this one.
        PartsStoppedException => Outcome.Passed.Instance,
        _ => new Outcome.Failed(SafeText.OfException(error)),
    };

    private Outcome CutOff() => attempt.StoppedAs switch
    {
        Outcome.NotRun stopped => stopped,
        Outcome.TimedOut => new Outcome.TimedOut(new Failure("Timeout", "The part was running when the time of its test was over.", null)),
        { FailureOrNull: { } failure } => new Outcome.Failed(new Failure("Cancelled", "The part was running when its test was stopped: " + failure.Message, null)),
        _ => new Outcome.Failed(new Failure("Abandoned", "The part had not ended when its test had.", null)),
    };
}

/// <summary>One part.</summary>
internal sealed class Part
{
    public Part(Parts owner, string name, PartOutput output, DateTimeOffset startedAt, long from)
    {
        (Owner, Name, Output, StartedAt, From) = (owner, name, output, startedAt, from);
        output.Part = this;
    }

    public Parts Owner { get; }

    public string Name { get; }

    public PartOutput Output { get; }

    public DateTimeOffset StartedAt { get; }

    /// <summary>On the workbench's clock.</summary>
    public long From { get; }

    /// <summary>Null while it runs.</summary>
    public PartResult? Result { get; private set; }

    public PartResult End(Outcome outcome, TimeSpan duration)
    {
        Output.IsOver = true;
        return Result = new PartResult(Name, outcome) { StartedAt = StartedAt, Duration = duration, Output = Output.Out.ToString(), ErrorOutput = Output.Error.ToString() };
    }
}

/// <summary>No further part begins, because the run stops at its first failure.</summary>
internal sealed class PartsStoppedException(string name) : OperationCanceledException($"Part '{name}' was not begun: an earlier part has failed, and the run stops at the first failure (-x).");
