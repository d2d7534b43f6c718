using System.Diagnostics;
using Microsoft.Playwright;

namespace Rondo.Browser.Tests;

/// <summary>What people do with the page of a run, done in a browser.</summary>
[TestClass]
public sealed class TimelineTests
{
    public Microsoft.VisualStudio.TestTools.UnitTesting.TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task The_page_shows_the_run_and_asks_for_nothing()
    {
        await using var open = await Chromium.OpenAsync(Recorded.Page(Recorded.Everything()));
        await open.ReadyAsync();

        Assert.AreEqual("Test run of Shop.Tests", await open.Page.TitleAsync());
        await open.TextHasAsync("#verdict", "Not passed. 13 planned = 4 passed + 7 failed + 1 skipped + 1 not run");
        await open.TextIsAsync("#count", "13 of 13 tests");
        await open.TextHasAsync("#fixture-table", "Shop.Fixtures.Basket");
        await open.TextHasAsync("#worker-table", "died: was ended by signal 11 (SIGSEGV)");
        await open.TextHasAsync("#note-list", "A note with <b>markup</b> & such.");
        await open.TextHasAsync("#note-list", "Shop.Fixtures.Database.teardown");
        await open.TextHasAsync("#bounds", "kept 2 workers busy for 1.13 s in all. No order of them could have taken less than 565 ms: that is all of it, divided by the workers. That is 56 %");
        Assert.AreEqual("", string.Join('\n', open.Faults));
    }

    [TestMethod]
    [DataRow("light", 1300)]
    [DataRow("dark", 1300)]
    [DataRow("light", 390)]
    [DataRow("dark", 390)]
    public async Task Every_text_can_be_read(string colours, int width)
    {
        await using var open = await Chromium.OpenAsync(Recorded.Page(Recorded.Everything()), new() { ColorScheme = colours == "dark" ? ColorScheme.Dark : ColorScheme.Light, ViewportSize = new() { Width = width, Height = 900 } });
        await open.ReadyAsync();
        await open.ShowAsync($"everything-{colours}-{width}");

        var faint = await open.Page.EvaluateAsync<string[]>(Contrast);
        var widths = await open.Page.EvaluateAsync<int[]>("() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]");

        Assert.AreEqual("", string.Join('\n', faint));
        Assert.IsLessThanOrEqualTo(widths[1], widths[0], "The page is wider than its window.");
    }

    [TestMethod]
    public async Task The_list_is_searched_and_filtered()
    {
        await using var open = await Chromium.OpenAsync(Recorded.Page(Recorded.Everything()));
        await open.ReadyAsync();

        await open.Page.GetByRole(AriaRole.Searchbox).FillAsync("stocktests paid");
        await open.TextIsAsync("#count", "1 of 13 tests");
        await open.Page.GetByRole(AriaRole.Searchbox).FillAsync("");
        await open.TextIsAsync("#count", "13 of 13 tests");
        await open.Page.GetByRole(AriaRole.Checkbox, new() { Name = "passed" }).UncheckAsync();
        await open.TextIsAsync("#count", "10 of 13 tests");
        await open.Page.Locator("#worker").SelectOptionAsync("w1");
        await open.TextIsAsync("#count", "4 of 13 tests");
        await open.Page.Locator("#order").SelectOptionAsync("name");
        Assert.AreEqual("Shop.StockTests.Lost", await open.Page.Locator("[role=option] .id").First.InnerTextAsync());
    }

