// Generated code is compiled, loaded and called through the catalog's shapes, as the engine calls it.
using Rondo.Catalog;

namespace Rondo.Generator.Tests;

[TestClass]
public sealed class RoundTripTests
{
    [TestMethod]
    public async Task Tests_run_on_an_instance_with_their_arguments_and_needs()
    {
        var entry = Load("""
            public class Cart;
            public static class F { [Fixture] public static Cart Cart() => new(); }
            public class T(Cart cart)
            {
                public string Said = "";
                [Test, Case(1, "a")] public void Void(int x, string y, Cart other) => Said += $"void {x} {y} {ReferenceEquals(cart, other)};";
                [Test] public async Task Task() { await System.Threading.Tasks.Task.Yield(); Said += "task;"; }
                [Test] public async ValueTask ValueTask() { await System.Threading.Tasks.Task.Yield(); Said += "valuetask;"; }
            }
            """).TestClasses().Single();
        var cart = Activator.CreateInstance(entry.GetType().Assembly.GetType("Cart")!)!;

        var self = entry.Create([cart]);
        Assert.IsNull(entry.Invoke(0, self, [.. entry.CaseValues(0, 0), cart]));
        await entry.Invoke(1, self, [])!;
        await entry.Invoke(2, self, [])!;

        Assert.AreEqual("void 1 a True;task;valuetask;", self.GetType().GetField("Said")!.GetValue(self));
    }

    [TestMethod]
    public void Conditions_are_asked_by_their_names()
    {
        var catalog = Load("""
            [assembly: SkipUnless(typeof(Here), nameof(Here.No), "x")]
            public static class Here { public static bool Yes() => true; internal static bool No => false; public static bool Throws => throw new NotSupportedException(); }
            [SkipUnless(typeof(Here), nameof(Here.Yes), "x")]
            public class T { [Test, SkipUnless(typeof(Here), nameof(Here.Throws), "x")] public void M() { } }
            """);
        var entry = catalog.TestClasses().Single();

        Assert.IsTrue(entry.Condition("Here.Yes"));
        Assert.ThrowsExactly<NotSupportedException>(() => entry.Condition("Here.Throws"));
        Assert.IsNull(entry.Condition("Here.No"));
        Assert.IsFalse(catalog.Condition("Here.No"));
    }

    [TestMethod]
    [DataRow("public class T { public int Count; public static int All = 4; public string? Name { get; set; } BODY }", true)]
    [DataRow("public class T { const int Limit = 4; public int Twice => 2 * Limit; public event Action Heard { add { } remove { } } BODY }", true)]
    [DataRow("public sealed partial class T { BODY } partial class T { public int Later; }", true)]
    [DataRow("public class T { public T() { } BODY }", false)]
    [DataRow("public class T(int x) { public int X() => x; BODY } public static class F { [Fixture] public static int X() => 1; }", false)]
    [DataRow("public class T { public int Count = 4; BODY }", false)]
    [DataRow("public class T { public string Name { get; set; } = Environment.MachineName; BODY }", false)]
    [DataRow("public class T { public event Action Heard = () => { }; public void Tell() => Heard(); BODY }", false)]
    [DataRow("public class T { static T() { } BODY }", false)]
    [DataRow("public class B { public B() { } } public class T : B { BODY }", false)]
    [DataRow("public partial class T { BODY } public partial class T { public int Later = 3; }", false)]
    [DataRow("public record T { BODY }", true)]
    public void A_class_is_plain_only_when_making_it_runs_none_of_its_code(string text, bool expected)
    {
        var entry = Load(text.Replace("BODY", "[Test] public void M() { }", StringComparison.Ordinal)).TestClasses().Single();

        Assert.AreEqual(expected ? "1" : null, CatalogTable.Read(entry.Table).First().Value("plain"));
    }

    [TestMethod]
    public async Task Fixtures_of_all_shapes_give_their_values()
    {
        var entry = Load("""
            public class T
            {
                [Fixture] public int Own() => 4;
                [Test] public void M(int own, [From("Later")] string later) { }
            }
            public static class F
            {
                [Fixture] public static string Value(CancellationToken stop) => "value" + stop.CanBeCanceled;
                [Fixture(Name = "Later")] public static async Task<string> Task() { await System.Threading.Tasks.Task.Yield(); return "task"; }
                [Fixture] public static async ValueTask<int?> ValueTask() { await System.Threading.Tasks.Task.Yield(); return null; }
                [Fixture] public static async Task Use(Use<long> use, int extra = 3) { await use(extra); }
            }
            """);
        var holders = entry.FixtureHolders();
        var use = new Recording();

        Assert.AreEqual("valueFalse", holders[0].Start(0, null, [CancellationToken.None], use));
        Assert.AreEqual("task", await (Task<object?>)holders[0].Start(1, null, [], use)!);
        Assert.IsNull(await (Task<object?>)holders[0].Start(2, null, [], use)!);
        await (Task)holders[0].Start(3, null, [], use)!;
        Assert.AreEqual(3L, use.Given);
        Assert.AreEqual(4, holders[1].Start(0, entry.TestClasses()[0].Create([]), [], use));
    }

