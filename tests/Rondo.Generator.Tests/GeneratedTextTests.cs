namespace Rondo.Generator.Tests;

[TestClass]
public sealed class GeneratedTextTests
{
    private const string Shop = """
        namespace Shop.Tests;

        public sealed class Cart { public int Items; }
        public sealed class Client : IAsyncDisposable { public ValueTask DisposeAsync() => default; }

        public static class ShopFixtures
        {
            [Fixture(FixtureScope.Worker, Name = "Shop")]
            public static async Task Client(Use<Client> use, CancellationToken stop)
            {
                await using var client = new Client();
                await use(client);
            }

            [Fixture] public static Cart Cart(Client shop) => new();

            [Fixture(FixtureScope.Worker, Dispose = false)] public static async Task<Uri> Address() { await Task.Yield(); return new("http://shop/"); }
        }

        [Tag("slow")]
        public sealed class CheckoutTests(Client shop)
        {
            [Test]
            public async Task An_order_is_paid_once(Cart cart, CancellationToken stop) { _ = shop; await Task.Yield(); }

            [Test, Case(1, "EUR"), Case(2, "USD", Name = "two dollars"), Case(3, "XXX", Skip = "no such currency")]
            public void Totals(int amount, string currency, Cart cart) { }

            [Test, CasesFrom(nameof(Rows))]
            public ValueTask Rounds(decimal value, int digits) => default;
            public static IEnumerable<(decimal, int)> Rows() => [(1.25m, 1), (2.5m, 0)];

            [Test, Skip("later"), Timeout(500)]
            public static void Stands_alone() { }
        }
        """;

    [TestMethod]
    public void A_test_class_is_a_table_and_switches()
    {
        var generated = Compiling.Generate(Shop);

        Approved.Matches("TestClass", generated.Source("Shop.Tests.CheckoutTests"));
    }

    [TestMethod]
    public void Products_are_lists_of_values_and_cases_of_fixtures_a_switch()
    {
        var generated = Compiling.Generate("""
            namespace Shop.Tests;

            public static class F { [Fixture, Case("sqlite"), Case("my sql", Name = "mysql")] public static long Db(string kind, CancellationToken stop) => kind.Length; }

            public sealed class T { [Test] public void Grid([Values(1, 2)] int x, long db, [Values("a", "b", "c")] string y, [Values] bool z) { } }
            """);

        Approved.Matches("Products", generated.Source("Shop.Tests.T-") + generated.Source("Shop.Tests.F-"));
    }

    [TestMethod]
    public void Values_of_a_library_are_made_by_a_switch_over_their_types()
    {
        var generated = Compiling.Generate("""
            namespace Lib { [Rondo.Catalog.TestValue] public sealed class Mail(TestContext? test) { public TestContext? Test => test; } }
            namespace Shop
            {
                public static class Fixtures { [Fixture(FixtureScope.Worker)] public static Uri Site(Lib.Mail mail, FreePort port) => new("http://shop/"); }
                public sealed class MailTests { [Test] public void Sends(Lib.Mail mail, Lib.Mail same, Uri site, Subtests parts) { } }
            }
            """);

        Approved.Matches("LibraryValues", generated.Source("Shop.MailTests") + generated.Source("Shop.Fixtures"));
    }

    [TestMethod]
    public void A_fixture_holder_is_a_table_and_a_switch()
    {
        var generated = Compiling.Generate(Shop);

        Approved.Matches("FixtureHolder", generated.Source("Shop.Tests.ShopFixtures"));
    }

    [TestMethod]
    public void Values_of_the_whole_run_are_written_and_read_without_reflection()
    {
        var generated = Compiling.Generate("""
            namespace Shop.Tests;

            public enum Mode { Fast, Slow }
            public sealed record Key(string Name, byte[] Bytes);
            public sealed record Address(Uri Url, Mode Mode, TimeSpan? Limit, IReadOnlyList<Key> Keys) { public Dictionary<string, int>? Ports { get; init; } }

            public static class ShopFixtures
            {
                [Fixture] public static long Own() => 1;
                [Fixture(FixtureScope.Run)] public static Task Server(Use<Address> use) => use(null!);
                [Fixture(FixtureScope.Run, AutoUse = true)] public static int Port(Address address) => address.Url.Port;
                [Fixture(FixtureScope.Class, Shared = false)] public static string Name() => "";
            }
            """);

        Approved.Matches("RunFixtures", generated.Source("Shop.Tests.ShopFixtures"));
    }

    [TestMethod]
    public void Marks_of_backends_and_schedules_stand_in_the_table_nearest_first()
    {
        var generated = Compiling.Generate("""
            [LoopMatrix(LoopBackend.SingleThread, LoopBackend.ThreadPool)]
            public class T
            {
                [Test] public async Task Twice() => await Task.Yield();
                [Test, Loop(Backend = LoopBackend.SingleThread), Explore(Schedules = 7)] public async Task Once_in_many_schedules() => await Task.Yield();
            }

            [Explore(TimeMs = 250), VirtualTime]
            public class U { [Test] public async Task M() => await Task.Yield(); }
            """);

        Approved.Matches("LoopMarks", generated.Source("T") + generated.Source("U"));
    }

    [TestMethod]
    public void Marks_that_decide_how_often_a_test_runs_stand_in_the_table_and_conditions_are_asked_by_a_switch()
    {
        var generated = Compiling.Generate("""
            [assembly: Retry(1), SkipUnless(typeof(Here), nameof(Here.IsFast), "too slow here"), Group("all")]

            public static class Here
            {
                public static bool IsFast => true;
                internal static bool HasDocker() => true;
                public static readonly bool Field = true;
            }

            [ExpectedFailure("bug 12", Strict = true), SkipUnless(typeof(Here), nameof(Here.Field), "no field")]
            public class T
            {
                [Test, Repeat(3), Priority(-2), Case(1, ExpectedFailure = "this one")] public void Repeated(int number) { }
                [Test, Explicit("by hand"), SkipUnless(typeof(Here), nameof(Here.HasDocker), "no Docker"), ExpectedFailure("bug 13", Strict = false)] public void Asked() { }
                [Test, SkipUnless(typeof(Here), nameof(Here.HasDocker), "another reason"), Retry(0)] public void Asked_too() { }
            }
            """);

        Approved.Matches("RunMarks", generated.Source("T") + generated.Source("RondoCatalog"));
    }

    [TestMethod]
    public void The_registration_lists_entries_and_the_marks_of_the_assembly()
    {
        var generated = Compiling.Generate(Shop, "[assembly: Tag(\"shop\"), Loop(LoopScope.Class, Backend = LoopBackend.ThreadPool)]");

        Approved.Matches("Registration", generated.Source("RondoCatalog"));
    }
}
