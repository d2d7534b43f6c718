// What each case of the suite does in a run with a given seed. Compiled into the suite, which does it, and into the runner, which expects it.
namespace Chaos;

/// <summary>How one case behaves.</summary>
public enum Act
{
    Pass,
    Skip,
    Fail,

    /// <summary>Fails in its first attempt.</summary>
    FailOnce,
    FixtureFails,
    TeardownFails,

    /// <summary>Writes much, and bytes of no meaning past the engine; passes.</summary>
    Babble,

    /// <summary>Leaves a child process behind; passes.</summary>
    LeaveChild,
    Exit,
    FailFast,
    KillSelf,
    Overflow,

    /// <summary>Blocks on work of its own loop.</summary>
    Deadlock,
    HangInThread,
    HangInAwait,
    HoldLoop,
}

public static class Acts
{
    /// <summary>The act of a case, the same in every process.</summary>
    /// <param name="seed">Of the run.</param>
    /// <param name="id">Of the case.</param>
    /// <param name="isAsync">Some acts need a loop, others a thread.</param>
    public static Act Of(int seed, string id, bool isAsync)
    {
        var chance = Chance(seed, id, 1);
        // A quarter of the runs has good tests only: what goes wrong there comes from outside.
        var badness = (seed & 3) switch { 0 => 0.0, 1 => 0.05, 2 => 0.12, _ => 0.25 };
        if (chance >= badness) return Chance(seed, id, 2) < 0.03 ? Act.Skip : Act.Pass;
        Act[] acts = isAsync
            ? [Act.Fail, Act.FailOnce, Act.FixtureFails, Act.TeardownFails, Act.Babble, Act.LeaveChild, Act.FailFast, Act.KillSelf, Act.Deadlock, Act.HangInAwait, Act.HoldLoop]
            : [Act.Fail, Act.FailOnce, Act.FixtureFails, Act.TeardownFails, Act.Babble, Act.LeaveChild, Act.Exit, Act.FailFast, Act.Overflow, Act.HangInThread];
        var act = acts[(int)(Chance(seed, id, 3) * acts.Length)];
        // What hangs costs seconds: most runs have none of it.
        return act >= Act.HangInThread && (seed & 12) != 0 ? Act.Fail : act;
    }

    /// <summary>Between 0 and 1.</summary>
    public static double Chance(int seed, string id, int which)
    {
        var hash = 14695981039346656037ul ^ ((ulong)(uint)seed * 0x9E3779B97F4A7C15ul) ^ ((ulong)which << 56);
        foreach (var letter in id) hash = (hash ^ letter) * 1099511628211ul;
        hash ^= hash >> 29;
        hash *= 0xBF58476D1CE4E5B9ul;
        hash ^= hash >> 32;
        return (hash >> 11) / (double)(1ul << 53);
    }
}
