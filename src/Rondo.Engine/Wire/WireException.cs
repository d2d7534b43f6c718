namespace Rondo.Engine.Wire;

/// <summary>What is wrong with a channel between controller and worker.</summary>
internal enum WireFault
{
    /// <summary>The stream ended inside a frame: the writer died while it wrote.</summary>
    Cut,

    /// <summary>The bytes are no message.</summary>
    Bad,

    /// <summary>A frame or a message is larger than any that Rondo writes.</summary>
    TooLarge,

    /// <summary>Nobody connected in time, or there was nobody to connect to.</summary>
    NoConnection,
}

/// <summary>The only exception that leaves the wire. After one from a reader, nothing more can be read from that stream.</summary>
internal sealed class WireException : Exception
{
    private WireException(WireFault fault, string message, Exception? inner = null)
        : base(message, inner) => Fault = fault;

    public WireFault Fault { get; }

    public static WireException CutFrame(long missing) => new(WireFault.Cut,
        $"The channel ended inside a message; {missing} or more bytes are missing. The process at the other end died while it wrote. [RND4001]");

    public static WireException BadFrame(string why, Exception? inner = null) => new(WireFault.Bad,
        $"The bytes on the channel are no message of Rondo: {why} Only Rondo may write to the channel; the worker is replaced. [RND4001]", inner);

    public static WireException FrameTooLarge(long length) => new(WireFault.TooLarge,
        $"A message on the channel has {length} bytes. A frame may have {FrameReader.MaxFrame} bytes and a whole message {FrameReader.MaxMessage}. "
        + "Only Rondo may write to the channel; the worker is replaced. [RND4002]");

    public static WireException NobodyConnected(string address, TimeSpan limit) => new(WireFault.NoConnection,
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"No worker connected to '{address}' within {limit.TotalSeconds:0.###} s. A worker connects as its first act. Look at its output for the reason. [RND4003]"));

    public static WireException CannotListen(string tried, Exception inner) => new(WireFault.NoConnection,
        $"No socket for workers could be made. Tried: {tried}. Set TMPDIR to a folder with a short name (under 80 bytes) that this user may write to. [RND4003]", inner);

    public static WireException CannotConnect(string address, Exception inner) => new(WireFault.NoConnection,
        $"The worker could not connect to its controller at '{address}': {inner.Message} The run that started it is probably over. [RND4003]", inner);
}
