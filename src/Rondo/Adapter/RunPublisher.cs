using System.Threading.Channels;
using Microsoft.Testing.Platform.Extensions.Messages;
using Rondo.Engine.Control;
using Rondo.Engine.Planning;
using Rondo.Engine.Report;
using Rondo.Engine.Results;

namespace Rondo.Adapter;

/// <summary>Hears the engine and publishes nodes, each with the id of the node above it or null. The engine calls without waiting; one task hands the nodes on in that order.</summary>
internal sealed class RunPublisher(Nodes nodes, IReadOnlySet<string>? wantedIds, Func<TestNode, string?, Task> publish, Func<string, Task> say, bool saysNotes, string? schedule = null, NowDisplay? display = null, bool hidesRunning = false) : IRunObserver
{
    // Characters of live output that wait for a terminal or pipe which takes them more slowly than tests write.
    private const int MostLive = 4 * 1024 * 1024;

    private LiveLines? _live;
    private int _liveWaiting;
    private long _liveDropped;
    private volatile bool _isLooking;
    private readonly Channel<Func<Task>> _queue = Channel.CreateUnbounded<Func<Task>>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Hands on what is queued until <see cref="Complete"/> was called and nothing is left.</summary>
    public async Task RunAsync()
    {
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (_queue.Reader.TryRead(out var step)) await step().ConfigureAwait(false);
        }
    }

    public void Complete()
    {
        Stream(_live?.EndAll() ?? []);
        if (display is not null) _queue.Writer.TryWrite(display.EndAsync);
        _queue.Writer.TryComplete();
    }

    public void Planned(Plan plan)
    {
        if (Schedules.Complaint(schedule, plan) is { } unused) Say(unused);
        if (wantedIds is null) return;
        foreach (var id in wantedIds)
        {
            if (!plan.TryFind(id, out _) && !plan.Cases.Any(c => c.Copy.Length > 0 && c.OwnId == id)) Say($"No test with the id '{id}' is part of this run. Ids are written exactly as --list-tests json shows them. [RND2051]");
        }
    }

    public void InProgress(PlannedCase planned, string worker)
    {
        if (!hidesRunning) Publish(nodes.InProgress(planned));
    }

    public void Finished(PlannedCase planned, CaseResult result)
    {
        Stream(_live?.End(result.Worker, planned.Id) ?? []);
        // What passes is not printed.
        if (result.Outcome.Tally != Tally.Passed) display?.Spoke();
        foreach (var node in nodes.Finished(planned, result)) Publish(node);
        if (result.Parts.Count == 0) return;
        foreach (var part in nodes.PartsOf(planned, result)) Publish(part, planned.Id);
    }

    public void TeardownFailed(TeardownError error) => Publish(nodes.TeardownFailed(error));

    public void LiveOutput(PlannedCase? planned, string worker, bool isError, string text) => Stream((_live ??= new LiveLines()).Add(worker, planned?.Id, isError, text));

    public void Now(RunSnapshot now)
    {
        // Only the newest counts: one that waits is enough.
        if (display is null || _isLooking) return;
        _isLooking = true;
        _queue.Writer.TryWrite(() =>
        {
            _isLooking = false;
            return display.ShowAsync(now);
        });
    }

    public void Status(RunSnapshot now)
    {
        display?.Spoke();
        Say(string.Join('\n', NowText.Lines(now)));
    }

    public void Slow(PlannedCase planned, string worker, TimeSpan elapsed, string doing)
    {
        display?.Spoke();
        Say($"slow: {SafeText.OneLine(planned.Id)} has been running for {DurationText.Of(elapsed)}{(doing.Length == 0 ? "" : ", " + SafeText.OneLine(doing))} ({worker}).");
    }

    public void SetupStep(string worker, string line) => _queue.Writer.TryWrite(() => say($"{worker,-5} {line}"));

    // A run says its notes once, in its summary; a listing has none.
    public void Note(string text)
    {
        if (saysNotes) Say(text);
    }

    // In one piece, so that nobody writes in between.
    private void Stream(IReadOnlyList<string> lines)
    {
        if (lines.Count == 0) return;
        display?.Spoke();
        var text = string.Join('\n', lines);
        if (Volatile.Read(ref _liveWaiting) + text.Length > MostLive)
        {
            _liveDropped += lines.Count;
            return;
        }

        if (_liveDropped > 0) text = $"Rondo: {_liveDropped} lines of live output are left out here, because they came faster than they could be shown. What is kept of a test's output stands in the reports.\n{text}";
        _liveDropped = 0;
        Interlocked.Add(ref _liveWaiting, text.Length);
        _queue.Writer.TryWrite(() =>
        {
            Interlocked.Add(ref _liveWaiting, -text.Length);
            return say(text);
        });
    }

    private void Say(string text) => _queue.Writer.TryWrite(() => say("Rondo: " + text));

    private void Publish(TestNode node, string? parent = null) => _queue.Writer.TryWrite(() => publish(node, parent));
}