    [TestMethod]
    public void Constants_arrive_as_their_parameters_type_and_stand_in_the_id_as_run_time_values_would()
    {
        var entry = Load("""
            [Flags] public enum Sides { None, Left = 1, Right = 2 }
            public enum Color : byte { Red, Green = 200 }
            public class T
            {
                [Test, Case(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)] public void Numbers(sbyte a, byte b, short c, ushort d, uint e, long f, ulong g, float h, double i, decimal j, nint k) { }
                [Test, Case(1.10, -2.50, 1e3, 0.1f, "0.005")] public void Decimals(decimal a, decimal b, decimal c, decimal d, decimal e) { }
                [Test, Case("Red", Color.Green, 200, "Left, Right", Sides.Left | Sides.Right)] public void Enums(Color a, Color b, Color c, Sides d, Sides e) { }
                [Test, Case("6f9619ff-8b86-d011-b42d-00cf4fc964ff", "2024-02-29", "10:30", "2024-02-29T10:30:00Z", "2024-02-29T10:30:00+02:00", "01:30:00", "http://a/b")]
                public void Texts(Guid a, DateOnly b, TimeOnly c, DateTime d, DateTimeOffset e, TimeSpan f, Uri g) { }
                [Test, Case("1.2.3", 5, "-170141183460469231731687303715884105728", "123456789012345678901234567890", "x", ulong.MaxValue, -0.0)] public void Wide(Version a, Int128 b, Int128? c, System.Numerics.BigInteger d, char e, UInt128 f, double g) { }
                [Test, Case(new[] { 1, 2 }, new object[] { 1, "x" }, new[] { 1.5, 2 }, new string[0])] public void Arrays(int[] a, object[] b, IReadOnlyList<decimal> c, string[] d) { }
                [Test, Case(typeof(List<int>), typeof(Dictionary<,>), typeof(int[]), typeof(Inner))] public void Types(Type a, Type b, object c, Type d) { }
                public class Inner;
                [Test, Case(null, null, 5, 'x', true, "say \"/\" \n", double.NaN, int.MinValue, long.MinValue)] public void Others(string? a, int? b, long? c, char d, bool e, string f, double g, int h, long i) { }
                [Test, Case(1), Case(1, 2, Color.Red)] public void Defaults(int a, long b = 7, Color? c = Color.Green, string? d = null) { }
                [Test, Case("a"), Case("a", 1, 2), Case("b", new[] { 3 })] public void Lists(string a, params long[] rest) { }
            }
            """).TestClasses().Single();
        var tests = CatalogTable.Read(entry.Table).ToList();
        var seen = new List<string>();
        var (test, row) = (-1, -1);
        foreach (var record in tests)
        {
            if (record.Kind == "test") (test, row) = (test + 1, -1);
            if (record.Kind != "case") continue;
            var values = entry.CaseValues(test, ++row);
            entry.Invoke(test, entry.Create([]), values);
            Assert.AreEqual(ArgumentText.FormatAll(values), record[0]);
            seen.Add(string.Join(" ", values.Select(v => v?.GetType().Name ?? "null")) + ": " + record[0]);
        }

        Approved.Matches("Constants", string.Join("\n", seen) + "\n");
    }

