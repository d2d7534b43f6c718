using Rondo.Engine.Planning;

namespace Rondo.Engine.Scheduling;

/// <summary>Which workers have cases with which claims. Part of <see cref="WorkLedger"/>; counts cases, so that it needs no order of events.</summary>
internal sealed class ClaimHolders
{
    // By key; short lists: as many as workers that read it.
    private readonly List<List<Holding>> _holdings = [];

    /// <summary>Goes up when something is freed.</summary>
    public long Freed { get; private set; }

    private sealed class Holding(int worker)
    {
        public int Worker { get; } = worker;

        public int Reads { get; set; }

        public int Writes { get; set; }
    }

    public void Take(ClaimSet claims, int worker)
    {
        foreach (var claim in claims.All)
        {
            while (_holdings.Count <= claim.Key) _holdings.Add([]);
            var holding = _holdings[claim.Key].Find(h => h.Worker == worker);
            if (holding is null) _holdings[claim.Key].Add(holding = new Holding(worker));
            if (claim.IsWrite) holding.Writes++;
            else holding.Reads++;
        }
    }

    public void Free(ClaimSet claims, int worker)
    {
        foreach (var claim in claims.All)
        {
            var place = _holdings[claim.Key].FindIndex(h => h.Worker == worker);
            var holding = _holdings[claim.Key][place];
            if (claim.IsWrite) holding.Writes--;
            else holding.Reads--;
            if (holding.Reads + holding.Writes == 0) _holdings[claim.Key].RemoveAt(place);
            Freed++;
        }
    }

    /// <summary>No worker but this one has a case that could not run at once with these claims; null counts every worker.</summary>
    public bool AreFree(ClaimSet claims, int? except)
    {
        foreach (var claim in claims.All)
        {
            if (claim.Key >= _holdings.Count) continue;
            foreach (var holding in _holdings[claim.Key])
            {
                if (holding.Worker != except && (claim.IsWrite || holding.Writes > 0)) return false;
            }
        }

        return true;
    }

    /// <summary>The worker has every one of these claims already, as strongly.</summary>
    public bool Covers(ClaimSet claims, int worker)
    {
        foreach (var claim in claims.All)
        {
            if (claim.Key >= _holdings.Count) return false;
            if (_holdings[claim.Key].Find(h => h.Worker == worker) is not { } holding || (claim.IsWrite && holding.Writes == 0)) return false;
        }

        return true;
    }
}
