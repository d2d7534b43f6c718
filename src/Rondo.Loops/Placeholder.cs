namespace Rondo.Loops;

/// <summary>Where continuations run.</summary>
public enum LoopBackend
{
    /// <summary>One thread.</summary>
    SingleThread,

    /// <summary>The pool.</summary>
    ThreadPool,
}

/// <summary>Policy.</summary>
public enum BlockingWaits
{
    /// <summary>Allow.</summary>
    Allow,

    /// <summary>Warn.</summary>
    Warn,

    /// <summary>FailOnDeadlock.</summary>
    FailOnDeadlock,

    /// <summary>Fail.</summary>
    Fail,
}

/// <summary>Loop.</summary>
public sealed class EventLoop
{
}