    [TestMethod]
    public async Task Rows_come_from_sequences_of_scalars_tuples_and_rows()
    {
        var entry = Load("""
            public class T
            {
                [Test, CasesFrom(nameof(Scalars))] public void A(long a) { }
                public static IEnumerable<int> Scalars() => [1, 2];
                [Test, CasesFrom(nameof(Tuples))] public void B(decimal a, object b) { }
                internal static List<(int, string)> Tuples => [(1, "x")];
                [Test, CasesFrom(typeof(D), nameof(D.Rows))] public void C(string a, int? b) { }
                [Test, CasesFrom(nameof(Pairs))] public void E((int, int) pair) { }
                public static (int left, int right)[] Pairs => [(1, 2)];
                [Test, CasesFrom(nameof(Singles))] public void F(string a) { }
                public static ValueTuple<string>[] Singles => [new("one")];
                [Test, CasesFrom(nameof(Many))] public void G(int a, int b, int c, int d, int e, int f, int g, int h, int i) { }
                public static (int, int, int, int, int, int, int, int, int)[] Many => [(1, 2, 3, 4, 5, 6, 7, 8, 9)];
            }
            public static class D { public static async IAsyncEnumerable<CaseRow<string, int>> Rows() { await Task.Yield(); yield return new("x", 5) { Name = "five" }; } }
            """).TestClasses().Single();

        var seen = new List<string>();
        for (var test = 0; test < 6; test++)
        {
            await foreach (var row in entry.Rows(test).ReadAsync(CancellationToken.None))
            {
                _ = entry.Invoke(test, entry.Create([]), row.Values);
                seen.Add($"{test}: {ArgumentText.FormatAll(row.Values)} {row.Name}".TrimEnd());
            }
        }

        Assert.AreEqual("0: 1|0: 2|1: 1, 'x'|2: 'x', 5 five|3: (1, 2)|4: 'one'|5: 1, 2, 3, 4, 5, 6, 7, 8, 9", string.Join("|", seen));
    }

    [TestMethod]
    public void A_long_class_and_long_case_lists_are_divided_and_still_find_everything()
    {
        var tests = string.Concat(Enumerable.Range(0, 200).Select(i => $"[Test] public void M{i}() => Seen = {i};\n"));
        var cases = string.Concat(Enumerable.Range(0, 150).Select(i => $"[Case({i})]"));
        var entry = Load($$"""public class T { public int Seen; {{tests}} [Test, {{cases.TrimStart('[')}} public void Rows(int x) => Seen = x; }""").TestClasses().Single();
        var self = entry.Create([]);
        var seen = self.GetType().GetField("Seen")!;

        for (var i = 0; i < 200; i++)
        {
            entry.Invoke(i, self, []);
            Assert.AreEqual(i, seen.GetValue(self));
        }

        for (var i = 0; i < 150; i++) Assert.AreEqual(i, Assert.ContainsSingle(entry.CaseValues(200, i)));
    }

    [TestMethod]
    public void A_test_that_the_compiler_refuses_fails_with_the_message_when_its_errors_are_switched_off()
    {
        var generated = Compiling.GenerateAnyway(Compiling.Compilation("public class T { [Test] public void Good() { } [Test] public async void Bad() => await Task.Yield(); }"));
        var entry = generated.Load().TestClasses().Single();

        entry.Invoke(0, entry.Create([]), []);
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => entry.Invoke(1, null, []));

