namespace Shop;

/// <summary>How much of a product there is.</summary>
/// <param name="Level">In the room.</param>
/// <param name="Held">Of these, kept for somebody.</param>
public sealed record StockView(string Sku, int Level, int Held)
{
    /// <summary>What can still be ordered.</summary>
    public int Available => Level - Held;
}

/// <summary>Asks to keep goods for a while.</summary>
public sealed record HoldRequest(int Quantity, int HoldMs);

/// <summary>Goods that are kept.</summary>
/// <param name="HoldId">Releases them.</param>
public sealed record KeptGoods(string HoldId);

internal sealed class StockRoom(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _levels = new(StringComparer.Ordinal);

    // Invariant, after DropExpired: for each product the quantities held are at most its level.
    private readonly Dictionary<string, Hold> _holds = new(StringComparer.Ordinal);

    public void SetLevel(string sku, int level)
    {
        lock (_gate)
        {
            DropExpired();
            if (level < HeldOf(sku)) throw RefusedException.Conflict("held", $"The level of '{sku}' cannot be {level}: {HeldOf(sku)} are held for customers.");
            _levels[sku] = level;
        }
    }

    public StockView Look(string sku)
    {
        lock (_gate)
        {
            DropExpired();
            return new(sku, _levels.GetValueOrDefault(sku), HeldOf(sku));
        }
    }

    /// <summary>Keeps all of the lines or, if one is short, none.</summary>
    public string Keep(IReadOnlyList<CartLine> lines, TimeSpan lifetime)
    {
        lock (_gate)
        {
            DropExpired();
            foreach (var line in lines)
            {
                var available = _levels.GetValueOrDefault(line.Sku) - HeldOf(line.Sku);
                if (line.Quantity > available) throw RefusedException.Conflict("out_of_stock", $"Of '{line.Sku}' there are {available} available, not {line.Quantity}.");
            }

            var id = Guid.NewGuid().ToString("N");
            _holds[id] = new(lines, clock.GetUtcNow() + lifetime);
            return id;
        }
    }

    /// <summary>Takes the held goods out of the room.</summary>
    /// <returns>False if the hold has expired or was released.</returns>
    public bool TakeOut(string holdId)
    {
        lock (_gate)
        {
            DropExpired();
            if (!_holds.Remove(holdId, out var hold)) return false;
            foreach (var line in hold.Lines) _levels[line.Sku] -= line.Quantity;
            return true;
        }
    }

    public bool Release(string holdId)
    {
        lock (_gate)
        {
            DropExpired();
            return _holds.Remove(holdId);
        }
    }

    private int HeldOf(string sku) => _holds.Values.Sum(h => h.Lines.Sum(l => l.Sku == sku ? l.Quantity : 0));

    private void DropExpired()
    {
        var now = clock.GetUtcNow();
        foreach (var (id, hold) in _holds)
        {
            if (hold.Until <= now) _holds.Remove(id);
        }
    }

    private sealed record Hold(IReadOnlyList<CartLine> Lines, DateTimeOffset Until);
}