    [TestMethod]
    public async Task Details_have_everything_about_a_test()
    {
        await using var open = await Chromium.OpenAsync(Recorded.Page(Recorded.Everything()));
        await open.ReadyAsync();

        await RowOf(open, "Shop.CheckoutTests.Fails").ClickAsync();
        foreach (var text in new[] { "The order was paid twice.", "<img src=x onerror=alert(1)> & ]]>", "Checkout.cs:line 12", "before", Recorded.HostileName, "careful", "a timer was left behind", "build = 42", "/tmp/shot.png (the page)", "--filter-uid Shop.CheckoutTests.Fails", "on w0, 60.0 ms, began at 240 ms" })
            await open.TextHasAsync("#details", text);
        await RowOf(open, "Shop.CheckoutTests.Is_shaky").ClickAsync();
        await open.TextHasAsync("#details", "Attempt 1: failed on w0, 40.0 ms");
        await RowOf(open, "Shop.StockTests.Has_parts").ClickAsync();
        await open.TextHasAsync("#details", "b speaks");
        await RowOf(open, "Shop.CheckoutTests.Adds_up").ClickAsync();
        await open.TextHasAsync("#details", "setup 25.0 ms, body 60.0 ms, teardown 15.0 ms");

        Assert.AreEqual("Test run of Shop.Tests", await open.Page.TitleAsync());
        Assert.AreEqual("", string.Join('\n', open.Faults));
    }

    [TestMethod]
    public async Task Everything_is_done_with_the_keyboard()
    {
        await using var open = await Chromium.OpenAsync(Recorded.Page(Recorded.Everything()));
        await open.ReadyAsync();
        var keys = open.Page.Keyboard;

        await keys.PressAsync("Tab");
        Assert.AreEqual("To the list of tests", await Focused(open, "innerText"));
        await Until(open, "canvas");
        var whole = await open.TextAsync("#window");
        await keys.PressAsync("+");
        await Assertions.Expect(open.Page.Locator("#window")).Not.ToHaveTextAsync(whole);
        await keys.PressAsync("0");
        await open.TextIsAsync("#window", whole);
        await keys.PressAsync("ArrowLeft");
        await open.TextHasAsync("#said", " on w0 at ");
        var said = await open.TextAsync("#said");
        await keys.PressAsync("ArrowDown");
        await open.TextHasAsync("#said", " on w1 at ");
        Assert.AreNotEqual(said, await open.TextAsync("#said"));
        await open.TextHasAsync("#details h3", "Shop.StockTests.Never_ends");

        await Until(open, "list");
        await keys.PressAsync("End");
        await open.TextHasAsync("#details h3", "Shop.StockTests.Not_run");
        Assert.AreEqual(await open.Page.Locator("[aria-selected=true]").GetAttributeAsync("id"), await open.Page.Locator("#list").GetAttributeAsync("aria-activedescendant"));
        await keys.PressAsync("ArrowUp");
        await open.TextHasAsync("#details h3", "Shop.StockTests.Skipped");
        await keys.PressAsync("Enter");
        Assert.AreEqual("details", await Focused(open, "id"));
    }

    [TestMethod]
    public async Task The_mouse_finds_bars_gaps_and_deaths_in_the_timeline()
    {
        await using var open = await Chromium.OpenAsync(Recorded.Page(Recorded.Everything()));
        await open.ReadyAsync();
        var box = (await open.Page.Locator("#canvas").BoundingBoxAsync())!;
        float X(double ms) => (float)(box.X + 76 + (ms / 1000 * (box.Width - 82)));
        float Row(int row) => box.Y + 22 + (row * 26) + 13;

        await open.Page.Mouse.MoveAsync(X(270), Row(0));
        await open.TextHasAsync("#hover", "failed, 60.0 ms on w0 at 240 ms");
        await open.Page.Mouse.MoveAsync(X(50), Row(0));
        await open.TextHasAsync("#hover", "w0 is starting, 110 ms");
        await open.Page.Mouse.MoveAsync(X(920), Row(1));
        await open.TextHasAsync("#hover", "teardown of Shop.Fixtures.Database");
        await open.Page.Mouse.MoveAsync(X(800), Row(0));
        await open.TextHasAsync("#hover", "idle for 240 ms, then ended: exit code 0");
        await open.Page.Mouse.ClickAsync(X(300), Row(1));
        await open.TextHasAsync("#details h3", "Shop.StockTests.Never_ends");

        var before = await open.TextAsync("#window");
        await open.Page.Keyboard.DownAsync("Control");
        await open.Page.Mouse.WheelAsync(0, -300);
        await open.Page.Keyboard.UpAsync("Control");
        await Assertions.Expect(open.Page.Locator("#window")).Not.ToHaveTextAsync(before);
    }

