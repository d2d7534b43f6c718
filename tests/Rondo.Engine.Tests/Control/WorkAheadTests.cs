using Rondo.Engine.Control;
using Rondo.Engine.Planning;
using Rondo.Engine.Results;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Tests.Control;

[TestClass]
public sealed class WorkAheadTests
{
    [TestMethod]
    public void A_worker_speaks_again_soon_while_it_has_cases_left()
    {
        var ahead = new WorkAhead();
        ahead.Give(3);

        Assert.IsFalse(ahead.HasMoreToSayAfter([Begins(0)]), "nothing has ended");
        Assert.IsTrue(ahead.HasMoreToSayAfter([Ended(0), Begins(1)]));
        Assert.IsFalse(ahead.HasMoreToSayAfter([new Message.GaveBack([2])]), "one runs, and nothing has ended");
        Assert.IsFalse(ahead.HasMoreToSayAfter([Ended(1)]), "it waits for the next");
    }

    [TestMethod]
    public void One_that_gets_its_cases_one_by_one_waits_for_each()
    {
        var ahead = new WorkAhead();
        for (var i = 0; i < 3; i++)
        {
            ahead.Give(1);
            Assert.IsFalse(ahead.HasMoreToSayAfter([Begins(i), Ended(i)]));
        }
    }

    private static Message.Working Begins(int index) => new(index, WorkPhase.Body, "", 0);

    private static Message.Finished Ended(int index) => new(new CaseResult(new CaseIndex(index), Outcome.Passed.Instance));
}
