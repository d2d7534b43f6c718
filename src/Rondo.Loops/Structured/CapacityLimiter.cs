namespace Rondo.Loops;

/// <summary>Lets at most a given number of holders in at once, in order of asking. A waiter that is cancelled takes nothing with it.</summary>
/// <remarks>
/// Belongs to no loop; all members may be called from any thread. It knows no borrowers, since .NET has no identity of the asynchronous work that asks: who asks again while holding takes a
/// second place, and waits for ever if there is none.
/// </remarks>
public sealed class CapacityLimiter
{
    readonly object _gate = new();

    // Under _gate. Invariant: someone waits only if nothing is available.
    readonly LinkedList<Waiter> _waiting = [];
    int _total;
    int _held;

    /// <summary>Makes a limiter.</summary>
    /// <param name="total">How many may hold a place at once; zero lets nobody in until <see cref="Total"/> is raised.</param>
    /// <exception cref="ArgumentOutOfRangeException">The total is negative.</exception>
    public CapacityLimiter(int total)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(total);
        _total = total;
    }

    /// <summary>How many may hold a place at once. Raising it lets waiters in, in their order; lowering it takes no place away from who has one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int Total
    {
        get { using (OwnLock.Enter(_gate)) return _total; }
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            List<Waiter> admitted;
            using (OwnLock.Enter(_gate))
            {
                _total = value;
                admitted = AdmitWaiters();
            }
            admitted.ForEach(static waiter => waiter.Tell());
        }
    }

    /// <summary>Places that are free now; never below zero.</summary>
    public int Available
    {
        get { using (OwnLock.Enter(_gate)) return Math.Max(0, _total - _held); }
    }

    /// <summary>Takes a place, waiting behind those who asked before.</summary>
    /// <param name="stop">Ends the wait. The cancel scope around the call ends it too.</param>
    /// <returns>Dispose it to give the place back; more than once does no harm. Completed at once if a place is free.</returns>
    /// <exception cref="OperationCanceledException">The token or the scope was cancelled before a place was given, or had been already.</exception>
    public ValueTask<IDisposable> AcquireAsync(CancellationToken stop = default)
    {
        var scope = CancelScope.AliveAround(CancelScope.Current);
        if (stop.IsCancellationRequested) return ValueTask.FromCanceled<IDisposable>(stop);
        if (scope is { IsCancelled: true }) return ValueTask.FromCanceled<IDisposable>(scope.TokenUnchecked);

        Waiter waiter;
        using (OwnLock.Enter(_gate))
        {
            if (_held < _total)
            {
                _held++;
                return new(new Place(this));
            }
            waiter = new Waiter(this);
            waiter.Node = _waiting.AddLast(waiter);
        }
        waiter.Watch(stop, scope?.TokenUnchecked ?? default);
        return new(waiter.Task);
    }

    /// <summary>Held and total, and how many wait.</summary>
    public override string ToString() => $"{_held} of {_total} places held, {_waiting.Count} waiting";

    void GiveBack()
    {
        List<Waiter> admitted;
        using (OwnLock.Enter(_gate))
        {
            _held--;
            admitted = AdmitWaiters();
        }
        admitted.ForEach(static waiter => waiter.Tell());
    }

    // Under _gate; whom it returns is told outside.
    List<Waiter> AdmitWaiters()
    {
        if (_waiting.Count == 0 || _held >= _total) return [];
        List<Waiter> admitted = [];
        while (_held < _total && _waiting.First is { } first)
        {
            _waiting.RemoveFirst();
            first.Value.Node = null;
            _held++;
            admitted.Add(first.Value);
        }
        return admitted;
    }

    bool TryLeave(Waiter waiter)
    {
        using (OwnLock.Enter(_gate))
        {
            // Admitted already: the place is theirs, and the cancellation came too late.
            if (waiter.Node is not { } node) return false;
            _waiting.Remove(node);
            waiter.Node = null;
            return true;
        }
    }

    sealed class Place(CapacityLimiter limiter) : IDisposable
    {
        CapacityLimiter? _limiter = limiter;

        public void Dispose() => Interlocked.Exchange(ref _limiter, null)?.GiveBack();
    }

    sealed class Waiter(CapacityLimiter limiter)
    {
        readonly TaskCompletionSource<IDisposable> _promise = new(TaskCreationOptions.RunContinuationsAsynchronously);
        CancellationTokenRegistration _stop;
        CancellationTokenRegistration _scope;

        // Under the limiter's gate: null once it was admitted or has left.
        internal LinkedListNode<Waiter>? Node { get; set; }

        internal Task<IDisposable> Task => _promise.Task;

        internal void Watch(CancellationToken stop, CancellationToken scope)
        {
            _stop = stop.UnsafeRegister(static (waiter, token) => ((Waiter)waiter!).Leave(token), this);
            if (scope != stop) _scope = scope.UnsafeRegister(static (waiter, token) => ((Waiter)waiter!).Leave(token), this);
            // Who was told meanwhile could not yet undo these.
            if (_promise.Task.IsCompleted) Unwatch();
        }

        internal void Tell()
        {
            _promise.SetResult(new Place(limiter));
            Unwatch();
        }

        void Leave(CancellationToken token)
        {
            if (!limiter.TryLeave(this)) return;
            _promise.SetCanceled(token);
            Unwatch();
        }

        void Unwatch()
        {
            _stop.Unregister();
            _scope.Unregister();
        }
    }
}
