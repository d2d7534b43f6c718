using System.Threading.Channels;

namespace Shop;

/// <summary>Asks to pay an order.</summary>
/// <param name="Card">12 to 19 digits; spaces do not matter.</param>
public sealed record PaymentRequest(string Card);

internal sealed record Charge(Order Order, string Card);

// Orders wait here for the bank; many requests write, the worker reads.
internal sealed class PaymentQueue
{
    private readonly Channel<Charge> _charges = Channel.CreateUnbounded<Charge>();

    public IAsyncEnumerable<Charge> TakeAllAsync(CancellationToken stop) => _charges.Reader.ReadAllAsync(stop);

    public OrderView Enqueue(Order order, string card)
    {
        var digits = card.Replace(" ", "", StringComparison.Ordinal);
        if (!IsCardNumber(digits)) throw RefusedException.BadRequest("bad_card", "This is not the number of a card.");
        order.MoveTo(OrderStatus.Paying, $"asking the bank about card …{digits[^4..]}");
        var view = order.View();
        _charges.Writer.TryWrite(new(order, digits));
        return view;
    }

    // Luhn: every second digit from the right counts double.
    private static bool IsCardNumber(string digits)
    {
        if (digits.Length is < 12 or > 19 || !digits.All(char.IsAsciiDigit)) return false;
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            sum += i % 2 == 0 ? digit : (digit * 2 / 10) + (digit * 2 % 10);
        }

        return sum % 10 == 0;
    }
}

// Stands for the bank's service: its time to think and its test cards, known by their last digits.
internal sealed class Bank(ShopOptions options)
{
    /// <returns>Why the card was declined; null if it was charged.</returns>
    /// <exception cref="BankBusyException">The bank wants to be asked again.</exception>
    public async Task<string?> ChargeAsync(string card, int attempt, CancellationToken stop)
    {
        await Task.Delay(options.BankLatency * (card[0] switch { '5' => 1.5, '3' => 2.25, _ => 1.0 }), options.Clock, stop);
        return card[^4..] switch
        {
            "0002" => "the card was declined",
            "9995" => "there is not enough money",
            "0119" when attempt == 1 => throw new BankBusyException(),
            "0259" => throw new BankBusyException(),
            _ => null,
        };
    }
}

internal sealed class BankBusyException() : Exception("The bank is busy.");

internal sealed class PaymentWorker(PaymentQueue queue, Bank bank, StockRoom stock, ReceiptStore receipts, ShopOptions options) : BackgroundService
{
    private const int MostAttempts = 2;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Parallel.ForEachAsync(
        queue.TakeAllAsync(stoppingToken),
        new ParallelOptions { MaxDegreeOfParallelism = options.BankLanes, CancellationToken = stoppingToken },
        async (charge, stop) => await SettleAsync(charge, stop));

    // Never throws but for cancellation: one bad payment must not end the loop that serves all others.
    private async Task SettleAsync(Charge charge, CancellationToken stop)
    {
        try
        {
            var refused = await AskBankAsync(charge.Card, stop);
            if (refused is null && !stock.TakeOut(charge.Order.HoldId)) refused = "the reservation has expired";
            if (refused is null) await receipts.WriteAsync(charge.Order, stop);
            charge.Order.MoveTo(refused is null ? OrderStatus.Paid : OrderStatus.Declined, refused ?? "thank you");
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            charge.Order.MoveTo(OrderStatus.Declined, error.Message);
        }
    }

    private async Task<string?> AskBankAsync(string card, CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await bank.ChargeAsync(card, attempt, stop);
            }
            catch (BankBusyException) when (attempt < MostAttempts)
            {
                // Asked again at once: the bank's own time to think is pause enough.
            }
            catch (BankBusyException)
            {
                return "the bank is too busy";
            }
        }
    }
}
