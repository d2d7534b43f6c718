// Setups that await or are done once for a class, and xUnit's classes of rows: what they become, and what must stay as it is.
namespace Rondo.Generator.Tests;

[TestClass]
public sealed class MigrationOfSetupsTests
{
    private const string Xunit = """
        namespace Xunit
        {
            public class FactAttribute : Attribute;
            public class TheoryAttribute : FactAttribute;
            public class ClassDataAttribute(Type type) : Attribute { public Type Type => type; }
            public interface IAsyncLifetime : IAsyncDisposable { ValueTask InitializeAsync(); }
            public class TheoryData<A> : List<object[]> { public void Add(A a) => Add([a!]); }
            public class TheoryData<A, B> : List<object[]> { public void Add(A a, B b) => Add([a!, b!]); }
        }
        """;

    private const string OldXunit = """
        namespace Xunit
        {
            public class FactAttribute : Attribute;
            public interface IAsyncLifetime { Task InitializeAsync(); Task DisposeAsync(); }
        }
        """;

    private const string NUnit = """
        namespace NUnit.Framework
        {
            public class TestAttribute : Attribute;
            public class SetUpAttribute : Attribute; public class TearDownAttribute : Attribute;
            public class OneTimeSetUpAttribute : Attribute; public class OneTimeTearDownAttribute : Attribute;
            public class TestFixtureAttribute(params object[] arguments) : Attribute { public object[] Arguments => arguments; }
            public class CategoryAttribute(string name) : Attribute { public string Name => name; }
        }
        """;

    private const string MSTest = """
        namespace Microsoft.VisualStudio.TestTools.UnitTesting
        {
            public enum InheritanceBehavior { None, BeforeEachDerivedClass }
            public class TestContext { public string TestName => ""; }
            public class TestClassAttribute : Attribute; public class TestMethodAttribute : Attribute;
            public class TestInitializeAttribute : Attribute; public class TestCleanupAttribute : Attribute;
            public class ClassInitializeAttribute(InheritanceBehavior behavior = InheritanceBehavior.None) : Attribute { public object Behavior => behavior; }
            public class ClassCleanupAttribute : Attribute;
        }
        """;

    private const string Use = "using NUnit.Framework;\n";
    private const string UseMSTest = "using Microsoft.VisualStudio.TestTools.UnitTesting;\n";

    private static readonly (string Framework, string Before, string? After)[] s_setups =
    [
        // A setup alone, with a teardown of each kind, and a teardown that only hands a task on.
        (NUnit, Use + "public class T\n{\n    [SetUp]\n    public async Task Prepare() { await Task.Yield(); }\n    [Test] public void M() { }\n}", "public class T\n{\n    public async Task Prepare() { await Task.Yield(); }\n\n    [Fixture(AutoUse = true)]\n    public async Task AroundEachTest(Use<T> use)\n    {\n        await Prepare();\n        await use(this);\n    }\n    [Test] public void M() { }\n}"),
        (NUnit, Use + "public class T\n{\n    [SetUp]\n    public Task Prepare() => Task.CompletedTask;\n    [TearDown]\n    public void Clean() { }\n    [Test] public void M() { }\n}", "public class T\n{\n    public Task Prepare() => Task.CompletedTask;\n\n    [Fixture(AutoUse = true)]\n    public async Task AroundEachTest(Use<T> use)\n    {\n        await Prepare();\n        await use(this);\n        Clean();\n    }\n    public void Clean() { }\n    [Test] public void M() { }\n}"),
        (MSTest, UseMSTest + "[TestClass]\npublic class T\n{\n    [TestCleanup]\n    public Task Clean() => Task.CompletedTask;\n    [TestMethod] public void M() { }\n}", "public class T\n{\n    public Task Clean() => Task.CompletedTask;\n\n    [Fixture(AutoUse = true)]\n    public async Task AroundEachTest(Use<T> use)\n    {\n        await use(this);\n        await Clean();\n    }\n    [Test] public void M() { }\n}"),
        (NUnit, "using NUnit.Framework;\r\n[TypeCase(typeof(int))] public class T<A>\r\n{\r\n\t[SetUp] public async ValueTask Prepare() { await Task.Yield(); }\r\n\t[Test] public void M() { }\r\n}", "[TypeCase(typeof(int))] public class T<A>\r\n{\r\n\tpublic async ValueTask Prepare() { await Task.Yield(); }\r\n\r\n\t[Fixture(AutoUse = true)]\r\n\tpublic async Task AroundEachTest(Use<T<A>> use)\r\n\t{\r\n\t\tawait Prepare();\r\n\t\tawait use(this);\r\n\t}\r\n\t[Test] public void M() { }\r\n}"),
        // A class without tests has no fixtures. Two setups have no order, one with parameters or more marks means more; a class inside would be given the fixture too; a name is taken.
        (NUnit, Use + "public class T { [SetUp] public async Task A() { await Task.Yield(); } [SetUp] public async Task B() { await Task.Yield(); } [Rondo.Test] public void Its() { } }", null),
        (NUnit, Use + "public class T { [SetUp, Category(\"a\")] public async Task A() { await Task.Yield(); } [Rondo.Test] public void Its() { } }", null),
        (NUnit, Use + "public class T { [SetUp] public async void A() { await Task.Yield(); } [Rondo.Test] public void Its() { } }", null),
        (NUnit, Use + "public class B { } public class T : B { [SetUp] public async Task A() { await Task.Yield(); } [Rondo.Test] public void Its() { } }", null),
        (NUnit, Use + "public class T { [SetUp] public async Task A() { await Task.Yield(); } }", null),
        (NUnit, Use + "public class T { [SetUp] public virtual async Task A() { await Task.Yield(); } [Rondo.Test] public void Its() { } }", null),
        (NUnit, Use + "public class T { [SetUp] public async Task A() { await Task.Yield(); } public class U { [Obsolete] public void M() { } } [Rondo.Test] public void Its() { } }", null),
        (NUnit, Use + "public class T { [SetUp] public async Task A() { await Task.Yield(); } public int AroundEachTest => 1; [Rondo.Test] public void Its() { } }", null),
    ];

