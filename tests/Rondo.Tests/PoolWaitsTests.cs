using Rondo.Hosting;

namespace Rondo.Tests;

/// <summary>What the pool of the controller is told. Nobody in this process reads it any more: its pool has threads already.</summary>
[TestClass]
[DoNotParallelize]
public sealed class PoolWaitsTests
{
    private const string Setting = "System.Threading.ThreadPool.UnfairSemaphoreSpinLimit";
    private const string Variable = "DOTNET_ThreadPool_UnfairSemaphoreSpinLimit";

    [TestInitialize]
    [TestCleanup]
    public void Forget()
    {
        AppContext.SetData(Setting, null);
        Environment.SetEnvironmentVariable(Variable, null);
    }

    [TestMethod]
    public void Threads_of_the_pool_do_not_spin()
    {
        PoolWaits.BeShort();

        Assert.AreEqual(0, AppContext.GetData(Setting));
    }

    [TestMethod]
    public void What_the_program_sets_stays()
    {
        AppContext.SetData(Setting, "9");

        PoolWaits.BeShort();

        Assert.AreEqual("9", AppContext.GetData(Setting));
    }

    [TestMethod]
    public void What_the_user_sets_counts()
    {
        Environment.SetEnvironmentVariable(Variable, "46");

        PoolWaits.BeShort();

        Assert.IsNull(AppContext.GetData(Setting));
    }
}
