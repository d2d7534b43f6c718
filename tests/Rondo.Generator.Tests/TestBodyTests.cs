// Warnings about what stands in tests and fixtures: for each rule what it reports, and its nearest neighbours that are nobody's mistake.
extern alias generator;

using System.Text;

namespace Rondo.Generator.Tests;

[TestClass]
public sealed class TestBodyTests
{
    // What the samples use; the tests of a sample stand in class T.
    private const string Around = """
        public static class Shop
        {
            public static Task PayAsync() => Task.Delay(1);
            public static Task<int> PriceAsync(int of = 1) => Task.FromResult(of);
            public static ValueTask<int> StockAsync() => new(1);
            public static void Run(Action action) => action();
            public static void Run(Func<Task> action) => action();
            public static void Only(Action action) => action();
            public static event Action? Closed;
            public static void Close() => Closed?.Invoke();
        }
        public static class Assert { public static void Throws(Func<object?> code) { } public static Task ThrowsAsync(Func<Task> code) => code(); }

        """;

    // Expected, and members of a class of tests; the code shown with the messages is what the approved file is about.
    private static readonly (string Expected, string Code)[] s_samples =
    [
        // RND1100
        ("RND1100 'Shop.PriceAsync().Result'", "[Test] public async Task M() { var x = Shop.PriceAsync().Result; await Task.Yield(); _ = x; }"),
        ("RND1100 'Shop.PayAsync().Wait()'", "[Test] public async Task M() { Shop.PayAsync().Wait(); await Task.Yield(); }"),
        ("RND1100 'Shop.PriceAsync().ConfigureAwait(false).GetAwaiter().GetResult()'", "[Test] public async Task M() { await Task.Yield(); _ = Shop.PriceAsync().ConfigureAwait(false).GetAwaiter().GetResult(); }"),
        ("RND1100 'Shop.StockAsync().Result'", "[Test] public Task M() { _ = Shop.StockAsync().Result; return Task.CompletedTask; }"),
        ("RND1100 'price.Result'", "[Test] public async Task M() { await Task.Yield(); var price = Shop.PriceAsync(); Check(price.Result); } static void Check(int x) { }"),
        ("RND1100 'Task.WaitAll(Shop.PayAsync(), Shop.PriceAsync())', RND1100 'Task.WaitAny(all)'", "[Test] public async Task M() { await Task.Yield(); Task.WaitAll(Shop.PayAsync(), Shop.PriceAsync()); Task[] all = [Shop.PayAsync()]; Task.WaitAny(all); }"),
        ("RND1100 'Shop.PriceAsync(2).Result', RND1100 'Shop.PriceAsync().Result'", "[Test] public async Task M() { Local(); await Assert.ThrowsAsync(async () => { await Task.Yield(); _ = Shop.PriceAsync(2).Result; }); void Local() { _ = Shop.PriceAsync().Result; } }"),
        ("RND1100 'Shop.PriceAsync().Result'", "[Fixture] public async Task<string> F() { await Task.Yield(); return \"\" + Shop.PriceAsync().Result; } [Test] public void N() { }"),
        ("-", "[Test] public void M() { _ = Shop.PriceAsync().Result; Shop.PayAsync().Wait(); _ = Shop.PriceAsync().GetAwaiter().GetResult(); Task.WaitAll(Shop.PayAsync()); }"),
        ("-", "[Test, Loop(Backend = LoopBackend.ThreadPool)] public async Task M() { await Task.Yield(); _ = Shop.PriceAsync().Result; }"),
        ("-", "[Test, BlockingWaits(Rondo.Loops.BlockingWaits.Allow)] public async Task M() { await Task.Yield(); _ = Shop.PriceAsync().Result; }"),
        ("RND1100 'Shop.PriceAsync().Result'", "[Test, BlockingWaits(Rondo.Loops.BlockingWaits.Fail)] public async Task M() { await Task.Yield(); _ = Shop.PriceAsync().Result; }"),
        ("-", "[Test] public async Task M() { var a = Shop.PriceAsync(); var b = Shop.PriceAsync(); await Task.WhenAll(a, b); _ = a.Result + b.Result; }"),
        ("-", "[Test] public async Task M() { await Task.Yield(); var a = Shop.PriceAsync(); if (a.IsCompleted) _ = a.Result; _ = Task.FromResult(1).Result; Task.CompletedTask.Wait(); }"),
        ("-", "[Test] public async Task M(CancellationToken stop) { await Task.Yield(); _ = Task.Run(() => 1, stop).Result; Shop.PayAsync().Wait(100); await Task.Run(() => Shop.PriceAsync().Result, stop); Func<int> later = () => Shop.PriceAsync().Result; _ = later; }"),
        ("-", "public sealed record Answer(int Result); static Answer Ask() => new(1); [Test] public async Task M() { await Task.Yield(); _ = Ask().Result; await Task.Run(Local); void Local() { _ = Shop.PriceAsync().Result; } }"),
        ("-", "public async Task NoTest() { await Task.Yield(); _ = Shop.PriceAsync().Result; Thread.Sleep(5); }"),
        // RND1101
        ("RND1101 'Thread.Sleep(50)', RND1101 'System.Threading.Thread.Sleep(TimeSpan.FromSeconds(1))'", "[Test] public void M() { Thread.Sleep(50); } [Fixture] public string F() { System.Threading.Thread.Sleep(TimeSpan.FromSeconds(1)); return \"\"; }"),
        ("RND1101 'Thread.Sleep(50)'", "[Test] public void M() { Wait(); void Wait() { if (Shop.PayAsync().IsCompleted) Thread.Sleep(50); } }"),
        ("-", "static class Pillow { public static void Sleep(int x) { } } [Test] public void M() { Thread.Sleep(0); Pillow.Sleep(5); new Thread(() => Thread.Sleep(5)).Start(); _ = Task.Run(() => Thread.Sleep(5)); }"),
        // RND1102
        ("RND1102 'Shop.PayAsync()'", "[Test] public void M() { Shop.PayAsync(); }"),
        ("RND1102 'Shop.PayAsync()'", "[Test] public void M() => Shop.PayAsync();"),
        ("RND1102 'Shop.StockAsync()'", "[Test] public Task M() { Shop.StockAsync(); return Shop.PayAsync(); }"),
        ("RND1102 'Assert.ThrowsAsync(() => Shop.PayAsync())'", "[Test] public void M() { Assert.ThrowsAsync(() => Shop.PayAsync()); }"),
        ("RND1102 'shop?.PayAsync()'", "public sealed class One { public Task PayAsync() => Task.CompletedTask; } [Test, Case(null)] public void M(object? x) { var shop = x as One; shop?.PayAsync(); }"),
        ("RND1102 'Shop.PayAsync()'", "[Fixture] public string F() { Shop.PayAsync(); return \"\"; } [Test] public void N() { }"),
        ("-", "[Test] public void M(TaskGroup tasks) { _ = Shop.PayAsync(); var t = Shop.PayAsync(); t.ContinueWith(_ => { }, TaskScheduler.Default); tasks.Start(_ => Shop.PayAsync()); Shop.Run(() => { Shop.PayAsync(); }); Shop.PayAsync().Wait(); Shop.PriceAsync().ToString(); }"),
        ("-", "public interface IShop { Task PayAsync(); } static IShop Received(IShop shop) => shop; [Test, Case(null)] public void M(object? x) { if (x is IShop shop) Received(shop).PayAsync(); }"),
        // RND1103
        ("RND1103 'async'", "[Test] public void M() { Shop.Only(async () => await Shop.PayAsync()); }"),
        ("RND1103 'async'", "[Test] public async Task M() { await Task.Yield(); new List<int> { 1 }.ForEach(async x => { await Shop.PriceAsync(x); }); }"),
        ("RND1103 'Later'", "[Test] public void M() { Later(); async void Later() => await Shop.PayAsync(); }"),
        ("-", "[Test] public void M() { Shop.Run(async () => await Shop.PayAsync()); Shop.Closed += async () => await Shop.PayAsync(); Shop.Closed += Handler; Shop.Close(); async void Handler() => await Shop.PayAsync(); async Task Fine() => await Shop.PayAsync(); _ = Fine(); }"),
        // RND1104
        ("RND1104 'DateTime.UtcNow', RND1104 'DateTimeOffset.Now', RND1104 'DateTime.Today'", "[Test, VirtualTime] public async Task M() { await Task.Yield(); _ = DateTime.UtcNow; _ = DateTimeOffset.Now.Year; Func<DateTime> clock = () => DateTime.Today; _ = clock; }"),
        ("RND1104 'Stopwatch.StartNew()', RND1104 'new System.Diagnostics.Stopwatch()'", "[Test, VirtualTime] public async Task M() { await Task.Yield(); _ = Stopwatch.StartNew(); _ = new System.Diagnostics.Stopwatch(); }"),
        ("RND1104 'Task.Delay(1000, stop)', RND1104 'Task.Delay(TimeSpan.FromDays(1), stop)'", "[Test, VirtualTime] public async Task M(CancellationToken stop) { await Task.Delay(1000, stop); await Task.Delay(TimeSpan.FromDays(1), stop); }"),
        ("RND1104 'new CancellationTokenSource(1000)', RND1104 'new(TimeSpan.FromDays(1))', RND1104 'new Timer(_ => { })'", "[Test, VirtualTime] public async Task M() { await Task.Yield(); using var a = new CancellationTokenSource(1000); using PeriodicTimer b = new(TimeSpan.FromDays(1)); using var c = new Timer(_ => { }); }"),
        ("-", "[Test, VirtualTime] public async Task M(TimeProvider time, CancellationToken stop) { await Task.Delay(TimeSpan.FromDays(1), time, stop); using var a = new CancellationTokenSource(TimeSpan.FromDays(1), time); using var b = new CancellationTokenSource(); using var c = new PeriodicTimer(TimeSpan.FromDays(1), time); _ = time.GetUtcNow(); _ = TimeProvider.System.GetUtcNow(); _ = DateTime.UnixEpoch; }"),
        ("-", "[Test, VirtualTime] public async Task M(CancellationToken stop) { await Task.WhenAny(Task.Delay(-1, stop), Task.Delay(0, stop), Task.Delay(Timeout.Infinite, stop), Task.Delay(Timeout.InfiniteTimeSpan, stop)); await Task.Run(async () => await Task.Delay(5, stop), stop); }"),
        ("-", "[Test] public async Task M() { await Task.Delay(1); _ = DateTime.Now; } [Test] public void N() { _ = DateTime.Now; }"),
        // RND1105
        ("RND1105 's_count'", "static int s_count; [Test, Cooperative] public async Task M() { await Task.Yield(); s_count++; s_count += 2; }"),
        ("RND1105 'Place.Name', RND1105 'Place.s_last'", "public static class Place { public static string? Name { get; set; } public static object? s_last; } [Test, Cooperative] public async Task M() { Place.Name = \"a\"; await Task.Yield(); Place.s_last ??= this; }"),
        ("-", "static int s_count; [Test] public async Task M() { await Task.Yield(); s_count++; } [Test, Cooperative(Window = 1)] public async Task N() { await Task.Yield(); s_count++; } [Test, Cooperative] public async Task O() { await Task.Yield(); Interlocked.Increment(ref s_count); lock (this) s_count--; }"),
        ("-", "static readonly AsyncLocal<int> s_flow = new(); int _own; static int Behind { get => s_flow.Value; set => s_flow.Value = value; } [Test, Cooperative] public async Task M() { await Task.Yield(); s_flow.Value = 1; _own = Behind; Behind = 2; System.Globalization.CultureInfo.CurrentCulture = System.Globalization.CultureInfo.InvariantCulture; }"),
    ];

