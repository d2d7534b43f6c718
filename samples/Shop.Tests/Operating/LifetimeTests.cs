using System.Net;
using System.Net.Sockets;

namespace Shop.Tests.Operating;

/// <summary>Shops that open and close, each in a directory of its test.</summary>
[Timeout(10_000)]
public sealed class LifetimeTests
{
    [Test]
    public async Task A_closed_shop_leaves_its_port(TempDirectory directory, CancellationToken stop)
    {
        Uri url;
        await using (var server = await ShopServer.StartAsync(Options(directory), stop)) url = server.Url;

        using var listener = new TcpListener(IPAddress.Loopback, url.Port);
        listener.Start();
        listener.Stop();
    }

    [Test]
    public async Task A_taken_address_is_an_error_at_once(ShopServer running, TempDirectory directory, CancellationToken stop)
    {
        try
        {
            await using var second = await ShopServer.StartAsync(Options(directory) with { Url = running.Url.ToString() }, stop);
        }
        catch (IOException taken)
        {
            Check.Contains(running.Url.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), taken.Message);
            return;
        }

        throw new CheckFailedException("Two shops listen on one port.");
    }

    [Test, Tag("slow")]
    public async Task Two_shops_share_the_settings_and_nothing_else(ShopServer running, ShopClient guest, TempDirectory directory, CancellationToken stop)
    {
        await using var second = await ShopServer.StartAsync(Options(directory), stop);
        using var http = new HttpClient { BaseAddress = second.Url };
        var product = await guest.AddProduct("Lamp", 10, stop);
        ShopSettings.DefaultCurrency = Currency.GBP;

        Check.Equal(Currency.GBP, (await guest.OpenCart(null, stop)).Currency);
        Check.Equal(Currency.GBP, (await new ShopClient(http).OpenCart(null, stop)).Currency);
        await Check.Refused(404, "not_found", new ShopClient(http).Get<Product>($"/products/{product.Sku}", stop));
        Check.That(running.Options.ReceiptDirectory != second.Options.ReceiptDirectory);
    }

    [Test, Tag("slow")]
    public async Task A_shop_that_closes_says_good_bye_to_watchers(TempDirectory directory, CancellationToken stop)
    {
        ShopSettings.GuestOrders = true;
        OrderWatch watch;
        await using (var server = await ShopServer.StartAsync(Options(directory), stop))
        {
            using var http = new HttpClient { BaseAddress = server.Url };
            var order = await Order(new ShopClient(http), stop);
            watch = await new ShopClient(http).Watch(order.Id, stop);
            await watch.Next(stop);
            var goodbye = watch.Next(stop);
            var closing = server.DisposeAsync();

            Check.Equal(null, await goodbye);
            Check.Equal("the shop closes", watch.Goodbye);
            await watch.DisposeAsync();
            await closing;
        }
    }

    [Test, Tag("slow")]
    public async Task Receipts_outlive_the_shop(TempDirectory directory, CancellationToken stop)
    {
        ShopSettings.GuestOrders = true;
        string id;
        await using (var server = await ShopServer.StartAsync(Options(directory), stop))
        {
            using var http = new HttpClient { BaseAddress = server.Url };
            id = (await Order(new ShopClient(http), stop)).Id;
            await new ShopClient(http).PayAndWait(id, Cards.Visa, stop);
        }

        Check.Equal(6, (await File.ReadAllLinesAsync(directory.Combine("receipts", id + ".txt"), stop)).Length);
    }

    [Test]
    public void A_worker_has_one_shop_and_one_directory(WorkerInfo worker, ShopServer server, RunningShop shop)
    {
        Check.Equal(shop.Server, server);
        Check.Contains($"shop-{worker.WorkerId}-", server.Options.ReceiptDirectory);
        Check.That(worker.WorkerCount >= 1);
    }

    private static ShopOptions Options(TempDirectory directory) => new() { ReceiptDirectory = directory.Combine("receipts") };

    private static async Task<OrderView> Order(ShopClient guest, CancellationToken stop)
    {
        var product = await guest.AddProduct("Lamp", 10, stop);
        var cart = await guest.OpenCart(Currency.EUR, stop);
        await guest.Put(cart.Id, product.Sku, 1, stop);
        return await guest.Place(cart.Id, stop);
    }
}
