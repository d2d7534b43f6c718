using System.Reflection;
using System.Text;
using Rondo.Engine.Results;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Report;

/// <summary>Turns exceptions into text in the process where they happened. Nothing that a user's type does can get out of here.</summary>
internal static class SafeText
{
    public const int MaxText = 64 * 1024;
    private const int MaxInner = 10;
    private const int MaxOthers = 100;

    /// <summary>Type, message and trimmed stack. Inner exceptions follow in the stack as <c>---&gt;</c> parts; those of an aggregate are <see cref="Failure.Others"/>.</summary>
    /// <param name="projectDirectory">See <see cref="StackText.Trim"/>.</param>
    public static Failure OfException(Exception error, string? projectDirectory = null)
    {
        var left = MaxOthers;
        return Of(error, projectDirectory, MaxInner, ref left);
    }

    /// <summary>The message, or words about why there is none.</summary>
    public static string MessageOf(Exception error)
    {
        try
        {
            // An aggregate's message is made of all messages in it, at any depth: gigabytes, or the end of the stack.
            if (error is AggregateException aggregate && !IsSmall(aggregate)) return $"Very many errors occurred; the first {MaxOthers} follow.";
            return TextLimits.CutMiddle(error.Message ?? "", MaxText);
        }
        catch (Exception second)
        {
            return $"(the message of {TypeOf(error)} cannot be read: its getter threw {TypeOf(second)})";
        }
    }

    /// <summary>The text with a sign in the place of each control character but the tab, so that it moves no cursor and ends no line.</summary>
    public static string OneLine(string text)
    {
        foreach (var c in text)
        {
            if (!IsControl(c)) continue;
            return string.Create(text.Length, text, static (span, from) =>
            {
                for (var i = 0; i < span.Length; i++) span[i] = IsControl(from[i]) ? '\uFFFD' : from[i];
            });
        }

        return text;
    }

    // The two separators end a line for some.
    private static bool IsControl(char c) => (char.IsControl(c) && c != '\t') || c is '\u2028' or '\u2029';

    private static Failure Of(Exception error, string? projectDirectory, int depth, ref int left)
    {
        // Reflection's wrapper says nothing that the user wrote.
        while (error is TargetInvocationException { InnerException: { } invoked } && depth-- > 0) error = invoked;
        var others = new List<Failure>();
        var stack = new StringBuilder(StackOf(error, projectDirectory));
        AddAggregate(error, others, projectDirectory, depth, ref left);
        var inner = error is AggregateException ? null : error.InnerException;
        for (var i = 0; inner is not null && others.Count == 0; inner = inner.InnerException)
        {
            if (i++ == MaxInner || stack.Length > MaxText)
            {
                stack.Append("\n---> (further inner exceptions were cut)");
                break;
            }

            stack.Append(stack.Length == 0 ? "" : "\n").Append("---> ").Append(TypeOf(inner)).Append(": ").Append(MessageOf(inner));
            if (StackOf(inner, projectDirectory) is { Length: > 0 } frames) stack.Append('\n').Append(frames);
            AddAggregate(inner, others, projectDirectory, depth, ref left);
        }

        return new Failure(TypeOf(error), MessageOf(error), stack.Length == 0 ? null : TextLimits.CutMiddle(stack.ToString(), 2 * MaxText)) { Others = others };
    }

    private static void AddAggregate(Exception error, List<Failure> others, string? projectDirectory, int depth, ref int left)
    {
        if (error is not AggregateException aggregate) return;
        if (depth <= 0)
        {
            others.Add(new Failure("Cut", "Exceptions nested deeper than this were cut.", null));
            return;
        }

        var cut = 0;
        foreach (var part in Flat(aggregate))
        {
            if (left-- > 0) others.Add(Of(part, projectDirectory, depth - 1, ref left));
            else cut++;
        }

        if (cut > 0) others.Add(new Failure("Cut", $"{cut} further exceptions were cut.", null));
    }

    // AggregateException.Flatten makes a new exception through the user's constructor; this only reads.
    private static IEnumerable<Exception> Flat(AggregateException aggregate)
    {
        var waiting = new Stack<Exception>(aggregate.InnerExceptions.Reverse());
        for (var steps = 0; waiting.TryPop(out var next) && steps < 100_000; steps++)
        {
            if (next is AggregateException inner && inner.InnerExceptions.Count > 0)
            {
                for (var i = inner.InnerExceptions.Count - 1; i >= 0; i--) waiting.Push(inner.InnerExceptions[i]);
            }
            else
            {
                yield return next;
            }
        }
    }

    private static bool IsSmall(AggregateException aggregate)
    {
        var seen = 0;
        var waiting = new Stack<Exception>([aggregate]);
        while (waiting.TryPop(out var next))
        {
            if (++seen > MaxOthers) return false;
            if (next is not AggregateException inner) continue;
            if (inner.InnerExceptions.Count > MaxOthers) return false;
            foreach (var part in inner.InnerExceptions) waiting.Push(part);
        }

        return true;
    }

    private static string TypeOf(Exception error) => error.GetType().FullName ?? error.GetType().Name;

    private static string StackOf(Exception error, string? projectDirectory)
    {
        try
        {
            return error.StackTrace is { Length: > 0 } stack ? TextLimits.CutMiddle(StackText.Trim(stack, projectDirectory), MaxText) : "";
        }
        catch (Exception second)
        {
            return $"   (the stack of {TypeOf(error)} cannot be read: {TypeOf(second)})";
        }
    }
}