    // Rules that apply to a whole class or assembly.
    private static readonly (string Expected, string Code)[] s_whole =
    [
        ("RND1104 'DateTime.Now'", "[VirtualTime] public class T { [Test] public async Task M() { await Task.Yield(); _ = DateTime.Now; } [Test] public void N() { _ = DateTime.Now; } }"),
        ("RND1104 'DateTime.Now'", "[assembly: VirtualTime] public class T { [Test] public async Task M() { await Task.Yield(); _ = DateTime.Now; } [Fixture] public async Task<string> F() { await Task.Yield(); return DateTime.Now.ToString(\"s\", null); } }"),
        ("RND1105 's_x'", "[assembly: Cooperative] public class T { static int s_x; [Test] public async Task M() { await Task.Yield(); s_x = 1; } [Test, Serial] public async Task N() { await Task.Yield(); s_x = 1; } [Test] public void O() { s_x = 1; } }"),
        ("-", "[Loop(Backend = LoopBackend.ThreadPool)] public class T { [Test] public async Task M() { await Task.Yield(); _ = Shop.PriceAsync().Result; Shop.PayAsync().Wait(); } }"),
    ];

    /// <summary>The codes that these samples show.</summary>
    public static string Shown => string.Join(' ', s_samples.Select(s => s.Expected));

