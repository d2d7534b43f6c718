extern alias generator;

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Rondo.Generator.Tests;

/// <summary>What an edit recomputes.</summary>
[TestClass]
public sealed class IncrementalityTests
{
    private static readonly string[] s_sources =
    [
        "namespace N; public class A { [Test] public void M() { int x = 1; } [Test] public void N(Cart cart) { } }",
        "namespace N; public class B { [Test, Case(1)] public void M(int x) { } }",
        "namespace N; public class Cart; public static class F { [Fixture] public static Cart Cart() { int x = 1; return new(); } }",
        "namespace N; public class C : A; public class D : A { [Test] public void Own() { } }",
        "namespace N; public class Unrelated { public int X() { int x = 1; return x; } }",
    ];

    [TestMethod]
    public void An_edit_in_a_method_body_writes_nothing_again()
    {
        var steps = Edit(0, "int x = 1;", "int x = 2;");

        AssertUntouched(steps, _ => true);
    }

    [TestMethod]
    public void An_edit_that_moves_lines_writes_its_own_class_and_those_that_inherit_it()
    {
        var steps = Edit(0, "int x = 1;", "int x =\n 1;");

        AssertUntouched(steps, name => name is not ("A" or "C" or "D"));
        Assert.AreEqual("A C D", Written(steps));
    }

    [TestMethod]
    public void A_new_test_writes_its_class_and_not_the_registration()
    {
        var steps = Edit(1, "[Test, Case(1)]", "[Test] public void New() { } [Test, Case(1)]");

        Assert.AreEqual("B", Written(steps));
        AssertUntouched(steps, name => name != "B");
    }

    [TestMethod]
    public void An_edit_in_a_fixtures_body_or_above_it_disturbs_no_test_class()
    {
        var steps = Edit(2, "namespace N;", "namespace N;\n\n");

        Assert.AreEqual("F", Written(steps));
        Assert.IsTrue(steps.TrackedSteps["Fixtures"].All(s => s.Outputs.All(o => o.Reason is IncrementalStepRunReason.Unchanged or IncrementalStepRunReason.Cached)));
    }

    [TestMethod]
    public void An_edit_without_tests_writes_nothing_again()
    {
        AssertUntouched(Edit(4, "int x = 1;", "int x =\n 2;"), _ => true);
    }

    [TestMethod]
    public void After_any_edit_the_text_is_that_of_a_fresh_compilation()
    {
        string[] sources =
        [
            "namespace N; public abstract class Base { public const int Limit = 5;\n [Test, Case(Limit)] public void FromBase(int x) { int y = 1; } }",
            "namespace N; public class Derived : Base { [Test] public void Own(Cart cart) { } } public partial class Part { [Test] public void A() { int z = 1; } }",
            "namespace N; public class Cart; public static class F { [Fixture] public static Cart Cart(Money money) => new(); [Fixture] public static Money Money() => Money.Euro; } public enum Money { Euro, Dollar }",
            "namespace N; public partial class Part : Base { [Test, Case(Base.Limit), Case(Money.Dollar)] public void B(object x) { } } public class Only : Base;",
            "namespace N; public class Generic<T> { [Fixture] public T Made() => default!; } public class User : Generic<int> { [Test, CasesFrom(nameof(Rows))] public void M(long row, int made) { } public static int[] Rows => [1]; }",
        ];
        (int File, string Old, string New)[] edits =
        [
            (0, "int y = 1;", "int y = 2;"), (0, "int y = 2;", "int y =\n\n 2;"), (0, "Limit = 5", "Limit = 6"), (0, "\n [Test", "\n\n\n [Test"), (1, "int z = 1;", "int z\n= 1;"),
            (2, "Euro, Dollar", "Euro = 1, Dollar = 0"), (2, "Fixture] public static Cart Cart(Money money)", "Fixture(FixtureScope.Class)] public static Cart Basket(Money money)"), (2, "[Fixture] public static Money Money", "\n[Fixture(FixtureScope.Worker)] public static Money Money"),
            (0, "Case(Limit)] public void", "Case(Limit), Tag(\"t\")] public void"), (0, "{ int y", "{ int more = 1; int y"), (3, " : Base;", " : Base { }"), (3, "public class Only : Base", "public class Only : Derived"),
            (1, "[Test] public void Own(Cart cart)", "[Test, Tag(\"own\")] public void Owned(Cart cart, Money money)"), (1, "[Test, Tag(\"own\")] public void Owned(Cart cart, Money money)", "[Test] public void Own(Cart cart)"),
            (0, "[Test, Case(Limit)", "[Test, Case(2), Case(Limit)"), (0, "[Test, Case(2), Case(Limit)", "[Test, Case(Limit)"),
            (4, "int[] Rows", "byte[] Rows"), (4, "public T Made", "\npublic T Made"), (4, "Generic<int>", "Generic<string>"), (4, "int made", "string made"), (1, "[Test] public void Own", "public void Own"), (0, "namespace N;", "[assembly: Tag(\"all\")] namespace N;"),
        ];
        var compilation = Compiling.Compilation(sources);
        var driver = Compiling.Driver().RunGenerators(compilation);

        foreach (var (file, old, @new) in edits)
        {
            var tree = compilation.SyntaxTrees[file + 1];
            var at = tree.GetText().ToString().IndexOf(old, StringComparison.Ordinal);
            Assert.IsGreaterThanOrEqualTo(0, at, old);
            var edited = tree.WithChangedText(tree.GetText().WithChanges(new TextChange(new TextSpan(at, old.Length), @new)));
            compilation = compilation.ReplaceSyntaxTree(tree, edited);
            driver = driver.RunGenerators(compilation);
            var fresh = Compiling.Driver().RunGenerators(Compiling.Compilation([.. compilation.SyntaxTrees.Skip(1).Select(t => t.GetText().ToString())]));

            Assert.AreEqual(AllText(fresh), AllText(driver), $"after '{old}' became '{@new}'");
        }
    }