        Assert.StartsWith("Test 'Bad' is async void", error.Message);
        Assert.EndsWith("[RND1006]", error.Message);
    }

    [TestMethod]
    public void Values_of_parameters_are_a_product_wherever_the_parameters_stand()
    {
        var entry = Load("""
            public enum Color { Red, Green, AlsoRed = 0 }
            public class Cart;
            public class T
            {
                public string Said = "";
                [Fixture] public Cart Make() => new();
                [Test] public void M([Values(1, 2)] long a, Cart cart, [Values("x", "y")] string b, CancellationToken stop, [Values] Color? c) => Said = $"{a} {b} {c} {cart is not null} {stop.CanBeCanceled}";
                [Test] public void N([Values] bool a, [Values(1.10, "2.5")] decimal b) => Said = $"{a} {b.ToString(System.Globalization.CultureInfo.InvariantCulture)}";
            }
            """).TestClasses().Single();
        var self = entry.Create([]);
        var cart = Activator.CreateInstance(entry.GetType().Assembly.GetType("Cart")!)!;
        var said = self.GetType().GetField("Said")!;

        var seen = new List<object?>();
        for (var row = 0; row < 12; row++)
        {
            entry.Invoke(0, self, [.. entry.CaseValues(0, row), cart, CancellationToken.None]);
            seen.Add(said.GetValue(self));
        }

        Assert.AreEqual(
            "1 x Red True False|1 x Green True False|1 x  True False|1 y Red True False|1 y Green True False|1 y  True False|2 x Red True False|2 x Green True False|2 x  True False|2 y Red True False|2 y Green True False|2 y  True False",
            string.Join("|", seen));
        for (var row = 0; row < 4; row++) entry.Invoke(1, self, entry.CaseValues(1, row));
        Assert.AreEqual("True 2.5", said.GetValue(self));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => entry.CaseValues(1, 4));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => entry.CaseValues(1, -1));
        var records = CatalogTable.Read(entry.Table).ToList();
        Assert.AreEqual("1, 2|'x', 'y'|Red, Green, null|false, true|1.10, 2.5", string.Join("|", records.Where(r => r.Kind == "values").Select(r => string.Join(", ", r.Positional))));
        Assert.AreEqual("0 2 4", records[1].Value("arguments"));
        Assert.IsNull(records.Single(r => r.Kind == "test" && r[0] == "N").Value("arguments"));
    }

    [TestMethod]
    public async Task Fixtures_take_the_arguments_of_their_cases_behind_use_and_before_other_fixtures()
    {
        var catalog = Load("""
            public class Cart;
            public static class F
            {
                [Fixture, Case("sqlite", 1), Case("my sql", 2, Name = "mysql"), Case("null", 3)]
                public static async Task Db(Use<string> use, string name, long number, CancellationToken stop, Cart cart) => await use($"{name} {number} {stop.CanBeCanceled} {cart is not null}");
                [Fixture] public static Cart Make() => new();
                [Fixture, Case(1), Case(1, 2, 3)] public static int Sum(params int[] all) { var sum = 0; foreach (var one in all) sum += one; return sum; }
            }
            """);
        var holder = catalog.FixtureHolders().Single();
        var cart = Activator.CreateInstance(holder.GetType().Assembly.GetType("Cart")!)!;
        var use = new Recording();

        await (Task)holder.Start(0, null, [.. holder.CaseValues(0, 1), CancellationToken.None, cart], use)!;

        Assert.AreEqual("my sql 2 False True", use.Given);
        Assert.AreEqual(6, holder.Start(2, null, holder.CaseValues(2, 1), use));
        Assert.AreEqual("sqlite, 1|'my sql', 2 name=mysql|'null', 3|[1]|[1, 2, 3]", string.Join("|", CatalogTable.Read(holder.Table).Where(r => r.Kind == "case").Select(r => string.Join(" ", r.Positional))));
    }

    [TestMethod]
    public async Task Generic_classes_and_tests_are_closed_over_their_type_cases_or_what_their_cases_say()
    {
        var catalog = Load("""
            namespace A { public class X; }
            namespace B { public class X; }
            namespace N
            {
                [TypeCase(typeof(int)), TypeCase(typeof(List<string>)), TypeCase(typeof(A.X)), TypeCase(typeof(B.X))]
                public class Box<T>
                {
                    public string Said = "";
                    [Fixture] public T[] Make() => new T[2];
                    [Test] public void M(T[] items) => Said = $"{typeof(T)} {items.Length}";
                }
                public class Methods
                {
                    public string Said = "";
                    [Test, Case(1), Case("a"), Case(2)] public void Inferred<T>(T value) => Said = $"{typeof(T).Name} {value}";
                    [Test, TypeCase(typeof(long), typeof(string)), TypeCase(typeof(decimal), typeof(string)), Case(1, "x")] public void Marked<T, S>(T value, S text) => Said = $"{value!.GetType().Name} {text}";
                    [Test, TypeCase(typeof(int))] public static async Task Alone<T>() => await Task.Yield();
                }
            }
            """);

        Assert.AreEqual("N.Box<A.X>|N.Box<B.X>|N.Box<Int32>|N.Box<List<String>>|N.Methods", string.Join("|", catalog.TestClasses().Select(c => CatalogTable.Read(c.Table).First()).Select(r => r[0] + "." + r[1])));
        var seen = new List<string>();
        foreach (var type in catalog.TestClasses())
        {
            var self = type.Create([]);
            var (test, row) = (-1, -1);
            foreach (var record in CatalogTable.Read(type.Table))
            {
                if (record.Kind == "test")
                {
                    (test, row) = (test + 1, -1);
                    if (record.Value("needs") is { } need)
                    {
                        var holder = catalog.FixtureHolders().Single(h => CatalogTable.Read(h.Table).First() is var r && need.StartsWith($"fixture:{r[0]}.{r[1]}.", StringComparison.Ordinal));
                        _ = type.Invoke(test, self, [holder.Start(0, self, [], new Recording())]);
                    }
                    else if (record[0].StartsWith("Alone", StringComparison.Ordinal))
                    {
                        await type.Invoke(test, null, [])!;
                    }
                    else
                    {
                        continue;
                    }
                }
                else if (record.Kind == "case")
                {
                    _ = type.Invoke(test, self, type.CaseValues(test, ++row));
                }
                else
                {
                    continue;
                }

                seen.Add(CatalogTable.Read(type.Table).Where(r => r.Kind == "test").ElementAt(test)[0] + ": " + self.GetType().GetField("Said")!.GetValue(self));
            }
        }

        Assert.AreEqual(
            "M: A.X 2|M: B.X 2|M: System.Int32 2|M: System.Collections.Generic.List`1[System.String] 2|Inferred<Int32>: Int32 1|Inferred<Int32>: Int32 2|Inferred<String>: String a|"
            + "Marked<Int64,String>: Int64 x|Marked<Decimal,String>: Decimal x|Alone<Int32>: Decimal x", string.Join("|", seen));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Fixtures_of_a_library_are_found_last_whether_or_not_it_was_compiled_with_the_generator(bool withGenerator)
    {
        const string library = """
            namespace Lib
            {
                public sealed record Db(string Name);
                public sealed record Client(Db Db);
                public static class Databases
                {
                    [Fixture(FixtureScope.Worker), Case("a"), Case("b")] public static Db Make(string name) => new(name);
                    [Fixture] internal static long Hidden() => 1;
                    [Fixture] public static string Word() => "library";
                }
            }
            namespace Lib.Inner
            {
                public static class Clients { [Fixture] public static Client Make(Db db) => new(db); }
            }
            """;
        const string tests = """
            [assembly: FixturesFrom(typeof(Lib.Databases)), FixturesFrom(typeof(Lib.Inner.Clients))]
            namespace Shop
            {
                public static class Near { [Fixture] public static string Word(string word) => "near " + word; }
                public class T { [Test] public void M(Lib.Client client, Lib.Db db, string word) { } }
            }
            """;
        var source = Compiling.Compilation("Lib", [], library);
        var lib = withGenerator ? Compiling.Generate(source) : new Generated(source, []);

        var catalog = Compiling.Generate(Compiling.Compilation("Shop.Tests", [lib.AsReference()], tests)).Load(lib);

        var test = CatalogTable.Read(catalog.TestClasses().Single().Table).Single(r => r.Kind == "test");
        Assert.AreEqual("fixture:Lib.Inner.Clients~Shop.Tests.Make fixture:Lib.Databases~Shop.Tests.Make fixture:Shop.Near.Word", test.Value("needs"));
        var fixtures = catalog.FixtureHolders().SelectMany(h => CatalogTable.Read(h.Table)).Where(r => r.Kind == "fixture").Select(r => $"{r[0]} needs {r.Value("needs")}");
        Assert.AreEqual("Make needs |Word needs |Make needs fixture:Lib.Databases~Shop.Tests.Make|Word needs fixture:Lib.Databases~Shop.Tests.Word", string.Join("|", fixtures));
        Assert.AreEqual("Db { Name = b }", catalog.FixtureHolders()[0].Start(0, null, catalog.FixtureHolders()[0].CaseValues(0, 1), new Recording())!.ToString());
    }

    [TestMethod]
    public void What_a_fixture_of_a_library_lacks_is_said_at_the_mark_that_names_it()
    {
        var lib = new Generated(Compiling.Compilation("Lib", [], "namespace Lib { public class Db; public class Client; public static class Databases { [Fixture] public static Db Make() => new(); } public static class Clients { [Fixture] public static Client Make(Db db) => new(); } }"), []);

        var alone = Analyzing.Report(Compiling.Compilation("Shop.Tests", [lib.AsReference()], "[assembly: FixturesFrom(typeof(Lib.Clients))] public class T { [Test] public void M(Lib.Client client) { } }"));
        var both = Analyzing.Report(Compiling.Compilation("Shop.Tests", [lib.AsReference()], "[assembly: FixturesFrom(typeof(Lib.Clients)), FixturesFrom(typeof(Lib.Databases))] public class T { [Test] public void M(Lib.Client client) { } }"));

        Assert.StartsWith("RND1001 'FixturesFrom(typeof(Lib.Clients))': Fixture 'Make' asks for 'Db db'", Assert.ContainsSingle(alone));
        Assert.IsEmpty(both);
    }

    private static AssemblyCatalog Load(string source) => Compiling.Generate(source).Load();

    private sealed class Recording : FixtureCall
    {
        public object? Given { get; private set; }

        protected override Task GiveValue(object? value)
        {
            Given = value;
            return Task.CompletedTask;
        }
    }
}
