namespace Rondo;

/// <summary>A rule of Rondo was broken by the code that runs on it. The message says which, and what to do.</summary>
/// <param name="message">Ends with the code of the rule in brackets.</param>
public sealed class RondoUsageException(string message) : InvalidOperationException(message);
