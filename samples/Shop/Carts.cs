using System.Collections.Concurrent;

namespace Shop;

/// <summary>So many of a product.</summary>
public sealed record CartLine(string Sku, int Quantity);

/// <summary>Asks for a cart; without a currency it gets the default one.</summary>
public sealed record NewCart(Currency? Currency);

/// <summary>What a cart or an order costs, all in one currency.</summary>
public sealed record Totals(Money Net, Money Discount, Money Shipping, Money Tax, Money Total);

/// <summary>A cart as clients see it.</summary>
public sealed record CartView(string Id, Currency Currency, string? Coupon, IReadOnlyList<CartLine> Lines, Totals Totals);

internal sealed class Carts(Catalogue catalogue)
{
    private const int BulkQuantity = 10;
    private readonly ConcurrentDictionary<string, Cart> _carts = new(StringComparer.Ordinal);

    public CartView Open(Currency? currency)
    {
        var cart = new Cart(Guid.NewGuid().ToString("N"), currency ?? ShopSettings.DefaultCurrency);
        _carts[cart.Id] = cart;
        return Show(cart.Id);
    }

    public CartView Show(string id)
    {
        var cart = Find(id);
        lock (cart.Gate) return View(cart);
    }

    public CartView Put(string id, CartLine line)
    {
        if (line.Quantity is < 1 or > 1000) throw RefusedException.BadRequest("bad_quantity", $"{line.Quantity} of '{line.Sku}' cannot be put into a cart, only 1 to 1000.");
        var cart = Find(id);
        lock (cart.Gate)
        {
            cart.Lines[catalogue.Find(line.Sku).Sku] = cart.Lines.GetValueOrDefault(line.Sku) + line.Quantity;
            return View(cart);
        }
    }

    public CartView Remove(string id, string sku)
    {
        var cart = Find(id);
        lock (cart.Gate)
        {
            if (!cart.Lines.Remove(sku)) throw RefusedException.NotFound("line for", sku);
            return View(cart);
        }
    }

    public CartView UseCoupon(string id, string coupon)
    {
        if (!ShopSettings.Discounts) throw RefusedException.Conflict("no_discounts", "There are no discounts at present.");
        if (ShareOf(coupon) == 0) throw RefusedException.BadRequest("bad_coupon", $"'{coupon}' is no coupon of this shop.");
        var cart = Find(id);
        lock (cart.Gate)
        {
            cart.Coupon = coupon;
            return View(cart);
        }
    }

    public void Close(string id) => _carts.TryRemove(id, out _);

    private CartView View(Cart cart)
    {
        CartLine[] lines = [.. cart.Lines.Select(l => new CartLine(l.Key, l.Value)).OrderBy(l => l.Sku, StringComparer.Ordinal)];
        return new(cart.Id, cart.Currency, cart.Coupon, lines, TotalsOf(lines, cart.Currency, cart.Coupon));
    }

    private Totals TotalsOf(CartLine[] lines, Currency currency, string? coupon)
    {
        var net = new Money(0, currency);
        var discount = net;
        foreach (var line in lines)
        {
            var amount = catalogue.Find(line.Sku).Price.In(currency).Times(line.Quantity);
            net = net.Plus(amount);
            if (ShopSettings.Discounts && line.Quantity >= BulkQuantity) discount = discount.Plus(amount.Times(0.05m));
        }

        if (ShopSettings.Discounts) discount = discount.Plus(net.Minus(discount).Times(ShareOf(coupon))).Rounded();
        var goods = net.Minus(discount);
        var free = lines.Length == 0 || goods.In(Currency.EUR).Amount >= ShopSettings.FreeShippingFrom;
        var shipping = free ? new Money(0, currency) : new Money(ShopSettings.ShippingFee, Currency.EUR).In(currency);
        var tax = goods.Plus(shipping).Times(ShopSettings.TaxRate).Rounded();
        return new(net, discount, shipping, tax, goods.Plus(shipping).Plus(tax).Rounded());
    }

    private static decimal ShareOf(string? coupon) => coupon switch { "TEN" => 0.10m, "QUARTER" => 0.25m, _ => 0m };

    private Cart Find(string id) => _carts.TryGetValue(id, out var cart) ? cart : throw RefusedException.NotFound("cart", id);

    private sealed class Cart(string id, Currency currency)
    {
        public Lock Gate { get; } = new();

        public string Id => id;

        public Currency Currency => currency;

        public string? Coupon { get; set; }

        public Dictionary<string, int> Lines { get; } = new(StringComparer.Ordinal);
    }
}
