// TUnit's attributes have the names of Rondo's and sometimes another meaning: each alone, what it becomes and what must stay as it is.
namespace Rondo.Generator.Tests;

[TestClass]
public sealed class MigrationOfTUnitTests
{
    private const string TUnit = """
        namespace TUnit.Core
        {
            public enum HookType { Test, Class, Assembly }
            public class TestAttribute : Attribute;
            public class BeforeAttribute(HookType type) : Attribute { public HookType Type => type; public int Order { get; set; } }
            public class AfterAttribute(HookType type) : Attribute { public HookType Type => type; }
            [AttributeUsage(AttributeTargets.All, AllowMultiple = true)] public class CategoryAttribute(string category) : Attribute { public string Category => category; }
            [AttributeUsage(AttributeTargets.All, AllowMultiple = true)] public class PropertyAttribute(string name, string value) : Attribute { public string All => name + value; }
            [AttributeUsage(AttributeTargets.All, AllowMultiple = true)] public class SkipAttribute(string reason) : Attribute { public string Reason => reason; }
            public class TimeoutAttribute(int milliseconds) : Attribute { public int Milliseconds => milliseconds; }
            public class RetryAttribute(int times) : Attribute { public int Times => times; public int BackoffMs { get; set; } }
            public class RepeatAttribute(int times) : Attribute { public int Times => times; }
            public class ExplicitAttribute : Attribute;
            public class DisplayNameAttribute(string displayName) : Attribute { public string DisplayName => displayName; }
            public class DependsOnAttribute(string test) : Attribute { public string Test => test; }
            public class MatrixAttribute(params object?[] values) : Attribute { public object?[] Values => values; }
            public class NotInParallelAttribute : Attribute
            {
                public NotInParallelAttribute() { }
                public NotInParallelAttribute(string key) => Keys = [key];
                public NotInParallelAttribute(string[] keys) => Keys = keys;
                public string[] Keys { get; } = [];
                public int Order { get; set; }
            }

            [AttributeUsage(AttributeTargets.All, AllowMultiple = true)]
            public class ArgumentsAttribute(params object?[]? values) : Attribute { public object?[]? Values => values; public string? DisplayName { get; set; } public string? Skip { get; set; } public string[]? Categories { get; set; } }
            [AttributeUsage(AttributeTargets.All, AllowMultiple = true)]
            public class ArgumentsAttribute<A>(A value) : Attribute { public A Value => value; }

            [AttributeUsage(AttributeTargets.All, AllowMultiple = true)]
            public class MethodDataSourceAttribute : Attribute
            {
                public MethodDataSourceAttribute(string method) => Method = method;
                public MethodDataSourceAttribute(Type type, string method) => (Type, Method) = (type, method);
                public string Method { get; }
                public Type? Type { get; }
                public object?[] Arguments { get; set; } = [];
            }

            [AttributeUsage(AttributeTargets.All, AllowMultiple = true)]
            public class MethodDataSourceAttribute<A>(string method) : MethodDataSourceAttribute(typeof(A), method);

            public class TestContext { public static TestContext? Current => null; }
        }

        namespace TUnit.Assertions { public static class Assert { public static Task That(bool condition) => condition ? Task.CompletedTask : throw new Exception(); } }
        """;

    // As TUnit's package does, unless the project says no.
    private const string ImplicitUsings = "global using TUnit.Core;\nglobal using static TUnit.Core.HookType;\n";

