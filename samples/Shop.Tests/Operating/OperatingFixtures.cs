namespace Shop.Tests.Operating;

public static class OperatingFixtures
{
    /// <summary>Nobody here needs to ask: whatever a test of this namespace changes in the process is brought back.</summary>
    [Fixture(AutoUse = true)]
    public static async Task RestoredState(Use<ProcessState> use)
    {
        var state = new ProcessState();
        await use(state);
        state.Restore();
    }
}
