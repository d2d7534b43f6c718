using System.Diagnostics.CodeAnalysis;

namespace Rondo;

/// <summary>Skips the running test from inside its body or from one of its fixtures.</summary>
public static class Skip
{
    /// <summary>Ends the test as skipped.</summary>
    /// <param name="reason">Shown in every report.</param>
    /// <exception cref="SkipException">Always.</exception>
    [DoesNotReturn]
    public static void Because(string reason) => throw new SkipException(reason);

    /// <summary>Ends the test as skipped unless the condition holds.</summary>
    /// <param name="condition">True lets the test go on.</param>
    /// <param name="reason">Shown in every report.</param>
    /// <exception cref="SkipException">The condition is false.</exception>
    public static void Unless([DoesNotReturnIf(false)] bool condition, string reason)
    {
        if (!condition) throw new SkipException(reason);
    }
}

/// <summary>Ends a test as skipped. Throw it through <see cref="Skip"/>.</summary>
/// <param name="reason">Shown in every report.</param>
public sealed class SkipException(string reason) : Exception(reason);
