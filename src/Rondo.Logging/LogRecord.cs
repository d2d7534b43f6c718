using Microsoft.Extensions.Logging;

namespace Rondo.Logging;

/// <summary>What one call of a logger said.</summary>
/// <param name="Time">When, on the clock of the test's loop; the system's where no test is known.</param>
/// <param name="Category">The logger's name, mostly the full name of a type.</param>
/// <param name="Level">How important.</param>
/// <param name="EventId">The caller's number and name of the event; 0 without one.</param>
/// <param name="Message">The finished text. If it could not be made, words that say so.</param>
/// <param name="Exception">What the caller handed over; null for none.</param>
/// <param name="Values">Named values of the message's template, with <c>{OriginalFormat}</c>; empty if there are none.</param>
/// <param name="Scopes">The scopes that were open, outermost first, as text.</param>
public sealed record LogRecord(
    DateTimeOffset Time,
    string Category,
    LogLevel Level,
    EventId EventId,
    string Message,
    Exception? Exception,
    IReadOnlyList<KeyValuePair<string, object?>> Values,
    IReadOnlyList<string> Scopes)
{
    /// <summary>One line: <c>info Shop.Carts: Added 2 books [RequestId:7]</c>.</summary>
    public override string ToString()
    {
        var level = Level switch { LogLevel.Trace => "trce", LogLevel.Debug => "dbug", LogLevel.Information => "info", LogLevel.Warning => "warn", LogLevel.Error => "fail", LogLevel.Critical => "crit", _ => "none" };
        var id = EventId.Id == 0 ? "" : "[" + EventId.Id.ToString(System.Globalization.CultureInfo.InvariantCulture) + "]";
        var scopes = Scopes.Count == 0 ? "" : " [" + string.Join(", ", Scopes) + "]";
        var error = Exception is null ? "" : $" ({Exception.GetType().Name}: {MessageOf(Exception)})";
        return (level + " " + Category + id + ": " + Message + scopes + error).ReplaceLineEndings(" ");
    }

    private static string MessageOf(Exception error)
    {
        try
        {
            return error.Message;
        }
        catch (Exception)
        {
            // User code.
            return "its message cannot be read";
        }
    }
}