    private static readonly (string Framework, string Before, string? After)[] s_once =
    [
        // MSTest's are static; the context goes where nothing uses it.
        (MSTest, UseMSTest + "[TestClass]\npublic class T\n{\n    [ClassInitialize]\n    public static async Task Start(TestContext context) { await Task.Yield(); }\n    [ClassCleanup]\n    public static void Stop() { }\n    [TestMethod] public void M() { }\n}", "public class T\n{\n    public static async Task Start() { await Task.Yield(); }\n\n    [Fixture(FixtureScope.Class, AutoUse = true)]\n    public static async Task AroundAllTests(Use<Type> use)\n    {\n        await Start();\n        await use(typeof(T));\n        Stop();\n    }\n    public static void Stop() { }\n    [Test] public void M() { }\n}"),
        (MSTest, UseMSTest + "public class T\n{\n    [ClassInitialize]\n    public static void Start(TestContext _) { }\n    [TestMethod] public void M() { }\n}", "public class T\n{\n    public static void Start() { }\n\n    [Fixture(FixtureScope.Class, AutoUse = true)]\n    public static Type AroundAllTests()\n    {\n        Start();\n        return typeof(T);\n    }\n    [Test] public void M() { }\n}"),
        (MSTest, UseMSTest + "public class T { [ClassInitialize] public static void Start(TestContext context) { Console.WriteLine(context.TestName); } [Rondo.Test] public void Its() { } }", null),
        (MSTest, UseMSTest + "public class T { [ClassInitialize(InheritanceBehavior.BeforeEachDerivedClass)] public static void Start(TestContext context) { } [Rondo.Test] public void Its() { } }", null),
        // NUnit's one instance has fields that all tests share: they belong to the class.
        (NUnit, Use + "public class T\n{\n    private string _url = \"\";\n    int _calls;\n\n    [OneTimeSetUp]\n    public void Start() { _url = \"http\"; _calls++; }\n\n    [OneTimeTearDown]\n    public async Task Stop() { await Task.Yield(); _url = \"\"; }\n\n    [Test] public void M() { if (_url.Length + _calls == 0) throw new Exception(); }\n}", "public class T\n{\n    private static string _url = \"\";\n    static int _calls;\n\n    public static void Start() { _url = \"http\"; _calls++; }\n\n    [Fixture(FixtureScope.Class, AutoUse = true)]\n    public static async Task AroundAllTests(Use<Type> use)\n    {\n        Start();\n        await use(typeof(T));\n        await Stop();\n    }\n\n    public static async Task Stop() { await Task.Yield(); _url = \"\"; }\n\n    [Test] public void M() { if (_url.Length + _calls == 0) throw new Exception(); }\n}"),
        (NUnit, Use + "public class T { public string Url { get; set; } = \"\"; [OneTimeSetUp] public void Start() { Url = \"a\"; } [Rondo.Test] public void Its() { } }", null),
        (NUnit, Use + "public class T { int _a; [OneTimeSetUp] public void Start() { this._a = 1; } [Rondo.Test] public void Its() { } }", null),
        (NUnit, Use + "public class T { int _a; [OneTimeSetUp] public void Start() { _a = 1; } int Of(T other) => other._a; [Rondo.Test] public void Its() { } }", null),
        (NUnit, Use + "public class T { [OneTimeSetUp] public void Start() { Go(); } void Go() { } [Rondo.Test] public void Its() { } }", null),
        (NUnit, Use + "public class T { [OneTimeSetUp] public static void Start() { } [Rondo.Test] public void Its() { } } public class U : T { }", null),
        (NUnit, Use + "[TypeCase(typeof(int))] public class T<A> { [OneTimeSetUp] public static void Start() { } [Rondo.Test] public void Its() { } }", null),
    ];

