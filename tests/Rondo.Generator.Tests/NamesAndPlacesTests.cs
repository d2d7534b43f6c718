// Where test classes may stand, how they may be called, and what they inherit.
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Rondo.Catalog;

namespace Rondo.Generator.Tests;

[TestClass]
public sealed class NamesAndPlacesTests
{
    [TestMethod]
    public void Odd_names_compile_and_stay_apart()
    {
        var catalog = Compiling.Generate(
            """
            namespace @namespace.@class
            {
                public class @event { [Test, Case(1)] public void @if(int @else, CancellationToken @default, string @params = "x") { } [Fixture] public @event @new() => this; [Test] public void With(@event @new) { } }
            }
            namespace A_B { public class C { [Test] public void M() { } } }
            namespace A.B_C { public class c { [Test] public void M() { } } public class C { [Test] public void M() { } } }
            namespace A_B { public class c { [Test] public void M() { } } }
            namespace Größe { public class Ünïcode { [Test] public void Äpfel() { } } }
            namespace Clash
            {
                public class Task { [Test] public void M() { } }
                public class System { [Test] public global::System.Threading.Tasks.Task M() => global::System.Threading.Tasks.Task.CompletedTask; }
                public class Rondo { [Test] public void Catalog() { } public class Generated { [Test] public void M() { } } }
                public class TestClassEntry { [Test] public void Invoke(string self = "", object? test = null, object?[]? values = null) { } [Test] public void Create() { } }
            }
            public class InGlobalNamespace { [Test] public void M() { } public static class Nested { [Test] public static void M() { } internal sealed record Deep { [Test] public void M() { } } } }
            """).Load();

        var names = catalog.TestClasses().Select(FullName).ToList();

        Assert.AreEqual(
            "A.B_C.C A.B_C.c A_B.C A_B.c Clash.Rondo Clash.Rondo+Generated Clash.System Clash.Task Clash.TestClassEntry Größe.Ünïcode InGlobalNamespace InGlobalNamespace+Nested InGlobalNamespace+Nested+Deep namespace.class.event",
            string.Join(" ", names.Order(StringComparer.Ordinal)));
        CollectionAssert.AreEqual(names.Order(StringComparer.Ordinal).ToList(), names);
    }

    [TestMethod]
    public void A_class_in_several_files_is_one_entry_with_its_files()
    {
        var generated = Compiling.Generate(
            "public partial class T { [Test] public void A() { } }", "public partial class T : IDisposable { public void Dispose() { } [Test] public void B() { } }", "public partial class T { [Test] public partial void C(); public partial void C() { } }");

        var entry = Assert.ContainsSingle(generated.Load().TestClasses());

        Assert.AreEqual("A , B Tests2.cs, C Tests3.cs", string.Join(", ", Records(entry, "test").Select(r => $"{r[0]} {r.Value("file")}")));
    }

    [TestMethod]
    public void Inherited_tests_run_under_the_derived_class_own_first_and_overridden_once()
    {
        var catalog = Compiling.Generate("""
            namespace N;
            public abstract class Base
            {
                [Test] public void FromBase() { }
                [Test, Tag("base")] public virtual void Overridden() { }
                [Test] public virtual void Marked() { }
            }
            public abstract class Middle : Base { [Test] public void FromMiddle() { } }
            [Tag("class")] public class Own : Middle { [Test] public void Mine() { } [Test] public override void Overridden() { } [Skip("not here")] public override void Marked() { } }
            public class OnlyInherits : Middle;
            public partial class InParts : Middle; public partial class InParts : IDisposable { public void Dispose() { } }
            """).Load();

        var text = string.Join("\n", catalog.TestClasses().Select(e => FullName(e) + ": " + string.Join(" ", Records(e, "test").Select(r => r[0] + (r.Value("skip") is { } s ? "(" + s + ")" : "")))));

        Assert.AreEqual(
            """
            N.InParts: FromMiddle FromBase Overridden Marked
            N.OnlyInherits: FromMiddle FromBase Overridden Marked
            N.Own: Mine Overridden FromMiddle FromBase Marked(not here)
            """, text);
    }

