using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Planning;
using Rondo.Engine.Results;

namespace Rondo.Engine.Tests.Results;

[TestClass]
public sealed class FinalAttemptTests
{
    private static readonly CaseResult s_failed = new(new CaseIndex(3), new Outcome.Failed(new Failure("E", "first", null))) { MaxAttempts = 3 };

    [TestMethod]
    public void An_attempt_that_passes_undoes_the_failures_before_it()
    {
        var last = Last(Outcome.Passed.Instance);

        Assert.AreSame(last, Attempts.Final(last));
        Assert.IsTrue(last.IsFlaky);
        Assert.AreEqual("flaky: passed in attempt 2 of 3", Attempts.FlakyText(last));
    }

    [TestMethod]
    public void A_failure_stays_when_a_later_attempt_was_skipped_or_cut_off()
    {
        foreach (var outcome in new Outcome[] { new Outcome.Skipped("gone"), new Outcome.NotRun("interrupted") })
        {
            var final = Attempts.Final(Last(outcome));

            Assert.AreEqual((s_failed.Outcome, 1, 3), (final.Outcome, final.Attempt, final.MaxAttempts));
            Assert.IsEmpty(final.Earlier);
            Assert.Contains(outcome is Outcome.Skipped ? "was skipped: gone" : "interrupted", Assert.ContainsSingle(final.Notes));
        }
    }

    [TestMethod]
    public void Without_earlier_attempts_a_result_is_what_it_is()
    {
        var only = new CaseResult(new CaseIndex(3), new Outcome.Skipped("why"));

        Assert.AreSame(only, Attempts.Final(only));
        Assert.IsNull(Attempts.FlakyText(only));
    }

    private static CaseResult Last(Outcome outcome) => new(new CaseIndex(3), outcome) { Attempt = 2, MaxAttempts = 3, Earlier = [s_failed] };
}