    [TestMethod]
    [DataRow("[Test] public void Own() { }", "[Test, Case(1), Tag(\"a\")] public async Task Other(int number) => await Task.Yield();", true)]
    [DataRow("[Test] public void Own() { }", "", true)]
    [DataRow("int x = 1;", "int y =\n 2;", true)]
    [DataRow("[Test] public void Own() { }", "public void Own() { }", false)]
    [DataRow("int[] Rows", "long[] Rows", false)]
    [DataRow("[Fixture] public string Name()", "[Fixture] public string Name(int more)", false)]
    [DataRow("Limit = 1", "Limit = 2", false)]
    public void Other_classes_are_read_again_only_after_an_edit_that_they_may_see(string old, string @new, bool areKept)
    {
        const string source = "public class A { public const int Limit = 1; [Test] public void Own() { } public static int[] Rows => [1]; [Fixture] public string Name() { int x = 1; return x.ToString(); } }";

        var before = generator::Rondo.Generator.Reading.DeclarationStamp.Of(Compiling.Compilation(source), CancellationToken.None);
        var after = generator::Rondo.Generator.Reading.DeclarationStamp.Of(Compiling.Compilation(source.Replace(old, @new, StringComparison.Ordinal)), CancellationToken.None);

        Assert.AreEqual(areKept, before.Equals(after));
    }

    private static string AllText(GeneratorDriver driver) =>
        string.Join("\n", driver.GetRunResult().Results[0].GeneratedSources.OrderBy(s => s.HintName, StringComparer.Ordinal).Select(s => s.HintName + "\n" + s.SourceText));

    private static GeneratorRunResult Edit(int file, string old, string @new)
    {
        var compilation = Compiling.Compilation(s_sources);
        var driver = Compiling.Driver().RunGenerators(compilation);
        var tree = compilation.SyntaxTrees[file + 1];
        var at = tree.GetText().ToString().IndexOf(old, StringComparison.Ordinal);
        var edited = tree.WithChangedText(tree.GetText().WithChanges(new TextChange(new TextSpan(at, old.Length), @new)));
        return driver.RunGenerators(compilation.ReplaceSyntaxTree(tree, edited)).GetRunResult().Results[0];
    }

    private static string Written(GeneratorRunResult result) => string.Join(" ", result.TrackedSteps["ResolvedClasses"].Concat(result.TrackedSteps["BoundHolders"])
        .SelectMany(s => s.Outputs).Where(o => o.Reason is not (IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged)).Select(o => NameOf(o.Value)).Order(StringComparer.Ordinal));

    private static void AssertUntouched(GeneratorRunResult result, Func<string, bool> which)
    {
        foreach (var step in new[] { "ResolvedClasses", "BoundHolders", "Registration", "EntryPoint", "Fixtures" })
        {
            foreach (var (value, reason) in result.TrackedSteps[step].SelectMany(s => s.Outputs))
            {
                if (step is "ResolvedClasses" or "BoundHolders" && !which(NameOf(value))) continue;
                Assert.IsTrue(reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, $"{step} {NameOf(value)}: {reason}");
            }
        }
    }

    private static string NameOf(object value) => value switch
    {
        generator::Rondo.Generator.Resolving.ResolvedClass one => one.Model.TypeName,
        generator::Rondo.Generator.Writing.BoundHolder one => one.Model.TypeName,
        _ => value.GetType().Name,
    };
}