    [TestMethod]
    public async Task Tests_and_fixtures_of_a_base_class_in_another_assembly_run_here()
    {
        var library = Compiling.Generate(Compiling.Compilation("Contracts", [], """
            namespace Contracts;
            public abstract class StackContract<T>(string name)
            {
                public string Said = "";
                [Fixture] public Stack<T> Stack(CancellationToken stop) => new();
                [Test] public void Is_empty(Stack<T> stack) => Said = name + stack.Count;
                [Test, CasesFrom(nameof(Sizes))] public void Grows(int size, Stack<T> stack) { }
                public static int[] Sizes() => [1, 2];
            }
            """));
        var user = Compiling.Generate(Compiling.Compilation("User", [library.AsReference()], """
            namespace U;
            public static class F { [Fixture] public static string Name() => "n"; }
            public class IntStack(string name) : Contracts.StackContract<int>(name);
            public class TextStack(string name) : Contracts.StackContract<string>(name);
            """));

        var catalog = user.Load(library);
        var entry = catalog.TestClasses()[0];
        var holder = catalog.FixtureHolders().Single(h => h.Table.Contains("Int32", StringComparison.Ordinal));
        var self = entry.Create(["n"]);
        _ = entry.Invoke(0, self, [holder.Start(0, self, [CancellationToken.None], null!)]);
        var rows = new List<object?>();
        await foreach (var row in entry.Rows(1).ReadAsync(CancellationToken.None)) rows.Add(row.Values[0]);

        Assert.AreEqual("n0", self.GetType().GetField("Said")!.GetValue(self));
        Assert.AreEqual("1 2", string.Join(" ", rows));
        Assert.AreEqual("fixture:Contracts.StackContract`1<System.Int32>~User.Stack", Records(entry, "test").First().Value("needs"));
        Assert.AreEqual("U.IntStack U.TextStack", string.Join(" ", catalog.TestClasses().Select(FullName)));
    }

    [TestMethod]
    public void Fixtures_are_found_from_near_to_far()
    {
        var catalog = Compiling.Generate("""
            namespace Outer
            {
                public static class Wide { [Fixture] public static string Text() => "outer"; [Fixture] public static int Number(string text) => 1; }
                namespace Inner
                {
                    public static class Near { [Fixture] public static string Text(string outer) => "inner" + outer; }
                    public class Plain { [Test] public void M(string x, int y, [From("Far")] long z) { } }
                    public class Base { [Fixture] public string Own(string next) => next; }
                    public class Derived : Base { [Fixture(AutoUse = true)] public string Mine(string next) => next; [Test] public void M(string x) { } [Test] public static void S(int x) { } public class Nested { [Fixture] public static long L() => 1; [Test] public void M(long l, [From("Near")] decimal d) { } } }
                    public static class More { [Fixture(AutoUse = true)] public static byte[] Bytes() => []; [Fixture(Name = "Near")] public static decimal D() => 1; }
                }
            }
            public static class Global { [Fixture] public static long Far() => 1; [Fixture] public static long Other() => 2; }
            """).Load();

        var text = catalog.TestClasses().SelectMany(e => Records(e, "class").Select(r => $"{r[1]} auto={r.Value("auto")}").Concat(Records(e, "test").Select(r => $"  {r[0]} {r.Value("needs")} auto={r.Value("auto")}")))
            .Concat(catalog.FixtureHolders().SelectMany(h => CatalogTable.Read(h.Table).Select(r => r.Kind == "holder" ? r[1] : $"  {r[0]} {r.Value("needs")}")));

        Approved.Matches("FixtureLookup", string.Join("\n", text.Select(t => t.TrimEnd())) + "\n");
    }

    [TestMethod]
    public void An_overridden_fixture_that_is_used_without_asking_is_set_up_once()
    {
        var entry = Compiling.Generate("""
            public abstract class Base { [Fixture(AutoUse = true)] public virtual string Text() => "base"; }
            public class Derived : Base { [Fixture(AutoUse = true)] public override string Text() => "derived"; [Test] public void M() { } }
            public class Silent : Base { public override string Text() => "silent"; [Test] public void M(string text) { } }
            """).Load().TestClasses();

        Assert.AreEqual("Derived.Text", Records(entry[0], "class").Single().Value("auto"));
        Assert.AreEqual("Base.Text", Records(entry[1], "class").Single().Value("auto"));
        Assert.AreEqual("fixture:Base.Text", Records(entry[1], "test").Single().Value("needs"));
    }

