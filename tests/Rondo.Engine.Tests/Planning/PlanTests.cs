using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Planning;

namespace Rondo.Engine.Tests.Planning;

[TestClass]
public sealed class PlanTests
{
    [TestMethod]
    public void The_hash_of_an_empty_plan_is_that_of_no_bytes() =>
        Assert.AreEqual("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", new Plan([]).Hash);
}
