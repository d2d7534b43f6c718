using Rondo.Engine.Wire;

namespace Rondo.Engine.Control;

/// <summary>How many cases a worker was given and has not answered for: whether it will speak again soon, or waits to be spoken to.</summary>
/// <remarks>Thread: any.</remarks>
internal sealed class WorkAhead
{
    private int _cases;

    /// <summary>Before the worker can answer.</summary>
    public void Give(int cases) => Interlocked.Add(ref _cases, cases);

    /// <summary>Takes what it said.</summary>
    /// <returns>True: it has just ended a case and goes on with another one by itself.</returns>
    public bool HasMoreToSayAfter(IReadOnlyList<Message> lot)
    {
        var (ended, returned) = (0, 0);
        foreach (var message in lot)
        {
            if (message is Message.Finished) ended++;
            else if (message is Message.GaveBack back) returned += back.Cases.Count;
        }

        return Interlocked.Add(ref _cases, -ended - returned) > 0 && ended > 0;
    }
}
