using System.Runtime.ExceptionServices;
using Rondo.Engine.Results;
using Rondo.Engine.Report;
using Rondo.Loops;

namespace Rondo.Engine.Worker;

// What the test has started: its children, and what they and its body wait for.
internal sealed partial class Attempt
{
    /// <summary>The task that the body of an asynchronous test gave; null before, and for synchronous ones.</summary>
    public Task? Body { get; set; }

    /// <summary>Where body and children stand, as sentences that follow another; empty if nothing is known.</summary>
    public string WhatWaits()
    {
        var names = WaitingNames.Of(Body);
        var body = Body is { IsCompleted: true } && Tasks.HasGroup ? " Its body had ended."
            : names.Count == 0 ? "" : $" It was waiting in {string.Join(", ", names)}.";
        var known = body + Tasks.Unfinished + LoopDebug.Tell(Lane);
        return known.Length == 0 && Case.Test.IsAsync && !LoopDebug.IsOn ? " (--loop-debug names the async methods that are suspended.)" : known;
    }

    /// <summary>With <c>--loop-debug</c>: what nobody awaits and nothing else shows. No leak by itself: a library may keep such a method for the life of the process.</summary>
    public void NoteSuspended()
    {
        if (!LoopDebug.IsOn || _bench.Options.Leaks == "off" || LoopDebug.Suspended(Lane) is not { Count: > 0 } names) return;
        Notes.Add($"Async methods that the test began are still suspended: {string.Join(", ", names)}.");
    }

    /// <summary>Lets a cancellation of the scope that a fixture gave its value in reach this test. Most fixtures have none.</summary>
    public void LinkTasks(IEnumerable<FixtureInstance> fixtures)
    {
        if (Wanted.Count == 0) return;
        foreach (var fixture in fixtures)
        {
            if (fixture.GivenScope is not { } given) continue;
            var cancelled = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            Tasks.Link(given, why => cancelled.TrySetResult(why));
            _ = WatchAsync(fixture, cancelled.Task);
        }

        // Comes back to the engine's lane, or never.
        async Task WatchAsync(FixtureInstance fixture, Task<string> cancelled)
        {
            var why = await cancelled;
            Stop(new Outcome.FixtureFailed(fixture.Definition.Key, new Failure(
                "FixtureCancelled",
                $"Fixture '{fixture.Definition.Key}' gave its value inside a cancel scope or task group, and that was cancelled while this test used the value: {why}. Such a cancellation reaches the tests that use the fixture, and no others. Let the fixture end that scope before it gives the value, or repair what cancelled it. [RND3044]",
                null)));
        }
    }

    /// <summary>Waits for the body, and then for its children; throws what they have failed with together.</summary>
    public async Task EndBodyAsync(Task body)
    {
        Exception? failure = null;
        try
        {
            await body;
        }
        catch (Exception error)
        {
            failure = error;
        }

        if (Tasks.TakeGroup() is { } group) failure = await Tasks.EndAsync(group, failure);
        if (Parts?.WhenIdle is { } parts) failure = await EndPartsAsync(parts, failure);
        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
    }

    // Parts that nobody awaited. Like children of the group they may end by themselves, unless the body has failed.
    private async Task<Exception?> EndPartsAsync(Task idle, Exception? failure)
    {
        if (failure is not null) CancelToken();
        try
        {
            // As a body of the lane: virtual time moves for it, and it can be told that it can never finish.
            await Lane.RunAsync(() => idle);
        }
        catch (LoopClosedException)
        {
            await idle;
        }
        catch (LoopException stalled)
        {
            return failure ?? stalled;
        }

        return failure;
    }

    /// <summary>Ends a group whose body never began, or was given up: nobody else will.</summary>
    public async Task AbandonTasksAsync()
    {
        if (Tasks.TakeGroup() is not { } group) return;
        var ended = Tasks.EndAsync(group, new OperationCanceledException());
        if (!await ended.EndsWithinAsync(_bench.CancelGrace, _bench.Time))
        {
            Notes.Add($"The test ended without its children.{Tasks.Unfinished}");
            return;
        }

        foreach (var error in group.Failures) TryAddStray(SafeText.OfException(error));
    }

    /// <summary>Names the children that an exception, or those inside of it, came from.</summary>
    public void NoteChild(Exception error)
    {
        IReadOnlyList<Exception> all = error is AggregateException several ? several.InnerExceptions : [error];
        foreach (var one in all)
        {
            if (OwnTasks.ChildOf(one) is { } child and not "body") Notes.Add($"{one.GetType().Name} came from '{child}', a child of a task group.");
        }
    }
}
