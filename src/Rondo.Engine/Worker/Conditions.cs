using Rondo.Engine.Planning;
using Rondo.Engine.Report;
using Rondo.Engine.Results;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Worker;

/// <summary>Asks what <c>[SkipUnless]</c> names, in the process where the test runs. It is user code: it may throw, hang, or end the process.</summary>
internal static class Conditions
{
    private const long LimitMs = 60_000;

    /// <summary>Null: the condition holds, and the test runs. Else how the attempt ends.</summary>
    /// <exception cref="StuckException">The member did not return.</exception>
    public static async Task<Outcome?> AskAsync(Workbench bench, Attempt attempt, Condition condition)
    {
        var type = attempt.Case.Test.Class;
        var limit = bench.LimitOf(LimitMs);
        bench.Report(attempt.Case.Index.Value, WorkPhase.Body, condition.Member, limit);
        // The attempt's own output and strays, although nothing of it is set up yet.
        var asking = bench.SyncThread.RunAsync(attempt.ContextOfItsOwn(), () => type.Entry.Condition(condition.Member) ?? type.Catalog?.Condition(condition.Member));
        if (!await asking.EndsWithinAsync(limit, bench.Time))
        {
            throw new StuckException(
                new Failure("Timeout", $"The condition '{condition.Member}' of [SkipUnless] did not answer within {FixtureInstance.Text(limit)}. Ask with a limit there, or keep the answer in a static Lazy. [RND3081]", null), blocksThread: true);
        }

        if (asking.Exception?.InnerException is { } error)
        {
            if (error is SkipException skip) return new Outcome.Skipped(skip.Message);
            var thrown = SafeText.OfException(error);
            return new Outcome.Failed(thrown with { Message = $"The condition '{condition.Member}' of [SkipUnless] threw, so nobody knows whether this test is to run. What it threw: {thrown.Message}\nLet it give true or false. [RND3081]" });
        }

        return (await asking).Value switch
        {
            true => null,
            false => new Outcome.Skipped(condition.Reason),
            // The compiler has refused such a mark, unless its analyzers are off.
            _ => new Outcome.Failed(new Failure("Condition", $"The condition '{condition.Member}' of [SkipUnless] cannot be asked. It must be a static bool that generated code of the test's assembly can reach. Make it and the types around it public. [RND3081]", null)),
        };
    }
}