    // What stands on a method with a parameter, and what it becomes there; null if the method stays.
    private static readonly (string Theirs, string? Ours)[] s_marks =
    [
        ("Arguments(1)", "Case(1)"),
        ("Arguments<int>(1)", "Case(1)"),
        ("Arguments(1, DisplayName = \"one\"), Arguments(2, Skip = \"later\")", "Case(1, Name = \"one\"), Case(2, Skip = \"later\")"),
        ("Arguments(1, DisplayName = \"$number\")", null),
        ("Arguments(1, Categories = [\"a\"])", null),
        ("Arguments(1), Category(\"slow\"), Property(\"Issue\", \"17\")", "Case(1), Tag(\"slow\"), Tag(\"Issue-17\")"),
        ("Arguments(1), Property(\"Issue\", \"a b\")", null),
        ("Arguments(1), Skip(\"why\")", "Case(1), Skip(\"why\")"),
        ("Arguments(1), Timeout(5000), Explicit", "Case(1), Timeout(5000), Explicit(\"no reason was given\")"),
        ("Arguments(1), Retry(2)", "Case(1), Retry(2)"),
        ("Arguments(1), Retry(2, BackoffMs = 5)", null),
        ("Arguments(1), Repeat(2)", "Case(1), Repeat(3)"),
        ("Arguments(1), DisplayName(\"plain\")", "Case(1), DisplayName(\"plain\")"),
        ("Arguments(1), DisplayName(\"$number in {x} for $5\")", "Case(1), DisplayName(\"{number} in {{x}} for $5\")"),
        ("Arguments(1), NotInParallel", "Case(1), Serial"),
        ("Arguments(1), NotInParallel(\"a\")", "Case(1), ResourceLock(\"a\")"),
        ("Arguments(1), NotInParallel([\"a\", \"b\"])", "Case(1), ResourceLock(\"a\"), ResourceLock(\"b\")"),
        ("Arguments(1), NotInParallel(new[] { \"a\" })", "Case(1), ResourceLock(\"a\")"),
        ("Arguments(1), NotInParallel(Order = 1)", null),
        ("Arguments(1), DependsOn(\"Other\")", null),
        ("MethodDataSource(nameof(Typed))", "CasesFrom(nameof(Typed))"),
        ("MethodDataSource(typeof(T), nameof(Typed))", "CasesFrom(typeof(T), nameof(Typed))"),
        ("MethodDataSource<T>(nameof(Typed))", "CasesFrom(typeof(T), nameof(Typed))"),
        ("MethodDataSource(nameof(Typed), Arguments = [1])", null),
        ("MethodDataSource(nameof(Single))", null),
        ("MethodDataSource(nameof(Functions))", null),
        ("MethodDataSource(nameof(Typed)), Arguments(1)", null),
    ];

    [TestMethod]
    public async Task Each_attribute_is_turned_or_keeps_its_method()
    {
        const string more = " public static IEnumerable<int> Typed() => [1, 2]; public static int Single() => 1; public static IEnumerable<Func<int[]>> Functions() { yield return () => new int[1]; }";
        const string Class = "public class T { [A] public void M(int number) { }" + more + " }";

        await Fixing.EachAsync(s_marks.Select(m => (TUnit, "using TUnit.Core;\n" + Class.Replace("A]", "TUnit.Core.Test, " + m.Theirs + "]", StringComparison.Ordinal),
            m.Ours is null ? null : Class.Replace("A]", "Test, " + m.Ours + "]", StringComparison.Ordinal))));
    }

    [TestMethod]
    public async Task Functions_of_plain_values_become_values() => await Fixing.EachAsync(
    [
        (TUnit, "using TUnit.Core;\npublic class T { public static IEnumerable<Func<(int, string)>> Rows() { yield return () => (1, \"a\"); yield return () => (2, \"b\"); } [Test, MethodDataSource(nameof(Rows))] public void M(int a, string b) { } }",
            "public class T { public static IEnumerable<(int, string)> Rows() { yield return (1, \"a\"); yield return (2, \"b\"); } [Test, CasesFrom(nameof(Rows))] public void M(int a, string b) { } }"),
        (TUnit, "using TUnit.Core;\npublic class T { static IEnumerable<Func<DateTime>> Rows() => [() => DateTime.MinValue, () => default]; [Test, MethodDataSource(nameof(Rows))] public void M(DateTime a) { } }",
            "public class T { internal static IEnumerable<DateTime> Rows() => [DateTime.MinValue, default]; [Test, CasesFrom(nameof(Rows))] public void M(DateTime a) { } }"),
        // An object that each attempt is given anew, and functions made elsewhere.
        (TUnit, "using TUnit.Core;\npublic class T { public static IEnumerable<Func<List<int>>> Rows() { yield return () => new List<int>(); } [TUnit.Core.Test, MethodDataSource(nameof(Rows))] public void M(List<int> a) { } }", null),
        (TUnit, "using TUnit.Core;\npublic class T { static int One() => 1; public static IEnumerable<Func<int>> Rows() { yield return One; } [TUnit.Core.Test, MethodDataSource(nameof(Rows))] public void M(int a) { } }", null),
    ]);