    private static readonly (string Framework, string Before, string? After)[] s_lifetimes =
    [
        (Xunit, "using Xunit;\npublic class T : IAsyncLifetime\n{\n    public ValueTask InitializeAsync() => default;\n    public ValueTask DisposeAsync() => default;\n    [Fact] public void M() { }\n}", "public class T : IAsyncDisposable\n{\n    public ValueTask InitializeAsync() => default;\n\n    [Fixture(AutoUse = true)]\n    public async Task AroundEachTest(Use<T> use)\n    {\n        await InitializeAsync();\n        await use(this);\n    }\n    public ValueTask DisposeAsync() => default;\n    [Test] public void M() { }\n}"),
        (OldXunit, "using Xunit;\npublic class T : IAsyncLifetime\n{\n    public Task InitializeAsync() => Task.CompletedTask;\n    public Task DisposeAsync() => Task.CompletedTask;\n    [Fact] public void M() { }\n}", "public class T\n{\n    public Task InitializeAsync() => Task.CompletedTask;\n\n    [Fixture(AutoUse = true)]\n    public async Task AroundEachTest(Use<T> use)\n    {\n        await InitializeAsync();\n        await use(this);\n        await DisposeAsync();\n    }\n    public Task DisposeAsync() => Task.CompletedTask;\n    [Test] public void M() { }\n}"),
        (OldXunit, "using Xunit;\npublic class T : IDisposable, IAsyncLifetime\n{\n    public void Dispose() { }\n    public async Task InitializeAsync() { await Task.Yield(); }\n    public async Task DisposeAsync() { await Task.Yield(); }\n    [Fact] public void M() { }\n}", "public class T : IDisposable\n{\n    public void Dispose() { }\n    public async Task InitializeAsync() { await Task.Yield(); }\n\n    [Fixture(AutoUse = true)]\n    public async Task AroundEachTest(Use<T> use)\n    {\n        await InitializeAsync();\n        await use(this);\n        await DisposeAsync();\n    }\n    public async Task DisposeAsync() { await Task.Yield(); }\n    [Test] public void M() { }\n}"),
        // Where it cannot be turned, no test of the class is: it would run without its setup and nobody would know.
        (Xunit, "using Xunit;\npublic class T : IAsyncLifetime\n{\n    ValueTask IAsyncLifetime.InitializeAsync() => default;\n    public ValueTask DisposeAsync() => default;\n    [Fact] public void M() { }\n}", null),
        (Xunit, "using Xunit;\npublic abstract class B : IAsyncLifetime { public ValueTask InitializeAsync() => default; public ValueTask DisposeAsync() => default; }\npublic class T : B\n{\n    [Fact] public void M() { }\n}", null),
        // A value that tests share has no tests, and another meaning of the interface.
        (Xunit, "using Xunit;\npublic class Shared : IAsyncLifetime { public ValueTask InitializeAsync() => default; public ValueTask DisposeAsync() => default; }\npublic class T { [Fact] public void M() { } }", "using Xunit;\npublic class Shared : IAsyncLifetime { public ValueTask InitializeAsync() => default; public ValueTask DisposeAsync() => default; }\npublic class T { [Test] public void M() { } }"),
    ];

