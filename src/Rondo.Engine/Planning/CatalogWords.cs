using Rondo.Catalog;
using Rondo.Loops;

namespace Rondo.Engine.Planning;

/// <summary>What the words of a catalog mean.</summary>
/// <remarks>By hand: the first number that the library parses loads the system's cultures, and the first name of an enum goes through reflection, each some milliseconds in every process of a run.</remarks>
internal static class CatalogWords
{
    /// <exception cref="InvalidOperationException">It is no whole number, or none of 32 bits.</exception>
    public static int Number(string word)
    {
        var isLess = word.Length > 0 && word[0] == '-';
        long number = 0;
        for (var i = isLess ? 1 : 0; i < word.Length && number <= int.MaxValue; i++) number = word[i] is >= '0' and <= '9' ? (number * 10) + (word[i] - '0') : long.MaxValue;
        if (isLess) number = -number;
        return word.Length > (isLess ? 1 : 0) && number is >= int.MinValue and <= int.MaxValue ? (int)number : throw Unknown("number", word);
    }

    public static FixtureScope FixtureScope(string word) => word switch
    {
        nameof(Rondo.FixtureScope.Test) => Rondo.FixtureScope.Test,
        nameof(Rondo.FixtureScope.Class) => Rondo.FixtureScope.Class,
        nameof(Rondo.FixtureScope.Namespace) => Rondo.FixtureScope.Namespace,
        nameof(Rondo.FixtureScope.Worker) => Rondo.FixtureScope.Worker,
        nameof(Rondo.FixtureScope.Run) => Rondo.FixtureScope.Run,
        _ => throw Unknown("scope of a fixture", word),
    };

    public static LoopScope LoopScope(string word) => word switch
    {
        nameof(Rondo.LoopScope.Test) => Rondo.LoopScope.Test,
        nameof(Rondo.LoopScope.Class) => Rondo.LoopScope.Class,
        nameof(Rondo.LoopScope.Namespace) => Rondo.LoopScope.Namespace,
        nameof(Rondo.LoopScope.Worker) => Rondo.LoopScope.Worker,
        _ => throw Unknown("scope of a loop", word),
    };

    public static LoopBackend Backend(string word) => word switch
    {
        nameof(LoopBackend.SingleThread) => LoopBackend.SingleThread,
        nameof(LoopBackend.ThreadPool) => LoopBackend.ThreadPool,
        _ => throw Unknown("backend", word),
    };

    public static BlockingWaits BlockingWaits(string word) => word switch
    {
        nameof(Loops.BlockingWaits.Allow) => Loops.BlockingWaits.Allow,
        nameof(Loops.BlockingWaits.Warn) => Loops.BlockingWaits.Warn,
        nameof(Loops.BlockingWaits.FailOnDeadlock) => Loops.BlockingWaits.FailOnDeadlock,
        nameof(Loops.BlockingWaits.Fail) => Loops.BlockingWaits.Fail,
        _ => throw Unknown("way with blocking waits", word),
    };

    private static InvalidOperationException Unknown(string what, string word) => new($"This is a bug in Rondo: '{word}' in the catalog is no {what}.");
}
