namespace Rondo.Loops;

/// <summary>
/// A door for other threads: code that is on no loop (a thread of its own, a callback of native code, a synchronous API) runs asynchronous work where the portal was opened, and waits for it by
/// blocking (<see cref="Call{T}"/>) or by awaiting (<see cref="CallAsync{T}"/>). The portal owns that work: it closes only when all of it has ended.
/// </summary>
/// <remarks>
/// Works on every loop and without one; then the calls run on the thread pool. A call ends for its caller as its work does; its failure concerns nobody else. All members may be called from any thread.
/// </remarks>
public sealed class LoopPortal
{
    // Source of the idea: the blocking portals of anyio. Why it has this shape: docs/design/loop-portal.md.
    readonly TaskGroup _calls;
    volatile bool _closing;

    LoopPortal(TaskGroup calls) => _calls = calls;

    /// <summary>Opens a portal to where this is called, and closes it when <paramref name="body"/> has ended.</summary>
    /// <param name="body">Hands the portal to whom it concerns. Called at once, on the caller's stack.</param>
    /// <returns>
    /// Ends when the body and all calls have ended, as the body does. From the body's end on new calls are refused; those under way are waited for, or cancelled if the body failed.
    /// </returns>
    /// <exception cref="OperationCanceledException">A scope around the portal was cancelled.</exception>
    public static Task RunAsync(Func<LoopPortal, Task> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return CancelScope.RunAsync(async _ =>
        {
            var portal = new LoopPortal(TaskGroup.Open(CancelScope.Open("a portal"), GroupPolicy.Collect));
            try
            {
                await (body(portal) ?? throw CancelScope.ReturnedNull("The body of a portal"));
            }
            catch (Exception error)
            {
                portal._calls.Scope.CancelQuietly($"the body of its portal failed with {error.GetType().Name}: {error.Message}");
                throw;
            }
            finally
            {
                portal._closing = true;
                await portal._calls.CloseAsync();
            }
        });
    }

    /// <summary>Runs <paramref name="work"/> where the portal was opened, under the caller's ExecutionContext.</summary>
    /// <param name="work">Its token is cancelled with <paramref name="stop"/>, with the cancel scope around this call, and with the portal.</param>
    /// <param name="stop">Cancels the work.</param>
    /// <returns>Ends when the work has ended, as it does. The awaiter continues on its own context.</returns>
    /// <exception cref="LoopException">RND3064: the portal is closed, or about to be.</exception>
    public Task CallAsync(Func<CancellationToken, Task> work, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        return Begin(async token =>
        {
            await work(token);
            return true;
        }, work, stop);
    }

    /// <summary>As <see cref="CallAsync(Func{CancellationToken, Task}, CancellationToken)"/>, with a result.</summary>
    /// <param name="work">See there.</param>
    /// <param name="stop">See there.</param>
    /// <returns>See there.</returns>
    /// <exception cref="LoopException">RND3064: the portal is closed, or about to be.</exception>
    public Task<T> CallAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        return Begin(work, work, stop);
    }

    /// <summary>Runs <paramref name="work"/> where the portal was opened, and blocks the calling thread until it has ended.</summary>
    /// <param name="work">See <see cref="CallAsync{T}"/>.</param>
    /// <param name="stop">Cancels the work; the call returns when the work has ended.</param>
    /// <exception cref="LoopException">RND3063: the calling thread turns a pump, which would stand still. RND3064: the portal is closed, or about to be.</exception>
    public void Call(Func<CancellationToken, Task> work, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        CheckThatItMayBlockHere();
        CallAsync(work, stop).GetAwaiter().GetResult();
    }

    /// <summary>As <see cref="Call(Func{CancellationToken, Task}, CancellationToken)"/>, with a result.</summary>
    /// <param name="work">See <see cref="CallAsync{T}"/>.</param>
    /// <param name="stop">Cancels the work; the call returns when the work has ended.</param>
    /// <returns>What the work returned.</returns>
    /// <exception cref="LoopException">RND3063: the calling thread turns a pump, which would stand still. RND3064: the portal is closed, or about to be.</exception>
    public T Call<T>(Func<CancellationToken, Task<T>> work, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        CheckThatItMayBlockHere();
        return CallAsync(work, stop).GetAwaiter().GetResult();
    }

    /// <summary>Where it leads and whether it is open.</summary>
    public override string ToString() => $"portal to {Place}{(_closing ? " (closed)" : "")}";

    string Place => _calls.HomeLane is { } lane ? $"loop '{lane.Loop.Name}'" : "the thread pool";

    Task<T> Begin<T>(Func<CancellationToken, Task<T>> work, Delegate named, CancellationToken stop)
    {
        PortalCall<T>? call = null;
        if (_closing || !_calls.TryStart(number => call = new PortalCall<T>(_calls, work, named, number, stop))) throw Closed();
        return call!.Task;
    }

    void CheckThatItMayBlockHere()
    {
        if (LoopHost.Current is { } host) throw WouldBlock(host);
    }

    // RND3063: The pump of the calling thread would stand still; if it is the portal's own, for ever.
    LoopException WouldBlock(LoopHost host) => new("RND3063", LoopLane.CurrentOrNull?.Loop.Name ?? host.Name, LoopLane.CurrentOrNull?.Owner,
        $"Call would block the thread that turns pump '{host.Name}' until work on {Place} has ended. Only threads that turn no pump may block for a loop; " +
        "one that turns the loop's own would wait for ever. Await CallAsync, or await the work itself.");

    // RND3064: The body of the portal has ended.
    LoopException Closed() => new("RND3064", _calls.LoopName, _calls.HomeLane?.Owner,
        $"The portal to {Place} takes no more calls: its body has ended. A portal is open while the body of LoopPortal.RunAsync runs. " +
        "Keep the body running as long as somebody may call, or stop the callers first.");

    sealed class PortalCall<T> : GroupChild
    {
        readonly TaskCompletionSource<T> _promise = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly Func<CancellationToken, Task<T>> _work;
        readonly Delegate _named;
        readonly CancelScope _scope;
        CallerLink _caller;

        internal PortalCall(TaskGroup group, Func<CancellationToken, Task<T>> work, Delegate named, int number, CancellationToken stop) : base(group, null, number)
        {
            _work = work;
            _named = named;
            _scope = CancelScope.OpenIn(group.Scope, "a call through a portal");
            _caller = CallerLink.To(group.Scope, this, static call => ((PortalCall<T>)call!)._scope.CancelQuietly("its caller was cancelled"), stop);
        }

        internal Task<T> Task => _promise.Task;

        internal override CancelScope Scope => _scope;

        protected override CancelScope? OwnScope => _scope;

        protected override Delegate Body => _named;

        protected override Task? Call(CancellationToken stop) => _work(stop);

        protected override ChildEnd Complete(Task? task, in ChildEnd end)
        {
            _caller.Cut();
            _scope.End();
            Promises.Complete(_promise, task, end);
            return end with { IsSomebodyElses = true };
        }
    }
}
