using Rondo.Engine.Report;
using Rondo.Engine.Results;
using Rondo.Loops;

namespace Rondo.Engine.Worker;

// What the fixture has started, and the border around its code.
internal sealed partial class FixtureInstance
{
    private OwnTasks? _tasks;
    private bool _toldOfChild;

    /// <summary>The cancel scope, opened by its own code, that the fixture gave its value in; null, the rule, if it is in none. Its cancellation reaches those that use the value.</summary>
    public CancelScope? GivenScope { get; private set; }

    // Engine's lane.
    private OwnTasks Tasks
    {
        get
        {
            if (_tasks is not null) return _tasks;
            var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _tasks = new OwnTasks($"fixture '{Definition.Key}'", _lane!, () => failed.TrySetResult());
            _ = WatchChildrenAsync(failed.Task);
            return _tasks;
        }
    }

    /// <summary>Opens its lane, before anything is asked for that belongs to it.</summary>
    /// <param name="forTest">The test that a fixture of scope Test belongs to; null for a wider one.</param>
    public void Begin(EventLoop loop, string? forTest) => _lane = loop.OpenLane(LaneOwners.Of(Definition.Key, forTest));

    /// <summary>A cancellation of the scope that another fixture gave its value in reaches this one, which uses it.</summary>
    public void DependOn(FixtureInstance need)
    {
        if (need.GivenScope is not { } given) return;
        Tasks.Link(given, why => Tasks.Cancel($"fixture '{need.Definition.Key}', which it uses, was cancelled: {why}"));
        // Whoever uses this one depends on that one as well.
        GivenScope ??= Tasks.Scope;
    }

    // Nobody's code runs in the scope of somebody else: what a sibling or a wider fixture has made current is left behind here.
    private void EnterOwnScope() => CancelScope.Enter(_tasks?.Scope);

    // A child that fails ends the setup; while the value is in use it ends the use, as an early end of the fixture does. The teardown still runs.
    private async Task WatchChildrenAsync(Task childFailed)
    {
        await childFailed;
        if (IsTornDown) return;
        if (!IsUp)
        {
            Cancel();
            return;
        }

        IsUp = !HasFailedChild();
        _diedUnseen = true;
        Died?.Invoke(this);
    }

    private bool HasFailedChild()
    {
        if (_tasks?.Failures is not [var cause, ..]) return false;
        Failure = SafeText.OfException(cause);
        return _toldOfChild = true;
    }

    // Behind its own teardown: what that says may still need the children.
    private async Task EndTasksAsync(List<Failure> failures)
    {
        if (_tasks?.TakeGroup() is not { } group) return;
        var limit = _bench.LimitOf(Definition.TeardownTimeoutMs);
        // Nobody can end them any more but this.
        group.Scope.CancelQuietly("its fixture is over");
        var ended = _tasks.EndAsync(group, failure: null);
        if (!await ended.EndsWithinAsync(limit, _bench.Time))
        {
            failures.Add(new Failure("Timeout", $"The task group of fixture '{Definition.Key}' did not end within {Text(limit)} after its teardown.{_tasks.Unfinished} It was cancelled then: give the token of each child to what it awaits, or raise TeardownTimeoutMs. [RND3021]", null));
            return;
        }

        foreach (var error in group.Failures.Skip(_toldOfChild ? 1 : 0)) failures.Add(SafeText.OfException(error));
    }
}

/// <summary>What lanes of fixtures are called. What a fixture of scope Test leaves behind is charged to its test.</summary>
internal static class LaneOwners
{
    private const string Of_ = " of ";

    public static string Of(string fixture, string? test) => test is null ? fixture : fixture + Of_ + test;

    /// <summary>Whom the work of a lane is charged to: the test, or the wider fixture.</summary>
    public static string Charged(string laneOwner)
    {
        // The key of a fixture is a name with dots. In an id that has these words, they stand behind a parenthesis.
        var at = laneOwner.IndexOf(Of_, StringComparison.Ordinal);
        return at < 0 || laneOwner.AsSpan(0, at).Contains('(') ? laneOwner : laneOwner[(at + Of_.Length)..];
    }
}
