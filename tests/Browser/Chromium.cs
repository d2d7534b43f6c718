using System.Globalization;
using Microsoft.Playwright;

namespace Rondo.Browser.Tests;

/// <summary>The browser of this machine: Chromium from the system's packages, or what the variable CHROMIUM names. Nothing is fetched.</summary>
internal static class Chromium
{
    private static readonly Lazy<Task<IBrowser>> s_browser = new(StartAsync);

    private static string? Program { get; } = Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } named ? named
        : new[] { "chromium", "chromium-browser", "google-chrome", "chrome" }
            .SelectMany(name => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);

    /// <summary>A page of its own: no other test's data, no network.</summary>
    /// <param name="options">Size, colours, with or without scripts.</param>
    public static async Task<OpenPage> OpenAsync(string file, BrowserNewContextOptions? options = null)
    {
        // Not passed by an early return: whoever reads the report sees that nothing was tried.
        if (Program is null) Assert.Inconclusive("There is no Chromium here: install it from the system's packages (apt-get install chromium), or name one with CHROMIUM.");
        var context = await (await s_browser.Value).NewContextAsync(options ?? new BrowserNewContextOptions { ViewportSize = new() { Width = 1300, Height = 900 } });
        context.SetDefaultTimeout(30_000);
        Assertions.SetDefaultExpectTimeout(15_000);
        var page = new OpenPage(context, await context.NewPageAsync(), file);
        await page.LoadAsync();
        return page;
    }

    // As root there is no sandbox.
    private static async Task<IBrowser> StartAsync()
    {
        var playwright = await Playwright.CreateAsync();
        return await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Program, Args = ["--no-sandbox", "--disable-gpu"], Timeout = 60_000 });
    }
}

/// <summary>A page, and everything that must not happen in it.</summary>
internal sealed class OpenPage(IBrowserContext context, IPage page, string file) : IAsyncDisposable
{
    private readonly List<string> _faults = [];

    public IPage Page => page;

    /// <summary>Errors, messages on the console, and everything the page asked of others.</summary>
    public IReadOnlyList<string> Faults => _faults;

    public async Task LoadAsync()
    {
        page.PageError += (_, error) => _faults.Add("error: " + error);
        page.Console += (_, message) => _faults.Add("console: " + message.Text);
        page.Dialog += (_, dialog) => _faults.Add("dialog: " + dialog.Message);
        page.Request += (_, request) => { if (request.Url != "file://" + file && !request.Url.StartsWith("blob:", StringComparison.Ordinal)) _faults.Add("asked for " + request.Url); };
        await page.GotoAsync("file://" + file);
    }

    public Task ReadyAsync() => page.Locator("html[data-ready]").WaitForAsync(new() { State = WaitForSelectorState.Attached });

    public Task<string> TextAsync(string selector) => page.Locator(selector).InnerTextAsync();

    /// <summary>Waits until a text of the page is this.</summary>
    public Task TextIsAsync(string selector, string text) => Assertions.Expect(page.Locator(selector)).ToHaveTextAsync(text);

    public Task TextHasAsync(string selector, string text) => Assertions.Expect(page.Locator(selector)).ToContainTextAsync(text);

    /// <summary>Shows it to people: into the folder that TIMELINE_SHOTS names, if it is set.</summary>
    public async Task ShowAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("TIMELINE_SHOTS") is { Length: > 0 } folder) await page.ScreenshotAsync(new() { Path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{name}.png")), FullPage = true });
    }

    public async ValueTask DisposeAsync() => await context.CloseAsync();
}
