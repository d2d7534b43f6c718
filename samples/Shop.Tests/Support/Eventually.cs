namespace Shop.Tests;

/// <summary>Waits for what comes in its own time, and never for ever.</summary>
public static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Asks until the answer is the wanted one.</summary>
    /// <returns>That answer.</returns>
    /// <exception cref="TimeoutException">It did not come within ten seconds; the message shows the last answer.</exception>
    public static async Task<T> Get<T>(Func<Task<T>> ask, Func<T, bool> wanted, CancellationToken stop)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answer = await ask();
            if (wanted(answer)) return answer;
            if (TimeProvider.System.GetElapsedTime(start) > Patience) throw new TimeoutException($"The wanted answer did not come in {Patience.TotalSeconds:0} s. The last one was: {answer}");
            await Task.Delay(Pause, TimeProvider.System, stop);
        }
    }
}
