using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;

namespace Shop;

// Turns requests into calls and back; decides nothing.
internal static class Endpoints
{
    private static readonly TimeSpan GoodbyeTime = TimeSpan.FromSeconds(1);

    public static void MapCatalogue(this WebApplication app)
    {
        app.MapPost("/products", (Product product, Catalogue catalogue) =>
        {
            catalogue.Add(product);
            return Results.Created($"/products/{product.Sku}", product);
        });
        app.MapPost("/products/batch", (Product[] products, Catalogue catalogue) => Array.ForEach(products, catalogue.Add));
        app.MapGet("/products/{sku}", (string sku, Catalogue catalogue) => catalogue.Find(sku));
        app.MapGet("/products/{sku}/label", (string sku, Currency? currency, string? culture, Catalogue catalogue) => Catalogue.LabelOf(catalogue.Find(sku), currency, CultureOf(culture)));
        app.MapGet("/products", (string department, string? sort, string? culture, int? page, int? size, Catalogue catalogue) =>
            catalogue.List(department, sort ?? "name", CultureOf(culture), page ?? 1, size ?? 50));
        app.MapGet("/search", (string department, string text, int? limit, Catalogue catalogue) => catalogue.Search(department, text, limit ?? 20));
        app.MapPost("/pricelists", (string path, Catalogue catalogue) => catalogue.Import(path));

        app.MapPut("/stock/{sku}", (string sku, int level, Catalogue catalogue, StockRoom stock) => stock.SetLevel(catalogue.Find(sku).Sku, level));
        app.MapGet("/stock/{sku}", (string sku, Catalogue catalogue, StockRoom stock) => stock.Look(catalogue.Find(sku).Sku));
        app.MapPost("/stock/{sku}/holds", (string sku, HoldRequest hold, StockRoom stock) =>
            new KeptGoods(stock.Keep([new(sku, hold.Quantity)], TimeSpan.FromMilliseconds(hold.HoldMs))));
        app.MapDelete("/holds/{id}", (string id, StockRoom stock) => stock.Release(id) ? Results.NoContent() : throw RefusedException.NotFound("hold", id));
    }

    public static void MapCustomers(this WebApplication app)
    {
        app.MapPost("/accounts", (Credentials credentials, Accounts accounts) => accounts.Register(credentials));
        app.MapPost("/sessions", (Credentials credentials, Accounts accounts) => accounts.Login(credentials));
        app.MapDelete("/sessions/{token}", (string token, Accounts accounts) => accounts.Logout(token) ? Results.NoContent() : throw RefusedException.NotFound("session", token));

        app.MapPost("/carts", (NewCart cart, Carts carts) => carts.Open(cart.Currency));
        app.MapGet("/carts/{id}", (string id, Carts carts) => carts.Show(id));
        app.MapPost("/carts/{id}/lines", (string id, CartLine line, Carts carts) => carts.Put(id, line));
        app.MapDelete("/carts/{id}/lines/{sku}", (string id, string sku, Carts carts) => carts.Remove(id, sku));
        app.MapPut("/carts/{id}/coupon", (string id, string code, Carts carts) => carts.UseCoupon(id, code));
    }

