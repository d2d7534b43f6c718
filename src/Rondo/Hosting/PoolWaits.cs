namespace Rondo.Hosting;

/// <summary>
/// The controller's thread pool has something to do every few milliseconds and nothing in between. Its threads would spin each time, on processors that the workers need: with short tests a tenth of the controller's processor time.
/// </summary>
internal static class PoolWaits
{
    private const string Setting = "System.Threading.ThreadPool.UnfairSemaphoreSpinLimit";
    private const string Variable = "DOTNET_ThreadPool_UnfairSemaphoreSpinLimit";

    /// <summary>Threads of the pool sleep when there is nothing to do, unless the program or the user has another setting. Before the pool has a thread; afterwards nobody reads it any more.</summary>
    public static void BeShort()
    {
        if (AppContext.GetData(Setting) is null && Environment.GetEnvironmentVariable(Variable) is null) AppContext.SetData(Setting, 0);
    }
}
