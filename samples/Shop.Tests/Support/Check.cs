using System.Runtime.CompilerServices;

namespace Shop.Tests;

/// <summary>What these tests need of assertions: a few words, and messages that show the expression and both values.</summary>
public static class Check
{
    /// <summary>The two are equal.</summary>
    public static void Equal<T>(T expected, T actual, [CallerArgumentExpression(nameof(actual))] string what = "")
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual)) throw new CheckFailedException($"{what} is {Show(actual)}, not {Show(expected)}.");
    }

    /// <summary>Both have the same elements in the same order.</summary>
    public static void Sequence<T>(IEnumerable<T> expected, IEnumerable<T> actual, [CallerArgumentExpression(nameof(actual))] string what = "")
    {
        T[] left = [.. expected], right = [.. actual];
        if (!left.SequenceEqual(right)) throw new CheckFailedException($"{what} is [{string.Join(", ", right)}], not [{string.Join(", ", left)}].");
    }

    /// <summary>The condition holds.</summary>
    public static void That(bool condition, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        if (!condition) throw new CheckFailedException($"{what} does not hold.");
    }

    /// <summary>The text has the part.</summary>
    public static void Contains(string part, string text, [CallerArgumentExpression(nameof(text))] string what = "")
    {
        if (!text.Contains(part, StringComparison.Ordinal)) throw new CheckFailedException($"{what} has no '{part}'. It is: {text}");
    }

    /// <summary>The text has not the part.</summary>
    public static void Lacks(string part, string text, [CallerArgumentExpression(nameof(text))] string what = "")
    {
        if (text.Contains(part, StringComparison.Ordinal)) throw new CheckFailedException($"{what} has '{part}'. It is: {text}");
    }

    /// <summary>The action throws exactly this kind of exception.</summary>
    public static T Throws<T>(Action action)
        where T : Exception
    {
        try
        {
            action();
        }
        catch (T error) when (error.GetType() == typeof(T))
        {
            return error;
        }

        throw new CheckFailedException($"No {typeof(T).Name} was thrown.");
    }

    /// <summary>The shop refuses, with this status and code.</summary>
    public static async Task<RefusedByShopException> Refused(int status, string code, Task request)
    {
        try
        {
            await request;
        }
        catch (RefusedByShopException refused)
        {
            Equal((status, code), (refused.Status, refused.Refusal?.Code ?? ""), "the refusal");
            return refused;
        }

        throw new CheckFailedException($"The shop did not refuse; expected {status} {code}.");
    }

    // Cultures disagree about which space stands before a currency; no test here is about that.
    /// <summary>The same text with plain spaces.</summary>
    public static string PlainSpaces(string text) => text.Replace('\u00a0', ' ').Replace('\u202f', ' ');

    private static string Show<T>(T value) => value is null ? "null" : $"'{value}'";
}

/// <summary>Something is not as a test expects it.</summary>
public sealed class CheckFailedException(string message) : Exception(message);
