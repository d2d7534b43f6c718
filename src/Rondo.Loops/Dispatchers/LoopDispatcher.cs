namespace Rondo.Loops;

/// <summary>
/// Somebody else's dispatcher (of a user interface, a game, a device) as the thread on which lanes run. Derive from it what hands work to that dispatcher, and give it to
/// <see cref="LoopHost.StartThread(string, Func{LoopDispatcher})"/>, which gives it a thread, or to <see cref="LoopHost.Attach"/>, if it runs already.
/// </summary>
/// <remarks>
/// <para>The pump is a guest there: it asks for one callback whenever it has work, runs a batch in it and returns, so that the dispatcher's own work gets its turn in between. Inside the batch the lane is
/// the SynchronizationContext; before and after it, whatever the dispatcher had. A callback that is asked for while one runs (a nested frame, a modal dialog) runs inside it.</para>
/// <para>What the dispatcher must do: run each callback that <see cref="TryPost"/> took exactly once, in order, all on one thread, never inside <see cref="TryPost"/> itself.
/// A breach is a <see cref="LoopException"/> (RND3014). When it ends while bodies are running, they end with RND3013.</para>
/// <para>Inactive there, each with a clear refusal (RND3012): virtual time and schedule policies, because nobody knows when a dispatcher of somebody else has nothing to do.</para>
/// </remarks>
// Source of the idea: trio's guest mode.
public abstract class LoopDispatcher
{
    /// <summary>For messages. Default: the name of the type.</summary>
    public virtual string Name => GetType().Name;

    /// <summary>Queues a callback for the dispatcher's thread, behind what was queued before. Called from any thread; must neither block nor throw.</summary>
    /// <param name="callback">Never throws.</param>
    /// <returns>False if the dispatcher has ended and will never run it.</returns>
    public abstract bool TryPost(Action callback);

    /// <summary>Runs what is queued, on the calling thread, until <see cref="Shutdown"/>. Called once, and only for a dispatcher that was given a thread.</summary>
    public abstract void Run();

    /// <summary>Ends <see cref="Run"/> after the callback that is running. Called from any thread, perhaps before Run, perhaps more than once; for a dispatcher that was given a thread only.</summary>
    public abstract void Shutdown();

    /// <summary>The name.</summary>
    public override string ToString() => $"dispatcher '{Name}'";
}
