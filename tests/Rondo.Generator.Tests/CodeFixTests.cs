// Corrections of single places: what they write, where they are not offered, and many of them at once. Turning whole files is in MigrationTests.
namespace Rondo.Generator.Tests;

[TestClass]
public sealed class CodeFixTests
{
    private const string Shop = """
        public static class Shop
        {
            public static Task PayAsync() => Task.Delay(1);
            public static Task<int> PriceAsync(int of = 1) => Task.FromResult(of);
        }
        """;

    // Code, members of a class of tests before, and after; null: no correction is offered.
    private static readonly (string Code, string Before, string? After)[] s_fixes =
    [
        ("RND1006", "[Test] public async void M() => await Task.Yield();", "[Test] public async Task M() => await Task.Yield();"),
        ("RND1006", "[Test]\n    // why\n    async public void M() { await Task.Yield(); }", "[Test]\n    // why\n    async public Task M() { await Task.Yield(); }"),
        ("RND1007", "[Test] public Task<int> M() => Shop.PriceAsync();", "[Test] public Task M() => Shop.PriceAsync();"),
        ("RND1006", "[Test] public virtual async void M() => await Task.Yield();", null),
        ("RND1007", "[Test] public int M() => 1;", null),
        ("RND1007", "[Test] public async Task<int> M() { await Task.Yield(); return 1; }", null),
        ("RND1010", "[Test] private void M() { }", "[Test] internal void M() { }"),
        ("RND1010", "[Test] void M() { }", "[Test] internal void M() { }"),
        ("RND1010", "private class Inner { [Test] public void M() { } }", "internal class Inner { [Test] public void M() { } }"),
        ("RND1028", "[Test, Timeout(5)] public void M() { }", "[Test, Timeout(5000)] public void M() { }"),
        ("RND1028", "[Test, Timeout(-1)] public void M() { }", "[Test, Timeout(0)] public void M() { }"),
        ("RND1028", "const int Long = 5; [Test, Timeout(Long)] public void M() { }", null),
        ("RND1029", "static readonly AsyncLocal<int> s_flow = new(); [Fixture] public async Task<string> F(CancellationToken stop) { s_flow.Value = 1; await Task.Yield(); return \"a\" + stop; } [Test] public void M() { }",
            "static readonly AsyncLocal<int> s_flow = new(); [Fixture] public async Task F(Use<string> use, CancellationToken stop) { s_flow.Value = 1; await Task.Yield(); await use(\"a\" + stop); } [Test] public void M() { }"),
        ("RND1029", "static readonly AsyncLocal<int> s_flow = new(); [Fixture] public async Task<string> F() { s_flow.Value = 1; await Task.Yield(); if (s_flow.Value > 1) return \"b\"; return \"a\"; } [Test] public void M() { }", null),
        ("RND1100", "[Test] public async Task M() { var x = Shop.PriceAsync().Result; await Task.Yield(); _ = x; }", "[Test] public async Task M() { var x = await Shop.PriceAsync(); await Task.Yield(); _ = x; }"),
        ("RND1100", "[Test] public async Task M() { await Task.Yield(); _ = Shop.PriceAsync().Result.ToString(); }", "[Test] public async Task M() { await Task.Yield(); _ = (await Shop.PriceAsync()).ToString(); }"),
        ("RND1100", "[Test] public async Task M() { await Task.Yield(); Shop.PayAsync().ConfigureAwait(false).GetAwaiter().GetResult(); }", "[Test] public async Task M() { await Task.Yield(); await Shop.PayAsync().ConfigureAwait(false); }"),
        ("RND1100", "[Test] public async Task M() { await Task.Yield(); /* pays */ Shop.PayAsync().Wait(); // here\n }", "[Test] public async Task M() { await Task.Yield(); /* pays */ await Shop.PayAsync(); // here\n }"),
        ("RND1100", "[Test] public async Task M() { await Task.Yield(); Task.WaitAll(Shop.PayAsync(), Shop.PriceAsync()); }", "[Test] public async Task M() { await Task.Yield(); await Task.WhenAll(Shop.PayAsync(), Shop.PriceAsync()); }"),
        ("RND1100", "[Test] public async Task M() { await Task.Yield(); lock (this) Shop.PayAsync().Wait(); }", null),
        ("RND1100", "[Test] public Task M() { Shop.PayAsync().Wait(); return Task.CompletedTask; }", null),
        ("RND1100", "[Test] public async Task M() { await Task.Yield(); _ = Task.WaitAny(Shop.PayAsync()); }", null),
        ("RND1101", "[Test] public async Task M(CancellationToken stop) { Thread.Sleep(5); await Task.Yield(); }", "[Test] public async Task M(CancellationToken stop) { await Task.Delay(5, stop); await Task.Yield(); }"),
        ("RND1101", "[Test] public async Task M() { await Task.Yield(); Thread.Sleep(TimeSpan.FromSeconds(1)); }", "[Test] public async Task M() { await Task.Yield(); await Task.Delay(TimeSpan.FromSeconds(1)); }"),
        ("RND1101", "[Test] public void M() { Thread.Sleep(5); }", null),
        ("RND1102", "[Test] public void M() { Shop.PayAsync(); }", "[Test] public async Task M() { await Shop.PayAsync(); }"),
        ("RND1102", "[Test] void M() => Shop.PayAsync();", "[Test] async Task M() => await Shop.PayAsync();"),
        ("RND1102", "[Test] public Task M() { Shop.PayAsync(); return Task.CompletedTask; }", null),
        ("RND1104", "[Test, VirtualTime] public async Task M(TimeProvider clock) { await Task.Delay(1000); _ = clock; }", "[Test, VirtualTime] public async Task M(TimeProvider clock) { await Task.Delay(TimeSpan.FromMilliseconds(1000), clock); _ = clock; }"),
        ("RND1104", "[Test, VirtualTime] public async Task M(CancellationToken stop) { await Task.Delay(TimeSpan.FromDays(1), stop); }", "[Test, VirtualTime] public async Task M(CancellationToken stop, TimeProvider time) { await Task.Delay(TimeSpan.FromDays(1), time, stop); }"),
        ("RND1104", "[Test, VirtualTime] public async Task M() { await Task.Yield(); _ = DateTimeOffset.UtcNow.Year; }", "[Test, VirtualTime] public async Task M(TimeProvider time) { await Task.Yield(); _ = time.GetUtcNow().Year; }"),
        ("RND1104", "[Test, VirtualTime] public async Task M() { await Task.Yield(); using var a = new CancellationTokenSource(5); }", "[Test, VirtualTime] public async Task M(TimeProvider time) { await Task.Yield(); using var a = new CancellationTokenSource(TimeSpan.FromMilliseconds(5), time); }"),
        ("RND1104", "[Test, VirtualTime] public async Task M() { await Task.Yield(); _ = DateTime.Now; }", null),
        ("RND1104", "[Test, VirtualTime] public async Task M(int time = 1) { await Task.Delay(5); _ = time; }", null),
        ("RND1102", "[Fixture] public string F() { Shop.PayAsync(); return \"\"; } [Test] public void M() { }", null),
    ];

