using Rondo.Loops;

namespace Rondo.Engine.Worker;

/// <summary>What is said about work that was resumed after the end of the test or fixture that started it.</summary>
internal static class LateWorkText
{
    /// <param name="late">What the pump knows.</param>
    /// <param name="charged">The test, or the fixture that is wider than one.</param>
    /// <remarks>Called under the ExecutionContext of whoever resumed the work.</remarks>
    public static string Of(LateWork late, string charged)
    {
        var startedBy = late.LaneOwner == charged ? "" : $", started by '{late.LaneOwner}',";
        var loop = late.LoopOwner == late.Loop ? late.Loop == charged ? " on the test's own loop" : $" on the loop of '{late.Loop}'" : $" on the loop of {late.LoopOwner}";
        return $"'{charged}' left work behind: {late.What}{startedBy}{loop} was resumed after it had ended, by {late.ResumedFrom}{WorkOf(late, charged)}. Await or cancel what a test starts.";
    }

    private static string WorkOf(LateWork late, string charged)
    {
        var owner = StrayErrors.Owner.Value switch { Attempt attempt => attempt.Case.Id, string other => other, _ => null };
        if (owner is null || late.ResumedFrom.Contains($"'{owner}'", StringComparison.Ordinal)) return "";
        return owner == charged ? " in work of its own" : $" in work of '{owner}'";
    }
}