    [TestMethod]
    public async Task What_is_drawn_has_the_colours_of_the_outcomes()
    {
        await using var open = await Chromium.OpenAsync(Recorded.Page(Recorded.Everything()));
        await open.ReadyAsync();

        // Middle of each bar, and of a gap: red, brown-red, green, and what is nobody's.
        var drawn = await open.Page.EvaluateAsync<string[]>("""
            async () => {
              await new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)));
              const canvas = document.getElementById('canvas'), scale = devicePixelRatio, width = canvas.clientWidth;
              const at = (ms, row) => [...canvas.getContext('2d').getImageData(Math.round((76 + ms / 1000 * (width - 82)) * scale), Math.round((22 + row * 26 + 8) * scale), 1, 1).data].slice(0, 3).map(v => v.toString(16).padStart(2, '0')).join('');
              return [at(296, 0), at(560, 0), at(385, 0), at(60, 1)];
            }
            """);

        CollectionAssert.AreEqual(new[] { "c02626", "8a0000", "8f5500", "d9d2ee" }, drawn);
    }

    [TestMethod]
    public async Task Names_and_roles_are_there_for_those_who_do_not_see_it()
    {
        await using var open = await Chromium.OpenAsync(Recorded.Page(Recorded.Everything()));
        await open.ReadyAsync();

        var nameless = await open.Page.EvaluateAsync<string[]>("""
            () => [...document.querySelectorAll('button, input, select, canvas, [role=listbox], [role=region], section')]
              .filter(e => e.offsetParent !== null && !(e.getAttribute('aria-label') || document.getElementById(e.getAttribute('aria-labelledby') ?? '')?.textContent || e.labels?.[0]?.textContent.trim() || e.textContent.trim()))
              .map(e => e.outerHTML.slice(0, 100))
            """);
        var twice = await open.Page.EvaluateAsync<string[]>("() => { const seen = new Set(); return [...document.querySelectorAll('[id]')].map(e => e.id).filter(id => seen.has(id) || !seen.add(id)); }");
        var headings = await open.Page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('h1, h2')].map(h => h.tagName + ' ' + h.textContent)");

