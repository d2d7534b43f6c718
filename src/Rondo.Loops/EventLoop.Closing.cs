namespace Rondo.Loops;

// How a loop ends: new work is refused, the token is cancelled, what was begun may end within the grace, the rest is listed.
public sealed partial class EventLoop
{
    static readonly TimeSpan s_defaultGrace = TimeSpan.FromSeconds(1);
    static readonly LoopCloseReport s_nothingLeft = new([]);
    static readonly Task<LoopCloseReport> s_closedWithNothingLeft = Task.FromResult(s_nothingLeft);

    /// <summary>Closes the loop: refuses new work, cancels <see cref="Token"/>, lets what was begun end within the grace, lists what is left, and is over.</summary>
    /// <param name="grace">Real time; null for one second, zero for none.</param>
    /// <returns>What outlived the loop. Calls after the first get the first one's report.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The grace is negative.</exception>
    /// <remarks>Called from a body of the loop itself, it waits the whole grace for that body and lists it. Lanes that are still open are closed with it.</remarks>
    public Task<LoopCloseReport> CloseAsync(TimeSpan? grace = null)
    {
        var limit = grace ?? s_defaultGrace;
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, TimeSpan.Zero, nameof(grace));
        TaskCompletionSource<LoopCloseReport> promise;
        using (OwnLock.Enter(_gate))
        {
            if (_closing is not null) return _closing;
            if (TryCloseAtOnce() is { } closed) return _closing = closed;
            promise = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _closing = promise.Task;
            _state = LoopState.Closing;
        }
        if (Host.IsHere && !Host.IsGuest && Backend == LoopBackend.SingleThread && _root is not null) CloseSoon(limit, promise);
        else _ = CloseOnceAsync(limit, promise);
        return _closing;
    }

    /// <summary>Closes the loop with the usual grace; what is left is not told here.</summary>
    public async ValueTask DisposeAsync() => await CloseAsync();

    /// <summary>Closes a loop of an exploration without a grace, on its pump's thread; what is queued never runs.</summary>
    internal IReadOnlyList<LoopLeak> EndNow()
    {
        Strands?.Stop();
        var leaks = EndAndListLeaks();
        _root?.Dispose();
        return leaks ?? [];
    }

    // Under _gate. On the pump's own thread nobody else can start anything on a loop that is quiet, so there is nothing to wait for: the usual end of a loop for one piece of work.
    Task<LoopCloseReport>? TryCloseAtOnce()
    {
        if (_root is not null || Backend == LoopBackend.ThreadPool || VirtualClock is not null || !Host.IsHere || !IsQuiet() || _lanes.Exists(static lane => lane.HasStrays)) return null;
        _state = LoopState.Closed;
        List<LoopLeak>? leaks = null;
        while (_lanes.Count != 0)
        {
            var lane = _lanes[^1];
            _lanes.RemoveAt(_lanes.Count - 1);
            // A post from outside may have come since the look.
            if (lane.Close() is { Count: > 0 } left) (leaks ??= []).AddRange(left);
        }
        return leaks is null ? s_closedWithNothingLeft : Task.FromResult(new LoopCloseReport(leaks));
    }

    // Pump thread. A loop whose token was handed out has to cancel it, as work of its own; usually nothing comes of that, and the next look finds it quiet. Only then is there neither timer nor pool.
    void CloseSoon(TimeSpan grace, TaskCompletionSource<LoopCloseReport> promise)
    {
        OwnLane.Post(static root => ((CancellationTokenSource)root!).Cancel(), _root);
        Host.BehindOrAfterTurning(look =>
        {
            if (look && (grace == TimeSpan.Zero || IsQuiet())) End(promise);
            else _ = CloseOnceAsync(grace, promise);
        });
    }

    void End(TaskCompletionSource<LoopCloseReport> promise) => promise.SetResult(EndAndListLeaks() is { Count: > 0 } leaks ? new LoopCloseReport(leaks) : s_nothingLeft);

    async Task CloseOnceAsync(TimeSpan grace, TaskCompletionSource<LoopCloseReport> promise)
    {
        // Continues wherever its parts complete: nothing here is user code, and all it touches is under locks or behind the door.
        try
        {
            await LetWorkEndAsync(grace).ConfigureAwait(false);
            End(promise);
        }
        catch (Exception error)
        {
            promise.SetException(error);
        }
    }

    Task LetWorkEndAsync(TimeSpan grace)
    {
        CancellationTokenSource? root;
        using (OwnLock.Enter(_gate)) root = _root;
        // Cancelling runs users' code, so it is work of the loop like any other.
        if (root is not null) OwnLane.Post(static root => ((CancellationTokenSource)root!).Cancel(), root);

        bool onPool = Backend == LoopBackend.ThreadPool;
        bool nothingToWaitFor = grace == TimeSpan.Zero && root is null || !onPool && Host.HasEnded;
        // From elsewhere a look does not see the callback that runs right now; then the pump has to look.
        if (nothingToWaitFor || (onPool || Host.IsHere || !Host.TurnsByItself) && IsQuiet()) return Task.CompletedTask;

        // Without a grace the token is cancelled all the same, and that takes a turn of the pump.
        var end = grace == TimeSpan.Zero ? FirstOfAsync(WatchAsync(() => root!.IsCancellationRequested), s_defaultGrace) : FirstOfAsync(WatchAsync(IsQuiet), grace);
        if (onPool || Host.TurnsByItself) return end;

        // Nobody turns the pump. Its own thread can do it now, for a private one any thread that is free; else waiting would be for nothing.
        if (Host.MayTurnHere())
        {
            TurnUntil(end);
            return Task.CompletedTask;
        }
        return Host.IsPrivate ? Task.Run(() => TurnUntil(end)) : Task.CompletedTask;
    }

    void TurnUntil(Task end)
    {
        end.ContinueWith(static (_, host) => ((LoopHost)host!).Wake(), Host, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        Host.Turn(end, CancellationToken.None);
    }

    static async Task FirstOfAsync(QuietWatch watch, TimeSpan limit)
    {
        using var over = new CancellationTokenSource();
        await Task.WhenAny(watch.Task, Task.Delay(limit, LoopClock.Real, over.Token)).ConfigureAwait(false);
        watch.Drop();
        await over.CancelAsync().ConfigureAwait(false);
    }

    // Nothing is made for a loop that leaves nothing, as there may be one for each piece of work.
    List<LoopLeak>? EndAndListLeaks()
    {
        LoopLane[] open;
        List<LoopLeak>? leaks;
        using (OwnLock.Enter(_gate))
        {
            _state = LoopState.Closed;
            open = _lanes.Count == 0 ? [] : [.. _lanes];
            leaks = _holds?.Where(hold => !hold.IsReleased).Select(hold => new LoopLeak(LeakKind.Hold, $"hold: {hold.Why}", hold.Owner)).ToList();
        }
        foreach (var lane in open)
        {
            if (lane.Close() is { Count: > 0 } left) (leaks ??= []).AddRange(left);
            foreach (var stray in lane.TakeStrayExceptions()) (leaks ??= []).Add(new LoopLeak(LeakKind.StrayException, $"{stray.GetType().Name}: {stray.Message}", lane.Owner));
        }
        VirtualClock?.Detach(this);
        return leaks;
    }
}