    [TestMethod]
    public async Task Each_correction_writes_what_is_meant_and_is_offered_nowhere_else()
    {
        var wrong = new List<string>();
        foreach (var (code, before, after) in s_fixes)
        {
            var found = await Fixing.FirstAsync(code, Class(before), Shop);
            if (found != (after is null ? null : Class(after))) wrong.Add($"{code} in {before}\n expected {after ?? "none"}\n    found {found ?? "none"}");
        }

        Assert.AreEqual("", string.Join("\n", wrong));
    }

    [TestMethod]
    public async Task What_was_corrected_compiles_and_is_reported_no_more()
    {
        var wrong = new List<string>();
        foreach (var (code, _, after) in s_fixes.Where(f => f.After is not null))
        {
            var problems = await Fixing.ProblemsAsync(Class(after!), Shop);
            wrong.AddRange(problems.Where(p => p.Contains(code, StringComparison.Ordinal) || p.Contains("error CS", StringComparison.Ordinal)).Select(p => $"{p}\n in {after}"));
        }

        Assert.AreEqual("", string.Join("\n", wrong));
    }

    [TestMethod]
    public async Task All_places_of_a_project_are_corrected_at_once()
    {
        const string file = """
            public class T
            {
                [Test] public async Task M() { await Task.Yield(); _ = Shop.PriceAsync(Shop.PriceAsync().Result).Result; Shop.PayAsync().Wait(); }
            }
            """;

        var all = await Fixing.AllAsync("RND1100", file, file.Replace("class T", "class U", StringComparison.Ordinal), Shop);

        var expected = file.Replace("_ = Shop.PriceAsync(Shop.PriceAsync().Result).Result; Shop.PayAsync().Wait();", "_ = await Shop.PriceAsync(await Shop.PriceAsync()); await Shop.PayAsync();", StringComparison.Ordinal);
        Assert.AreEqual(expected, all[0].Text);
        Assert.AreEqual(expected.Replace("class T", "class U", StringComparison.Ordinal), all[1].Text);
    }

    [TestMethod]
    public async Task A_test_with_several_forgotten_tasks_becomes_async_once()
    {
        var all = await Fixing.AllAsync("RND1102", Class("[Test] public void M() { Shop.PayAsync(); Shop.PriceAsync(); }\n    [Test] public void N() { Shop.PayAsync(); }"), Shop);

        Assert.AreEqual(Class("[Test] public async Task M() { await Shop.PayAsync(); await Shop.PriceAsync(); }\n    [Test] public async Task N() { await Shop.PayAsync(); }"), all[0].Text);
    }

    [TestMethod]
    public async Task A_test_with_several_times_takes_one_clock()
    {
        var all = await Fixing.AllAsync("RND1104", Class("[Test, VirtualTime] public async Task M() { await Task.Delay(TimeSpan.FromDays(1)); _ = DateTime.UtcNow; }"));

        Assert.AreEqual(Class("[Test, VirtualTime] public async Task M(TimeProvider time) { await Task.Delay(TimeSpan.FromDays(1), time); _ = time.GetUtcNow().UtcDateTime; }"), all[0].Text);
    }

    private static string Class(string members) => "public class T\n{\n    " + members + "\n}\n";
}
