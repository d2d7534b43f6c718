using Rondo.Engine.Planning;

namespace Rondo.Engine.Worker;

/// <summary>
/// The contexts that the fixtures of one scope left behind, where fixtures have cases: a test with [sqlite] must see what that value put into its context, and not what [postgres] did, in whatever order they were
/// made. Contexts cannot be merged, so each setup starts under the last one that fits and has most of what its attempt uses.
/// </summary>
/// <remarks>Thread: the engine's lane. Few entries: one for each setup in the scope.</remarks>
internal sealed class ContextChains
{
    private readonly List<Chain> _chains = [];

    /// <summary>Adds what a fixture left behind.</summary>
    /// <param name="context">Its context.</param>
    /// <param name="from">What it was set up under; null for nothing.</param>
    /// <param name="fixture">The fixture.</param>
    public void Add(ExecutionContext? context, Chain? from, FixtureDefinition fixture)
    {
        IReadOnlyList<FixtureDefinition> values = from?.Values ?? [];
        _chains.Add(new Chain(context, fixture.IsSpecial ? [.. values, fixture] : values));
    }

    /// <summary>Forgets everything that was set up under a value that has ended.</summary>
    public void Forget(FixtureDefinition ended) => _chains.RemoveAll(chain => chain.Values.Any(value => value.Key == ended.Key));

    /// <summary>The last one with most of these values, and with no other value of a fixture that is among them; null if there is none.</summary>
    public Chain? Best(IReadOnlyList<FixtureDefinition> values)
    {
        Chain? best = null;
        var most = -1;
        foreach (var chain in _chains)
        {
            var has = chain.Has(values);
            if (has < most) continue;
            (best, most) = has < 0 ? (best, most) : (chain, has);
        }

        return best;
    }

    /// <param name="Context">Null: nothing flows.</param>
    /// <param name="Values">Of fixtures that depend on cases, which were set up under it.</param>
    internal sealed record Chain(ExecutionContext? Context, IReadOnlyList<FixtureDefinition> Values)
    {
        /// <summary>How many of these values it has; -1 if it has another value of one of the fixtures.</summary>
        public int Has(IReadOnlyList<FixtureDefinition> wanted)
        {
            var count = 0;
            foreach (var value in Values)
            {
                foreach (var one in wanted)
                {
                    if (one.Number != value.Number) continue;
                    if (one.Key != value.Key) return -1;
                    count++;
                }
            }

            return count;
        }
    }
}
