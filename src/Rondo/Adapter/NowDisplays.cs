using Rondo.Engine.Report;

namespace Rondo.Adapter;

/// <summary>Shows what every worker does now, in the way that suits who reads it.</summary>
/// <remarks>Called one call at a time, but for <see cref="Spoke"/>, which comes from anywhere.</remarks>
internal abstract class NowDisplay
{
    /// <summary>How often it wants to know; null never.</summary>
    public abstract TimeSpan? LookEvery { get; }

    /// <summary>Cases that run are seen in it: the platform need not show them as well.</summary>
    public virtual bool ShowsCases => false;

    public abstract Task ShowAsync(RunSnapshot now);

    /// <summary>Something else was said: nobody thinks that the run hangs.</summary>
    public virtual void Spoke()
    {
    }

    /// <summary>The run is over.</summary>
    public virtual Task EndAsync() => Task.CompletedTask;
}

/// <summary>The lower part of a terminal, which the platform draws: it takes that part away before it prints anything above it, and follows the window's size.</summary>
/// <param name="draw">Sets the text of one of its lines; null takes the line away.</param>
/// <param name="size">Columns and rows of the window.</param>
internal sealed class TerminalNow(Func<string, string?, Task> draw, Func<(int Width, int Height)> size) : NowDisplay
{
    /// <summary>So many lines the platform draws at most.</summary>
    public const int MostLines = 5;

    // Its own: an empty one, and the one with its counts.
    private const int OtherLines = 3;

    private int _drawn;

    // The platform draws twice a second.
    public override TimeSpan? LookEvery => TimeSpan.FromMilliseconds(500);

    public override bool ShowsCases => true;

    public override async Task ShowAsync(RunSnapshot now)
    {
        var (width, height) = size();
        // A terminal that does not tell has the size of the first ones.
        if (width <= 0) (width, height) = (80, 24);
        var lines = NowText.Fitted(now, width - 1, Math.Min(MostLines, height - OtherLines));
        // All of them, also what did not change: the platform shows first what was set first.
        for (var i = 0; i < lines.Count; i++) await draw(Key(i), lines[i]).ConfigureAwait(false);
        for (var i = lines.Count; i < _drawn; i++) await draw(Key(i), null).ConfigureAwait(false);
        _drawn = lines.Count;
    }

    public override async Task EndAsync()
    {
        for (var i = 0; i < _drawn; i++) await draw(Key(i), null).ConfigureAwait(false);
        _drawn = 0;
    }

    /// <summary>Columns and rows of this process's window; zeros if nobody knows.</summary>
    public static (int Width, int Height) Window()
    {
        try
        {
            return (Console.WindowWidth, Console.WindowHeight);
        }
        catch (Exception gone) when (gone is IOException or PlatformNotSupportedException)
        {
            return (0, 0);
        }
    }

    private static string Key(int line) => "now" + (char)('0' + line);
}

/// <summary>A log: one line when nothing was said for a while, so that a build server sees life and a reader sees what hangs.</summary>
/// <param name="silence">So long nothing was said; zero says nothing at all.</param>
/// <param name="say">Writes a line.</param>
internal sealed class LogNow(TimeSpan silence, Func<string, Task> say) : NowDisplay
{
    public static readonly TimeSpan DefaultSilence = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    // Set from anywhere, looked at here.
    private volatile bool _spoke;
    private TimeSpan _spokeAt;

    public override TimeSpan? LookEvery => silence == TimeSpan.Zero ? null : silence < s_look ? silence : s_look;

    public override void Spoke() => _spoke = true;

    public override Task ShowAsync(RunSnapshot now)
    {
        if (_spoke) (_spoke, _spokeAt) = (false, now.Elapsed);
        if (now.Elapsed - _spokeAt < silence) return Task.CompletedTask;
        _spokeAt = now.Elapsed;
        return say("Rondo: " + NowText.OneLine(now));
    }
}
