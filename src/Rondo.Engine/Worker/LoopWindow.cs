namespace Rondo.Engine.Worker;

/// <summary>
/// How many tests may run at once on the loop, by how late the loop is: halved when it is later than 20 ms, widened while it is less than 5 ms late. So that tests which compute share the thread with few, and
/// tests which wait with thousands; timing in a test stays about right in both. A function of what it is told.
/// </summary>
internal sealed class LoopWindow(int most = LoopWindow.Most)
{
    public const int Most = 100_000;

    public static readonly TimeSpan Late = TimeSpan.FromMilliseconds(20);
    public static readonly TimeSpan InTime = TimeSpan.FromMilliseconds(5);

    private readonly int _most = most;

    /// <summary>From 1 on.</summary>
    public int Allowed { get; private set; } = most;

    /// <summary>Takes a measurement.</summary>
    /// <param name="lag">From the moment at which something was ready to the moment at which it ran.</param>
    /// <param name="running">How many tests were running.</param>
    public void Observe(TimeSpan lag, int running)
    {
        if (lag > Late)
        {
            // Above what is allowed the last cut has not shown its effect yet.
            if (running <= Allowed) Allowed = Math.Max(1, Math.Min(Allowed, running) / 2);
        }
        else if (lag < InTime && Allowed < _most)
        {
            Allowed = (int)Math.Min(_most, Allowed + Math.Max(1L, Allowed / 4));
        }
    }
}

/// <summary>Remembers how late the loop was, as far as it can still matter to a test that runs.</summary>
internal sealed class LagRecord
{
    // The worst of what followed each: later ones are smaller, or they would have taken its place.
    private readonly List<Lag> _worst = [];

    /// <param name="at">Timestamps of one clock, in order.</param>
    public void Add(long at, TimeSpan lag)
    {
        if (lag < LoopWindow.InTime) return;
        while (_worst.Count > 0 && _worst[^1].Late <= lag) _worst.RemoveAt(_worst.Count - 1);
        // In steps, so that a long slow decay does not fill the memory.
        if (_worst.Count > 0 && _worst[^1].Late - lag < TimeSpan.FromMilliseconds(1)) return;
        _worst.Add(new Lag(at, lag));
    }

    /// <summary>The worst at this moment or later; zero if there was none worth a word.</summary>
    public TimeSpan WorstSince(long moment)
    {
        foreach (var lag in _worst)
        {
            if (lag.At >= moment) return lag.Late;
        }

        return TimeSpan.Zero;
    }

    private sealed record Lag(long At, TimeSpan Late);
}

/// <summary>The windows of the cases that run: the narrowest decides.</summary>
internal sealed class OpenWindows
{
    // One for each size that is in use: as many as there are different marks.
    private readonly List<Size> _sizes = [];

    public int Count { get; private set; }

    /// <summary>Above every window when nothing runs.</summary>
    public int Narrowest { get; private set; } = int.MaxValue;

    public void Open(int window)
    {
        Count++;
        Narrowest = Math.Min(Narrowest, window);
        foreach (var size in _sizes)
        {
            if (size.Window != window) continue;
            size.Open++;
            return;
        }

        _sizes.Add(new Size(window) { Open = 1 });
    }

    public void Close(int window)
    {
        Count--;
        for (var i = 0; i < _sizes.Count; i++)
        {
            if (_sizes[i].Window != window) continue;
            if (--_sizes[i].Open > 0) return;
            _sizes.RemoveAt(i);
            break;
        }

        Narrowest = int.MaxValue;
        foreach (var size in _sizes) Narrowest = Math.Min(Narrowest, size.Window);
    }

    private sealed class Size(int window)
    {
        public int Window { get; } = window;

        public int Open { get; set; }
    }
}
