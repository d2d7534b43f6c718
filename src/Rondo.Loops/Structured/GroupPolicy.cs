namespace Rondo.Loops;

/// <summary>What a <see cref="TaskGroup"/> makes of the end of one of its children.</summary>
public enum GroupPolicy
{
    /// <summary>The first failure cancels the rest. All failures come out together when all have ended. The default.</summary>
    FailFast,

    /// <summary>A failure cancels nobody: all run on, and all failures come out together when all have ended.</summary>
    Collect,

    /// <summary>
    /// The first child that succeeds cancels the rest, and the failures of the others are forgotten. The group fails only if none succeeded and one failed.
    /// That the body ends is no success, since starting the children is all it does; background children take no part, and their failures always count.
    /// </summary>
    FirstSuccess,
}