    public static void MapOrders(this WebApplication app)
    {
        var orders = app.MapGroup("/orders");
        orders.MapPost("", (NewOrder order, HttpRequest request, Orders book, Accounts accounts) => book.Place(order.CartId, accounts.CustomerOf(request)).View());
        orders.MapGet("", (HttpRequest request, Orders book, Accounts accounts) => book.Of(accounts.CustomerOf(request)));
        orders.MapGet("/{id}", (string id, HttpRequest request, Orders book, Accounts accounts) => book.Find(id, accounts.CustomerOf(request)).View());
        orders.MapPost("/{id}/payment", (string id, PaymentRequest payment, HttpRequest request, Orders book, Accounts accounts, PaymentQueue queue) =>
            Results.Accepted($"/orders/{id}", queue.Enqueue(book.Find(id, accounts.CustomerOf(request)), payment.Card)));
        orders.MapPost("/{id}/cancellation", (string id, HttpRequest request, Orders book, Accounts accounts) => book.Cancel(book.Find(id, accounts.CustomerOf(request))));
        orders.MapPost("/{id}/shipment", (string id, HttpRequest request, Orders book, Accounts accounts) =>
        {
            var order = book.Find(id, accounts.CustomerOf(request));
            order.MoveTo(OrderStatus.Shipped, "on its way");
            return order.View();
        });
        orders.MapGet("/{id}/receipt", (string id, string? culture, HttpRequest request, Orders book, Accounts accounts, ReceiptStore receipts, CancellationToken stop) =>
            receipts.RenderAsync(book.Find(id, accounts.CustomerOf(request)).Id, CultureOf(culture), stop));
        orders.MapGet("/{id}/events", async (string id, HttpContext http, Orders book, Accounts accounts, TimeProvider clock, IHostApplicationLifetime lifetime) =>
        {
            var order = book.Find(id, accounts.CustomerOf(http.Request));
            if (!http.WebSockets.IsWebSocketRequest) throw RefusedException.BadRequest("no_websocket", "Events of an order are pushed over a WebSocket only.");
            using var socket = await http.WebSockets.AcceptWebSocketAsync();
            await PushAsync(order, socket, clock, http.RequestAborted, lifetime.ApplicationStopping);
        });
    }

    public static void MapOffice(this WebApplication app)
    {
        app.MapGet("/health", () => "open");
        app.MapPost("/reports/sales", async (HttpRequest request, CancellationToken stop) =>
        {
            using var csv = new StreamReader(request.Body);
            return await SalesReport.ReadAsync(csv, stop);
        });
        app.MapPost("/receipts/verification", async (HttpRequest request, ReceiptStore receipts, CancellationToken stop) =>
        {
            using var text = new StreamReader(request.Body);
            return receipts.Verify(await text.ReadToEndAsync(stop));
        });
        app.MapGet("/receipts/archive", async (string? culture, HttpRequest request, Orders book, Accounts accounts, ReceiptStore receipts, CancellationToken stop) =>
        {
            var ids = book.Of(accounts.CustomerOf(request)).Select(o => o.Id);
            return Results.Bytes(await receipts.ArchiveAsync(ids, CultureOf(culture), stop), "application/zip", "receipts.zip");
        });
    }

    private static async Task PushAsync(Order order, WebSocket socket, TimeProvider clock, CancellationToken gone, CancellationToken closing)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(gone, closing);
        var hearing = HearGoodbyeAsync(socket, stop, gone);
        try
        {
            await PushUntilAsync(order, socket, stop.Token, gone, closing);
        }
        finally
        {
            // Whatever happened, the hearing ends first: it cancels what is disposed here. A watcher that never answers must not keep the shop from closing.
            if (await Task.WhenAny(hearing, Task.Delay(GoodbyeTime, clock, gone)) != hearing) socket.Abort();
            await hearing;
        }
    }

    private static async Task PushUntilAsync(Order order, WebSocket socket, CancellationToken stop, CancellationToken gone, CancellationToken closing)
    {
        try
        {
            await foreach (var step in order.WatchAsync(stop))
            {
                await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(step, ShopServer.Json), WebSocketMessageType.Text, true, gone);
            }
        }
        catch (OperationCanceledException)
        {
            // The watcher has gone, or the shop closes: in both cases only the good-bye is left to say.
        }

        if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, closing.IsCancellationRequested ? "the shop closes" : "no more events", gone);
        }
    }

    // A watcher says nothing but good-bye; reading is the only way to hear it. Ends the pushing, never throws.
    private static async Task HearGoodbyeAsync(WebSocket socket, CancellationTokenSource stopPushing, CancellationToken gone)
    {
        try
        {
            var buffer = new byte[256];
            while ((await socket.ReceiveAsync(buffer, gone)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException)
        {
            // Gone without a word.
        }

        await stopPushing.CancelAsync();
    }

    private static CultureInfo CultureOf(string? name)
    {
        try
        {
            return name is null ? CultureInfo.CurrentCulture : CultureInfo.GetCultureInfo(name, predefinedOnly: true);
        }
        catch (CultureNotFoundException)
        {
            throw RefusedException.BadRequest("bad_culture", $"'{name}' is no culture this machine knows.");
        }
    }
}