    [TestMethod]
    public void Marks_of_classes_are_merged_with_those_of_their_bases()
    {
        var entry = Compiling.Generate("""
            [Tag("a"), Group("g1"), Loop(LoopScope.Class), Timeout(500), Serial] public abstract class Base { }
            [Tag("b"), Tag("A"), Group("g2"), Loop(Backend = LoopBackend.ThreadPool), Skip("tab\there"), Timeout(700)] public class T : Base
            {
                [Test, Tag("m"), Loop(LoopScope.Test), DisplayName("{0} \"quoted\"")] public void M() { }
            }
            [BlockingWaits(BlockingWaits.Warn)] public class U { [Test] public void M() { } }
            """).Load().TestClasses();

        Assert.AreEqual("class\t\tT\tTests.cs\t2\tskip=tab\\there\ttimeout=700\ttag=b\ttag=A\tgroup=g2\tgroup=g1\tserial=1\tloop=Class\tbackend=ThreadPool", entry[0].Table.Split('\n')[0]);
        Assert.AreEqual("test\tM\t4\tsync\tdisplay={0} \"quoted\"\ttag=m\tloop=Test", entry[0].Table.Split('\n')[1]);
        Assert.EndsWith("waits=Warn", entry[1].Table.Split('\n')[0]);
    }

    [TestMethod]
    public void Generated_code_needs_no_newer_language_than_csharp_9()
    {
        var language = new CSharpParseOptions(LanguageVersion.CSharp9);
        var modern = Compiling.Generate("namespace N { public class X { } public static class F { [Fixture] public static X Make() => new X(); } public class T { [Test, Case(1)] public void M(int a, X x) { } [Test, CasesFrom(nameof(R))] public void N(int a) { } public static int[] R() { return new int[0]; } } }");
        var old = modern.Compilation.RemoveAllSyntaxTrees().AddSyntaxTrees(
            modern.Compilation.SyntaxTrees.Where(t => t.FilePath != "Usings.cs").Select(t => CSharpSyntaxTree.ParseText((t.FilePath == "Tests.cs" ? "using Rondo;\n" : "") + t.GetText(), language, t.FilePath)));

        Assert.AreEqual("", string.Join("\n", old.GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning)));
    }

    [TestMethod]
    public void A_library_without_tests_gets_nothing()
    {
        Assert.IsEmpty(Compiling.Generate("public class C { public void M() { } }").Sources);
    }

    [TestMethod]
    [DataRow("Shop.Tests", "Shop.Tests.")]
    [DataRow("My-App 2.Tests", "My_App_2.Tests.")]
    [DataRow("1.2x.b", "_1._2x.b.")]
    [DataRow(" a.b. ", "a.b_.")]
    [DataRow("", "")]
    public void The_entry_point_calls_the_platforms_helper_in_the_namespace_where_msbuild_puts_it(string rootNamespace, string expected)
    {
        const string rondo = "namespace Rondo.Hosting { public static class RondoApplication { public static int Run(string[] args, Func<string[], Task<int>> platform) => 0; } }";
        var platform = $"{(expected.Length == 0 ? "" : $"namespace {expected.TrimEnd('.')};")} internal static class MicrosoftTestingPlatformApplication {{ public static Task<int> RunAsync(string[] args) => Task.FromResult(0); }}";
        var program = Compiling.Compilation(rondo, platform).WithOptions(Compiling.Compilation().Options.WithOutputKind(OutputKind.ConsoleApplication));

        var generated = Compiling.Generate(program, ("RondoEntryPoint", "True"), ("RootNamespace", rootNamespace));

        Assert.Contains($"global::{expected}MicrosoftTestingPlatformApplication.RunAsync", generated.Source("RondoEntryPoint"));
        Assert.AreEqual("RondoEntryPoint", generated.Compilation.GetEntryPoint(default)!.ContainingType.Name);
    }

    private static string FullName(TestClassEntry entry)
    {
        var record = Records(entry, "class").Single();
        return record[0].Length == 0 ? record[1] : record[0] + "." + record[1];
    }

    private static IEnumerable<CatalogRecord> Records(TestClassEntry entry, string kind) => CatalogTable.Read(entry.Table).Where(r => r.Kind == kind);
}
