using System.Threading.Channels;
using Microsoft.Testing.Platform.Extensions.Messages;
using Rondo.Engine.Control;
using Rondo.Engine.Planning;
using Rondo.Engine.Results;

namespace Rondo.Adapter;

/// <summary>Hears the engine and publishes nodes, each with the id of the node above it or null. The engine calls without waiting; one task hands the nodes on in that order.</summary>
internal sealed class RunPublisher(Nodes nodes, IReadOnlySet<string>? wantedIds, Func<TestNode, string?, Task> publish, Func<string, Task> say, bool saysNotes, string? schedule = null) : IRunObserver
{
    private readonly Channel<Func<Task>> _queue = Channel.CreateUnbounded<Func<Task>>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Hands on what is queued until <see cref="Complete"/> was called and nothing is left.</summary>
    public async Task RunAsync()
    {
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (_queue.Reader.TryRead(out var step)) await step().ConfigureAwait(false);
        }
    }

    public void Complete() => _queue.Writer.TryComplete();

    public void Planned(Plan plan)
    {
        if (Schedules.Complaint(schedule, plan) is { } unused) Say(unused);
        if (wantedIds is null) return;
        foreach (var id in wantedIds)
        {
            if (!plan.TryFind(id, out _)) Say($"No test with the id '{id}' is part of this run. Ids are written exactly as --list-tests json shows them. [RND2051]");
        }
    }

    public void InProgress(PlannedCase planned, string worker) => Publish(nodes.InProgress(planned));

    public void Finished(PlannedCase planned, CaseResult result)
    {
        foreach (var node in nodes.Finished(planned, result)) Publish(node);
        if (result.Parts.Count == 0) return;
        foreach (var part in nodes.PartsOf(planned, result)) Publish(part, planned.Id);
    }

    public void TeardownFailed(TeardownError error) => Publish(nodes.TeardownFailed(error));

    public void LiveOutput(PlannedCase? planned, string worker, bool isError, string text)
    {
        foreach (var line in text.TrimEnd('\r', '\n').Split('\n')) _queue.Writer.TryWrite(() => say($"[{worker}] {line.TrimEnd('\r')}"));
    }

    public void SetupStep(string worker, string line) => _queue.Writer.TryWrite(() => say($"{worker,-5} {line}"));

    // A run says its notes once, in its summary; a listing has none.
    public void Note(string text)
    {
        if (saysNotes) Say(text);
    }

    private void Say(string text) => _queue.Writer.TryWrite(() => say("Rondo: " + text));

    private void Publish(TestNode node, string? parent = null) => _queue.Writer.TryWrite(() => publish(node, parent));
}
