using Rondo.Engine.Planning;
using Rondo.Engine.Report;
using Rondo.Engine.Results;

namespace Rondo.Engine.Worker;

/// <summary>What <c>[ExpectedFailure]</c> makes of an outcome. Pure.</summary>
internal static class ExpectedFailures
{
    /// <summary>The outcome in the light of the mark; as it is without one.</summary>
    /// <param name="marks">Of the case.</param>
    /// <param name="outcome">How the attempt ended.</param>
    /// <param name="isOwn">A failure is the test's own: nothing around it failed as well.</param>
    /// <param name="notes">Receives what people should know beside the outcome.</param>
    public static Outcome Judge(Marks marks, Outcome outcome, bool isOwn, List<string> notes)
    {
        if (marks.ExpectedFailure is not { } why) return outcome;
        switch (outcome)
        {
            case Outcome.Failed failed when isOwn:
                notes.Add("failed as expected: " + FailureText.Of(failed.Failure with { Stack = null, Others = [] }));
                return new Outcome.Skipped(JUnitReport.ExpectedFailure + why);
            case Outcome.Passed when marks.ExpectedStrict == true:
                return new Outcome.Failed(new Failure(
                    "ExpectedFailure", $"The test passed, although it is expected to fail: {why}. With Strict = true that is a failure. Remove [ExpectedFailure] if the reason is gone, or Strict if it comes and goes. [RND3082]", null));
            case Outcome.Passed:
                notes.Add($"This test is expected to fail ({why}), but it passed. If the reason is gone, remove [ExpectedFailure]. [RND3082]");
                return outcome;
            case { Tally: Tally.Failed }:
                notes.Add($"This test is expected to fail ({why}), but not like this: [ExpectedFailure] covers an exception of the test itself, not a limit, a crash, a leak, a condition, nor what fails around it. Look at the failure as at that of any other test. [RND3083]");
                return outcome;
            default:
                return outcome;
        }
    }
}
