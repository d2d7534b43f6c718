using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.WebSockets;

namespace Shop.Tests;

/// <summary>A client of the shop as its programs would write one: requests in, records out, refusals as exceptions.</summary>
/// <remarks>Owns nothing: the <see cref="HttpClient"/> belongs to who made it.</remarks>
/// <param name="token">Of a session; null for a guest.</param>
public sealed class ShopClient(HttpClient http, string? token = null)
{
    private static int s_names;

    /// <summary>A name that nothing else in this process has; tests of one worker share a shop.</summary>
    public static string NewName(string kind) => kind + "-" + Interlocked.Increment(ref s_names).ToString(CultureInfo.InvariantCulture);

    public ShopClient As(Session session) => new(http, session.Token);

    public Task<T> Get<T>(string path, CancellationToken stop) => Send<T>(HttpMethod.Get, path, null, stop);

    public Task<T> Post<T>(string path, object? body, CancellationToken stop) => Send<T>(HttpMethod.Post, path, body is null ? null : JsonContent.Create(body, options: ShopServer.Json), stop);

    public async Task<T> Send<T>(HttpMethod method, string path, HttpContent? body, CancellationToken stop)
    {
        using var response = await Send(method, path, body, stop);
        return await response.Content.ReadFromJsonAsync<T>(ShopServer.Json, stop) ?? throw new InvalidDataException($"The shop answered {method} {path} with null.");
    }

    /// <summary>The response, for the caller to dispose.</summary>
    /// <exception cref="RefusedByShopException">The status is not one of success.</exception>
    public async Task<HttpResponseMessage> Send(HttpMethod method, string path, HttpContent? body, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var response = await http.SendAsync(request, stop);
        if (response.IsSuccessStatusCode) return response;
        using (response)
        {
            var refusal = response.Content.Headers.ContentType?.MediaType == "application/json" ? await response.Content.ReadFromJsonAsync<Refusal>(ShopServer.Json, stop) : null;
            throw new RefusedByShopException((int)response.StatusCode, refusal);
        }
    }

    private async Task Do(HttpMethod method, string path, HttpContent? body, CancellationToken stop) => (await Send(method, path, body, stop)).Dispose();

    // Catalogue and stock.
    public async Task<Product> AddProduct(string name, decimal price, CancellationToken stop, Currency currency = Currency.EUR, string department = "misc", int level = 1000)
    {
        var product = await Post<Product>("/products", new Product(NewName("sku"), name, department, new(price, currency)), stop);
        await SetStock(product.Sku, level, stop);
        return product;
    }

    public Task AddProducts(IReadOnlyList<Product> products, CancellationToken stop) => Do(HttpMethod.Post, "/products/batch", JsonContent.Create(products, options: ShopServer.Json), stop);

    public Task<Label> Label(string sku, string culture, CancellationToken stop, Currency? currency = null) =>
        Get<Label>($"/products/{sku}/label?culture={culture}" + (currency is null ? "" : $"&currency={currency}"), stop);

    public Task SetStock(string sku, int level, CancellationToken stop) => Do(HttpMethod.Put, $"/stock/{sku}?level={level}", null, stop);

    public Task<StockView> Stock(string sku, CancellationToken stop) => Get<StockView>($"/stock/{sku}", stop);

    public async Task<string> Hold(string sku, int quantity, int holdMs, CancellationToken stop) =>
        (await Post<KeptGoods>($"/stock/{sku}/holds", new HoldRequest(quantity, holdMs), stop)).HoldId;

    public Task Release(string holdId, CancellationToken stop) => Do(HttpMethod.Delete, $"/holds/{holdId}", null, stop);

    public Task<IReadOnlyList<SearchHit>> Search(string department, string text, CancellationToken stop) =>
        Get<IReadOnlyList<SearchHit>>($"/search?department={department}&text={Uri.EscapeDataString(text)}", stop);

    // Customers and carts.
    public Task Register(string email, string password, CancellationToken stop) => Do(HttpMethod.Post, "/accounts", JsonContent.Create(new Credentials(email, password)), stop);

    public Task<Session> Login(string email, string password, CancellationToken stop) => Post<Session>("/sessions", new Credentials(email, password), stop);

    public Task Logout(Session session, CancellationToken stop) => Do(HttpMethod.Delete, $"/sessions/{session.Token}", null, stop);

    public Task<CartView> OpenCart(Currency? currency, CancellationToken stop) => Post<CartView>("/carts", new NewCart(currency), stop);

    public Task<CartView> Cart(string id, CancellationToken stop) => Get<CartView>($"/carts/{id}", stop);

    public Task<CartView> Put(string cartId, string sku, int quantity, CancellationToken stop) => Post<CartView>($"/carts/{cartId}/lines", new CartLine(sku, quantity), stop);

    public Task<CartView> Remove(string cartId, string sku, CancellationToken stop) => Send<CartView>(HttpMethod.Delete, $"/carts/{cartId}/lines/{sku}", null, stop);

    public Task<CartView> UseCoupon(string cartId, string code, CancellationToken stop) => Send<CartView>(HttpMethod.Put, $"/carts/{cartId}/coupon?code={code}", null, stop);

    // Orders.
    public Task<OrderView> Place(string cartId, CancellationToken stop) => Post<OrderView>("/orders", new NewOrder(cartId), stop);

    public Task<OrderView> Order(string id, CancellationToken stop) => Get<OrderView>($"/orders/{id}", stop);

    public Task<OrderView> Pay(string orderId, string card, CancellationToken stop) => Post<OrderView>($"/orders/{orderId}/payment", new PaymentRequest(card), stop);

    public Task<OrderView> Cancel(string orderId, CancellationToken stop) => Post<OrderView>($"/orders/{orderId}/cancellation", null, stop);

    public Task<OrderView> Ship(string orderId, CancellationToken stop) => Post<OrderView>($"/orders/{orderId}/shipment", null, stop);

    /// <summary>Pays and waits for what the bank says.</summary>
    public async Task<OrderView> PayAndWait(string orderId, string card, CancellationToken stop)
    {
        await Pay(orderId, card, stop);
        return await Eventually.Get(() => Order(orderId, stop), o => o.Status is not OrderStatus.Paying, stop);
    }

    public async Task<string> Receipt(string orderId, string culture, CancellationToken stop)
    {
        using var response = await Send(HttpMethod.Get, $"/orders/{orderId}/receipt?culture={culture}", null, stop);
        return await response.Content.ReadAsStringAsync(stop);
    }

    public async Task<bool> IsGenuine(string receipt, CancellationToken stop) => (await Send<Verification>(HttpMethod.Post, "/receipts/verification", new StringContent(receipt), stop)).Genuine;

    /// <summary>Opens the push of an order's events, for the caller to dispose.</summary>
    public async Task<OrderWatch> Watch(string orderId, CancellationToken stop)
    {
        var socket = new ClientWebSocket();
        try
        {
            if (token is not null) socket.Options.SetRequestHeader("Authorization", "Bearer " + token);
            await socket.ConnectAsync(new UriBuilder(http.BaseAddress!) { Scheme = "ws", Path = $"/orders/{orderId}/events" }.Uri, stop);
            return new(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>The shop said no.</summary>
/// <param name="refusal">Null if the body says nothing.</param>
public sealed class RefusedByShopException(int status, Refusal? refusal) : Exception($"The shop refused: {status} {refusal?.Code} {refusal?.Message}")
{
    public int Status => status;

    public Refusal? Refusal => refusal;
}
