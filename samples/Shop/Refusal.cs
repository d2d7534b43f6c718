namespace Shop;

/// <summary>What a client gets instead of what it asked for.</summary>
/// <param name="Code">For programs; does not change.</param>
/// <param name="Message">For people.</param>
public sealed record Refusal(string Code, string Message);

// How any part of the shop says no; the pipeline turns it into a status and a Refusal.
internal sealed class RefusedException(int status, string code, string message) : Exception(message)
{
    public int Status => status;

    public string Code => code;

    public static RefusedException NotFound(string what, string name) => new(404, "not_found", $"There is no {what} '{name}'.");

    public static RefusedException BadRequest(string code, string message) => new(400, code, message);

    public static RefusedException Conflict(string code, string message) => new(409, code, message);
}