        Assert.AreEqual("", string.Join('\n', nameless));
        Assert.AreEqual("", string.Join('\n', twice));
        CollectionAssert.AreEqual(new[] { "H1 Test run of Shop.Tests", "H2 Timeline", "H2 Tests", "H2 Slowest tests", "H2 What fixtures cost", "H2 Workers", "H2 Notes and how it was run" }, headings);
        Assert.AreEqual("13", await open.Page.Locator("[role=option]").First.GetAttributeAsync("aria-setsize"));
        Assert.AreEqual("Timeline of 3 workers over 1.00 s, with 13 attempts of tests", await open.Page.Locator("#canvas").GetAttributeAsync("aria-label"));
    }

    [TestMethod]
    public async Task Without_scripts_the_summary_is_there()
    {
        await using var open = await Chromium.OpenAsync(Recorded.Page(Recorded.Everything()), new() { JavaScriptEnabled = false });

        await open.TextHasAsync("#plain", "13 planned = 4 passed + 7 failed + 1 skipped + 1 not run");
        Assert.IsFalse(await open.Page.Locator("#page").IsVisibleAsync());
    }

    [TestMethod]
    public async Task A_hundred_thousand_tests_are_no_burden()
    {
        var file = Recorded.Page(Recorded.Many(100_000));
        var clock = Stopwatch.StartNew();
        await using var open = await Chromium.OpenAsync(file);
        await open.ReadyAsync();
        var opened = clock.Elapsed;
        await open.ShowAsync("many");

        await open.TextIsAsync("#count", "100,000 of 100,000 tests");
        clock.Restart();
        await open.Page.GetByRole(AriaRole.Searchbox).FillAsync("part7 (7042)");
        await open.TextIsAsync("#count", "1 of 100,000 tests");
        var searched = clock.Elapsed;
        await open.Page.GetByRole(AriaRole.Searchbox).FillAsync("");
        await open.TextIsAsync("#count", "100,000 of 100,000 tests");
        await open.Page.Locator("#list").FocusAsync();
        await open.Page.Keyboard.PressAsync("End");
        await open.TextHasAsync("#details h3", "Some_test_that_does_a_thing(99998)");
        var frame = await open.Page.EvaluateAsync<double>("async () => { const from = performance.now(); for (let i = 0; i < 10; i++) { document.getElementById(i % 2 ? 'zoom-out' : 'zoom-in').click(); await new Promise(r => requestAnimationFrame(r)); } return (performance.now() - from) / 10; }");

        TestContext.WriteLine($"{new FileInfo(file).Length / 1024} KB, opened in {opened.TotalMilliseconds:0} ms, searched in {searched.TotalMilliseconds:0} ms, {frame:0} ms for a zoom");
        Assert.IsLessThan(100, await open.Page.Locator("[role=option]").CountAsync());
        // Machines of a CI are slow and shared: what is measured is written down, and this is where it would be a different page.
        Assert.IsLessThan(15, opened.TotalSeconds);
        Assert.IsLessThan(500, frame);
        Assert.AreEqual("", string.Join('\n', open.Faults));
    }

    private static ILocator RowOf(OpenPage open, string id) => open.Page.Locator("[role=option]", new() { HasText = id });

    private static async Task Until(OpenPage open, string id)
    {
        for (var i = 0; i < 40; i++)
        {
            await open.Page.Keyboard.PressAsync("Tab");
            if (await Focused(open, "id") == id) return;
        }

        Assert.Fail($"'{id}' was not reached with the Tab key.");
    }

    private static Task<string> Focused(OpenPage open, string property) => open.Page.EvaluateAsync<string>($"() => document.activeElement.{property}");

    // The rule of the web's guidelines: 4.5 to 1 between a text and what is behind it.
    private const string Contrast = """
        () => {
          const light = c => { const [r, g, b] = c.map(v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; };
          const parse = text => text.match(/[\d.]+/g).map(Number);
          const behind = element => { for (let e = element; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c.slice(0, 3); } return [255, 255, 255]; };
          const faint = new Set();
          // A chosen row has another ground, and any outcome may stand on it.
          for (const name of [...'PKFTXCLSN', 'text', 'quiet']) {
            const probe = document.body.appendChild(Object.assign(document.createElement('i')));
            probe.style.color = `var(--${name})`;
            probe.style.backgroundColor = 'var(--chosen)';
            const a = light(parse(getComputedStyle(probe).color)), b = light(parse(getComputedStyle(probe).backgroundColor));
            if ((Math.max(a, b) + .05) / (Math.min(a, b) + .05) < 4.5) faint.add(name + ' on a chosen row');
            probe.remove();
          }

          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const element = walker.currentNode.parentElement;
            if (!walker.currentNode.textContent.trim() || !element.getClientRects().length || ['SCRIPT', 'STYLE', 'OPTION'].includes(element.tagName)) continue;
            const a = light(parse(getComputedStyle(element).color).slice(0, 3)), b = light(behind(element));
            const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
            if (ratio < 4.5) faint.add(ratio.toFixed(2) + ' ' + element.tagName + '.' + element.className + ': ' + walker.currentNode.textContent.trim().slice(0, 40));
          }
          return [...faint];
        }
        """;
}
