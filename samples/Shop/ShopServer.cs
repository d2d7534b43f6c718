using System.Text.Json;
using System.Text.Json.Serialization;

namespace Shop;

/// <summary>A running shop: HTTP and WebSocket on one port, payments in the background.</summary>
/// <remarks>Several can run in a process; they share nothing but <see cref="ShopSettings"/>, the environment and the current directory.</remarks>
public sealed class ShopServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ShopServer(WebApplication app, ShopOptions options)
    {
        _app = app;
        Options = options;
        Url = new Uri(app.Urls.Single());
    }

    /// <summary>How the shop writes and reads JSON.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    /// <summary>Where it listens, with its real port.</summary>
    public Uri Url { get; }

    /// <summary>What it was told at its start.</summary>
    public ShopOptions Options { get; }

    /// <summary>Opens a shop.</summary>
    /// <returns>The shop, ready for requests.</returns>
    /// <exception cref="IOException">The address is taken.</exception>
    public static async Task<ShopServer> StartAsync(ShopOptions options, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(options);

        // The empty builder reads no settings file, watches no directory and logs nothing.
        var builder = WebApplication.CreateEmptyBuilder(new() { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().UseUrls(options.Url);
        builder.Services.AddRoutingCore().AddSingleton<IHostLifetime, GuestLifetime>();
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.Converters.Add(new JsonStringEnumConverter()));
        builder.Services.AddSingleton(options).AddSingleton(options.Clock)
            .AddSingleton<Catalogue>().AddSingleton<StockRoom>().AddSingleton<Carts>().AddSingleton<Accounts>().AddSingleton<Orders>()
            .AddSingleton<PaymentQueue>().AddSingleton<Bank>().AddSingleton<ReceiptStore>().AddHostedService<PaymentWorker>();

        var app = builder.Build();
        app.UseWebSockets();
        app.Use(AnswerRefusals);
        app.MapCatalogue();
        app.MapCustomers();
        app.MapOrders();
        app.MapOffice();
        try
        {
            await app.StartAsync(stop);
            return new(app, options);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops taking requests, ends the payment worker, and closes the port.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static async Task AnswerRefusals(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        catch (RefusedException refused) when (!http.Response.HasStarted)
        {
            http.Response.StatusCode = refused.Status;
            await http.Response.WriteAsJsonAsync(new Refusal(refused.Code, refused.Message), Json, http.RequestAborted);
        }
    }

    // The process belongs to somebody else: the shop installs no handler for signals.
    private sealed class GuestLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