    private static IEnumerable<(string Expected, string Shown, string Code)> All =>
        s_samples.Select(s => (s.Expected, s.Code, "public class T { " + s.Code + " }")).Concat(s_whole.Select(s => (s.Expected, s.Code, s.Code)));

    [TestMethod]
    public void Each_rule_reports_what_it_must_and_leaves_its_neighbours_alone()
    {
        var wrong = All
            .Select(s => (s.Expected, s.Code, Found: string.Join(", ", Analyzing.Codes(Compile(s.Code)))))
            .Where(s => s.Found != (s.Expected == "-" ? "" : s.Expected))
            .Select(s => $"expected {s.Expected}\n   found {s.Found}\n      in {s.Code}");

        Assert.AreEqual("", string.Join("\n", wrong));
    }

    [TestMethod]
    public void The_samples_compile()
    {
        var errors = All.SelectMany(s => Compile(s.Code).GetDiagnostics().Where(d => d.DefaultSeverity == Microsoft.CodeAnalysis.DiagnosticSeverity.Error).Select(d => $"{d}\n   in {s.Code}"));

        Assert.AreEqual("", string.Join("\n", errors));
    }

    [TestMethod]
    public void Messages_say_what_is_wrong_the_rule_and_what_to_do()
    {
        var text = new StringBuilder();
        foreach (var (expected, shown, code) in All.Where(s => s.Expected != "-"))
        {
            text.Append("// ").Append(shown).Append('\n');
            foreach (var line in Analyzing.Report(Compile(code))) text.Append(line).Append('\n');
            text.Append('\n');
        }

        Approved.Matches("BodyDiagnostics", text.ToString());
    }