    [TestMethod]
    public async Task Hooks_become_constructors_and_fixtures() => await Fixing.EachAsync(
    [
        (TUnit, "using TUnit.Core;\npublic class T\n{\n    int _a;\n    [Before(HookType.Test)]\n    public void Prepare() => _a = 1;\n    [After(HookType.Test)]\n    public void Clean() => _a = 0;\n    [Test] public void M() { }\n}",
            "public class T : IDisposable\n{\n    int _a;\n    public T() => _a = 1;\n    public void Dispose() => _a = 0;\n    [Test] public void M() { }\n}"),
        (TUnit, "using TUnit.Core;\nusing static TUnit.Core.HookType;\npublic class T\n{\n    [Before(Test)]\n    public async Task Prepare() { await Task.Yield(); }\n    [TUnit.Core.Test] public void M() { }\n}",
            "public class T\n{\n    public async Task Prepare() { await Task.Yield(); }\n\n    [Fixture(AutoUse = true)]\n    public async Task AroundEachTest(Use<T> use)\n    {\n        await Prepare();\n        await use(this);\n    }\n    [Test] public void M() { }\n}"),
        (TUnit, "using TUnit.Core;\npublic class T\n{\n    [After(HookType.Class)]\n    public static async Task Stop() { await Task.Yield(); }\n    [TUnit.Core.Test] public void M() { }\n}",
            "public class T\n{\n    public static async Task Stop() { await Task.Yield(); }\n\n    [Fixture(FixtureScope.Class, AutoUse = true)]\n    public static async Task AroundAllTests(Use<Type> use)\n    {\n        await use(typeof(T));\n        await Stop();\n    }\n    [Test] public void M() { }\n}"),
        (TUnit, "using TUnit.Core;\npublic class T { [Before(HookType.Assembly)] public static void Start() { } [Rondo.Test] public void Its() { } }", null),
        (TUnit, "using TUnit.Core;\npublic class T { [Before(HookType.Test, Order = 1)] public async Task Prepare() { await Task.Yield(); } [Rondo.Test] public void Its() { } }", null),
        (TUnit, "using TUnit.Core;\npublic class T { [Before(HookType.Test)] public async Task Prepare(TUnit.Core.TestContext context) { await Task.Yield(); } [Rondo.Test] public void Its() { } }", null),
    ]);

    [TestMethod]
    public async Task Marks_of_a_class_are_turned_or_keep_its_tests() => await Fixing.EachAsync(
    [
        (TUnit, "using TUnit.Core;\n[NotInParallel(\"db\"), Retry(1)]\npublic class T { [Test] public void M() { } }", "[ResourceLock(\"db\"), Retry(1)]\npublic class T { [Test] public void M() { } }"),
        (TUnit, "using TUnit.Core;\n[Arguments(1)]\npublic class T(int a) { [TUnit.Core.Test] public int M() => a; }", null),
        (TUnit, "using TUnit.Core;\n[DependsOn(\"Other\")]\npublic class T { [TUnit.Core.Test] public void M() { } }", null),
        (TUnit, "using TUnit.Core;\npublic class Windows() : SkipAttribute(\"no Windows\"); public class T { [TUnit.Core.Test, Windows] public void M() { } }", null),
        (TUnit, "using TUnit.Core;\npublic class T { [TUnit.Core.Test] public void M([Matrix(1, 2)] int a) { } }", null),
    ]);

    [TestMethod]
    public async Task Names_that_both_frameworks_know_are_Rondos_afterwards() => await Fixing.EachAsync(
    [
        // The line is needed for something else, or belongs to the whole project: a line says which is meant.
        (TUnit, "using TUnit.Assertions;\nusing TUnit.Core;\npublic class T { [Test, Skip(\"why\")] public async Task M() => await Assert.That(TUnit.Core.TestContext.Current is null); }",
            "using TUnit.Assertions;\nusing TUnit.Core;\nusing SkipAttribute = Rondo.SkipAttribute;\nusing TestAttribute = Rondo.TestAttribute;\npublic class T { [Test, Skip(\"why\")] public async Task M() => await Assert.That(TUnit.Core.TestContext.Current is null); }"),
        (ImplicitUsings + TUnit, "namespace A;\npublic class T { [Test, Retry(1)] public void M() { } }", "using RetryAttribute = Rondo.RetryAttribute;\nusing TestAttribute = Rondo.TestAttribute;\nnamespace A;\npublic class T { [Test, Retry(1)] public void M() { } }"),
    ]);

    [TestMethod]
    public async Task What_is_left_keeps_its_meaning_and_its_error()
    {
        const string before = "using TUnit.Core;\n[Retry(3), DependsOn(\"a\")]\npublic class Left { [Test] public void M() { } }\npublic class T { [Test, Retry(1)] public void M() { } [Test, Retry(1), DependsOn(\"M\")] public void Also() { } }";

        var after = await Fixing.FirstAsync("RND1032", before, TUnit);

        Assert.AreEqual(
            "using TUnit.Core;\nusing RetryAttribute = Rondo.RetryAttribute;\nusing TestAttribute = Rondo.TestAttribute;\n[TUnit.Core.Retry(3), DependsOn(\"a\")]\npublic class Left { [TUnit.Core.Test] public void M() { } }\npublic class T { [Test, Retry(1)] public void M() { } [TUnit.Core.Test, TUnit.Core.Retry(1), DependsOn(\"M\")] public void Also() { } }",
            after);
        var problems = await Fixing.ProblemsAsync(after!, TUnit);
        Assert.HasCount(3, problems.Where(p => p.Contains("RND1031", StringComparison.Ordinal)));
        Assert.HasCount(3, problems);
    }
}