    private static readonly (string Framework, string Before, string? After)[] s_classesOfRows =
    [
        (Xunit, "using System.Collections;\nusing Xunit;\npublic class Data : IEnumerable<object[]>\n{\n    public IEnumerator<object[]> GetEnumerator()\n    {\n        yield return new object[] { 1, \"a\" }; // first\n        yield return [2, \"b\"];\n    }\n\n    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();\n}\npublic class T { [Theory, ClassData(typeof(Data))] public void M(int a, string b) { } }", "using System.Collections;\npublic class Data : IEnumerable<(int, string)>\n{\n    public static IEnumerable<(int, string)> Rows => new Data();\n\n    public IEnumerator<(int, string)> GetEnumerator()\n    {\n        yield return (1, \"a\"); // first\n        yield return (2, \"b\");\n    }\n\n    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();\n}\npublic class T { [Test, CasesFrom(typeof(Data), nameof(Data.Rows))] public void M(int a, string b) { } }"),
        (Xunit, "using Xunit;\npublic class Data : TheoryData<int, string>\n{\n    public Data()\n    {\n        Add(1, \"a\");\n        // second\n        Add(2, \"b\");\n    }\n}\npublic class T { [Theory, ClassData(typeof(Data))] public void M(int a, string b) { } }", "public class Data\n{\n    public static IEnumerable<(int, string)> Rows()\n    {\n        yield return (1, \"a\");\n        // second\n        yield return (2, \"b\");\n    }\n}\npublic class T { [Test, CasesFrom(typeof(Data), nameof(Data.Rows))] public void M(int a, string b) { } }"),
        (Xunit, "using Xunit;\npublic class Data : TheoryData<int> { public Data() { Add(1); } }\npublic class T { [Theory, ClassData(typeof(Data))] public void M(int a) { } [Theory, ClassData(typeof(Data))] public void N(int a) { } }", "public class Data { public static IEnumerable<int> Rows() { yield return (1); } }\npublic class T { [Test, CasesFrom(typeof(Data), nameof(Data.Rows))] public void M(int a) { } [Test, CasesFrom(typeof(Data), nameof(Data.Rows))] public void N(int a) { } }"),
        // Computed rows, rows that do not fit, a class that more than tests use or that generated code cannot see, one from elsewhere.
        (Xunit, "using Xunit;\npublic class Data : TheoryData<int> { public Data() { for (var i = 0; i < 3; i++) Add(i); } }\npublic class T { [Theory, ClassData(typeof(Data))] public void M(int a) { } }", null),
        (Xunit, "using Xunit;\npublic class Data : TheoryData<string> { public Data() { Add(\"a\"); } }\npublic class T { [Theory, ClassData(typeof(Data))] public void M(int a) { } }", null),
        (Xunit, "using Xunit;\npublic class Data : TheoryData<int> { public Data() { Add(1); } }\npublic class T { readonly Data _data = new Data(); [Theory, ClassData(typeof(Data))] public void M(int a) { foreach (var row in _data) Console.WriteLine(row[0]); } }", null),
        (Xunit, "using Xunit;\npublic class T { private class Data : TheoryData<int> { public Data() { Add(1); } } [Theory, ClassData(typeof(Data))] public void M(int a) { } }", null),
        (Xunit, "using Xunit;\npublic class T { [Theory, ClassData(typeof(int))] public void M(int a) { } }", null),
        (Xunit + "// Data", "using Xunit;\npublic class Data : TheoryData<int> { public Data() { Add(1); } }\npublic class T { [Theory, ClassData(typeof(Data))] public void M(int a) { } }", null),
    ];

    private static readonly (string Framework, string Before, string? After)[] s_classes =
    [
        // A mark of the class that has no counterpart, and somebody's own attribute, keep every test.
        (NUnit, Use + "[TestFixture(\"sqlite\")]\npublic class T { [NUnit.Framework.Test] public void M() { } }", null),
        (NUnit, Use + "public class Slow() : CategoryAttribute(\"slow\"); public class T { [NUnit.Framework.Test, Slow] public void M() { } }", null),
        (NUnit, Use + "public class Slow() : CategoryAttribute(\"slow\"); [Slow] public class T { [NUnit.Framework.Test] public void M() { } }", null),
    ];

    [TestMethod]
    public async Task Setups_that_await_become_a_fixture_around_each_test() => await Fixing.EachAsync(s_setups);

    [TestMethod]
    public async Task What_is_done_once_for_a_class_becomes_a_fixture_around_all_its_tests() => await Fixing.EachAsync(s_once);

    [TestMethod]
    public async Task Lifetimes_of_xUnit_become_a_fixture_or_keep_their_tests() => await Fixing.EachAsync(s_lifetimes);

    [TestMethod]
    public async Task Classes_of_rows_become_sources_of_typed_rows() => await Fixing.EachAsync(s_classesOfRows);

    [TestMethod]
    public async Task Marks_of_a_class_that_nobody_knows_keep_its_tests() => await Fixing.EachAsync(s_classes);
}
