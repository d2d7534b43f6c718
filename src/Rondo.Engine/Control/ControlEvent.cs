using Rondo.Engine.Native;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Control;

/// <summary>Everything the controller can hear. One at a time, in order.</summary>
internal abstract record ControlEvent
{
    private ControlEvent()
    {
    }

    public sealed record Connected(Seat Seat, IMessageLink Link) : ControlEvent;

    /// <param name="End">How its process ended before it could connect; null if that is not what happened.</param>
    public sealed record StartFailed(Seat Seat, string Why, WorkerEnd? End) : ControlEvent;

    public sealed record Said(Seat Seat, IReadOnlyList<Message> Messages) : ControlEvent;

    /// <summary>The worker has written to its own stdout or stderr.</summary>
    public sealed record WroteNatively(Seat Seat) : ControlEvent;

    /// <summary>Nothing more will be heard from the worker.</summary>
    public sealed record LinkEnded(Seat Seat, string? Fault) : ControlEvent;

    public sealed record ProcessEnded(Seat Seat, WorkerEnd End) : ControlEvent;

    /// <summary>What the worker's tests had left running was ended.</summary>
    public sealed record LeftEnded(Seat Seat, IReadOnlyList<MarkedProcess> Left) : ControlEvent;

    public sealed record StacksArrived(Seat Seat, StacksRead Stacks) : ControlEvent;

    public sealed record Interrupted(string By) : ControlEvent;

    /// <summary>Somebody wants to know what every worker does now.</summary>
    public sealed record AskedForStatus : ControlEvent;

    public sealed record Ticked : ControlEvent;
}