    [TestMethod]
    public void Code_that_does_not_compile_breaks_no_rule()
    {
        string[] broken =
        [
            "[Test] public async Task M() { x.Result; .Wait(); Task.WaitAll(; nope.Wait(); Thread.Sleep(); Thread.Sleep; }",
            "[Test, VirtualTime] public async Task M() { DateTime.; new Timer(; Task.Delay; Task.Delay(); new(); new CancellationTokenSource(nope); }",
            "[Test, Cooperative] public async Task M() { T.; nope++; T.nope = ; ++; async void () { } async void L() => ; L; }",
            "[Test] public void M() => ; [Test] public async Task N() { var t = ; t.Result; async => } [Fixture] public",
        ];

        foreach (var code in broken) Assert.IsNotNull(Analyzing.Report(Compile("public class T { " + code + " }")));
    }

    [TestMethod]
    public void Without_Rondo_nothing_is_looked_at()
    {
        var compilation = Compile("public class T { [Test] public void M() { Thread.Sleep(5); } } public sealed class TestAttribute : Attribute;");
        var without = compilation.WithReferences(compilation.References.Where(r => r.Display?.Contains("Rondo.", StringComparison.Ordinal) != true));

        Assert.IsEmpty(Analyzing.Report(without).Where(l => l.StartsWith("RND", StringComparison.Ordinal)));
    }

    private static Microsoft.CodeAnalysis.CSharp.CSharpCompilation Compile(string code) => Compiling.Compilation(code, "global using System.Diagnostics;", "#pragma warning disable\n" + Around);
}
