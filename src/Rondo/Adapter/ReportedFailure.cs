using System.Text;
using Rondo.Engine.Results;

namespace Rondo.Adapter;

/// <summary>A failure of another process as the exception the platform wants: text only, never thrown.</summary>
/// <param name="failure">The failure, with those that followed it.</param>
/// <param name="stackInMessage">
/// For the states error and timeout: the platform's console puts the type of an exception with a stack in front of its message, and that type is ours.
/// </param>
internal sealed class ReportedFailure(Failure failure, bool stackInMessage = false)
    : Exception(stackInMessage && failure.Stack is not null ? MessageOf(failure) + "\n" + failure.Stack : MessageOf(failure))
{
    /// <summary>The stack as the worker trimmed it; null if it stands in the message.</summary>
    public override string? StackTrace { get; } = stackInMessage ? null : failure.Stack;

    /// <summary>Every error of the case in order; only the first one's stack stands apart.</summary>
    public static string MessageOf(Failure failure)
    {
        var text = new StringBuilder(OneOf(failure));
        Append(text, failure.Others);
        return text.ToString();
    }

    private static void Append(StringBuilder text, IReadOnlyList<Failure> others)
    {
        foreach (var other in others)
        {
            text.Append("\n\nand then: ").Append(OneOf(other));
            if (other.Stack is not null) text.Append('\n').Append(other.Stack);
            Append(text, other.Others);
        }
    }

    // The type of a failure that is no exception is only a word for programs.
    private static string OneOf(Failure failure) => failure.Type.Contains('.', StringComparison.Ordinal) ? failure.Type + ": " + failure.Message : failure.Message;
}
