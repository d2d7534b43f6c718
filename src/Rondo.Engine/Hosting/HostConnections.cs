using Rondo.Loops;

namespace Rondo.Engine.Hosting;

/// <summary>Open connections of the program that tests run in: the pipe to <c>dotnet test</c>, the socket to an IDE.</summary>
internal static class HostConnections
{
    /// <summary>Nobody on a loop waits for those that are open now. To be called before any code of tests runs; only the first call counts.</summary>
    public static void TakeAsGiven() => ProcessFacts.TakeOpenSocketsAsGiven();
}
