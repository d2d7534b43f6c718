// Suites of other frameworks become Rondo's: a whole one of each, and single cases with what must stay as it is.
using System.Text;
using System.Text.RegularExpressions;

namespace Rondo.Generator.Tests;

[TestClass]
public sealed partial class MigrationTests
{
    [TestMethod]
    [DataRow("Xunit", 33)]
    [DataRow("NUnit", 35)]
    [DataRow("MSTest", 35)]
    [DataRow("TUnit", 12)]
    public async Task A_suite_is_turned_whole_and_compiles(string framework, int tests)
    {
        var files = Suite(framework);
        var before = await Fixing.ProblemsAsync([.. files.Select(f => f.Text)]);
        Assert.Contains(p => p.Contains("RND1031", StringComparison.Ordinal) || p.Contains("RND1032", StringComparison.Ordinal), before);

        string[] turned = [.. files.Select(f => f.Text)];
        foreach (var code in new[] { "RND1031", "RND1032" }) turned = [.. (await Fixing.AllAsync(code, turned)).Select(d => d.Text)];

        var text = new StringBuilder();
        for (var i = 0; i < files.Count; i++)
        {
            if (files[i].Name is not ("Framework.cs" or "Domain.cs")) text.Append("// ==== ").Append(files[i].Name).Append('\n').Append(turned[i]).Append('\n');
        }

        Approved.Matches("Migrated." + framework, text.ToString());
        Assert.AreEqual("", string.Join("\n", await Fixing.ProblemsAsync(turned)));
        Assert.AreEqual(tests, turned.Sum(t => RondosTest().Count(t)));
    }

    private const string Xunit = """
        namespace Xunit
        {
            public class FactAttribute : Attribute { public string? Skip { get; set; } public string? DisplayName { get; set; } public int Timeout { get; set; } public bool Explicit { get; set; } }
            public class TheoryAttribute : FactAttribute;
            public class InlineDataAttribute(params object?[]? data) : Attribute { public object?[]? Data => data; public string? Skip { get; set; } }
            public class MemberDataAttribute(string member, params object?[] more) : Attribute { public object? All => (member, more); public Type? MemberType { get; set; } }
            public class TraitAttribute(string name, string value) : Attribute { public string All => name + value; }
            public static class Assert { public static void Equal(object? a, object? b) { } }
        }
        """;

    private const string NUnit = """
        namespace NUnit.Framework
        {
            public class TestAttribute : Attribute { public string? Description { get; set; } public object? ExpectedResult { get; set; } }
            public class TestCaseAttribute(params object?[]? data) : Attribute { public object?[]? Data => data; public string? TestName { get; set; } public object? ExpectedResult { get; set; } }
            public class TestCaseSourceAttribute(string member) : Attribute { public string Member => member; }
            public class TestCaseData(params object?[] data) { public object?[] Data => data; public TestCaseData SetName(string name) => name.Length == 0 ? this : this; }
            public class ValuesAttribute(params object?[] data) : Attribute { public object?[] Data => data; }
            public class RetryAttribute(int times) : Attribute { public int Times => times; }
            public class MaxTimeAttribute(int ms) : Attribute { public int Ms => ms; }
            public class DescriptionAttribute(string text) : Attribute { public string Text => text; }
            public class CategoryAttribute(string name) : Attribute { public string Name => name; }
            public class SetUpAttribute : Attribute; public class TearDownAttribute : Attribute; public class TestFixtureAttribute : Attribute;
            public static class Assert { public static void That(object? a) { } }
        }
        """;

    // Framework, a file before, and after; null: no correction is offered.
    private static readonly (string Framework, string Before, string? After)[] s_files =
    [
        (Xunit, "using Xunit;\npublic class T { [Fact] public void M() { } }", "public class T { [Test] public void M() { } }"),
        (Xunit, "using Xunit;\npublic class T { [Fact(Skip = \"why\", DisplayName = \"a\", Timeout = 500)] public void M() { Assert.Equal(1, 1); } }", "using Xunit;\npublic class T { [Test, Skip(\"why\"), DisplayName(\"a\"), Timeout(500)] public void M() { Assert.Equal(1, 1); } }"),
        (Xunit, "public class T { [Xunit.Fact] public void M() { } }", "public class T { [Test] public void M() { } }"),
        (Xunit, "using Xunit;\nnamespace A;\npublic class T\n{\n    [Theory, InlineData(1, \"a\")] // first\n    [InlineData(2, null, Skip = \"later\")]\n    [Trait(\"Category\", \"slow\"), Trait(\"Issue\", \"17\")]\n    [Obsolete(\"x\")] public void M(int a, string? b) { }\n}", "namespace A;\npublic class T\n{\n    [Test, Case(1, \"a\")] // first\n    [Case(2, null, Skip = \"later\")]\n    [Tag(\"slow\"), Tag(\"Issue-17\")]\n    [Obsolete(\"x\")] public void M(int a, string? b) { }\n}"),
        (Xunit, "using Xunit;\npublic class T { [Fact(Explicit = true)] public void M() { } }", "public class T { [Test, Explicit(\"no reason was given\")] public void M() { } }"),
        (Xunit, "using Xunit;\npublic class T { const bool Sometimes = false; [Fact(Explicit = Sometimes)] public void M() { } }", null),
        (Xunit, "using Xunit;\npublic class T { [Fact, Trait(\"Category\", \"a b\")] public void M() { } }", null),
        (Xunit, "using Xunit;\npublic class T { public static IEnumerable<object[]> Rows() { yield return new object[] { 1, \"a\" }; yield return [2, \"b\"]; } [Theory, MemberData(nameof(Rows))] public void M(int a, string b) { } }", "public class T { public static IEnumerable<(int, string)> Rows() { yield return (1, \"a\"); yield return (2, \"b\"); } [Test, CasesFrom(nameof(Rows))] public void M(int a, string b) { } }"),
        (Xunit, "using Xunit;\npublic class T { public static IEnumerable<object[]> Rows => new List<object[]> { new object[] { 1 }, new object[] { 2 } }; [Theory, MemberData(nameof(Rows))] public void M(int a) { } }", "public class T { public static IEnumerable<int> Rows => [ 1, 2 ]; [Test, CasesFrom(nameof(Rows))] public void M(int a) { } }"),
        (Xunit, "using Xunit;\npublic class T { public static IEnumerable<object[]> Rows => Enumerate(); static IEnumerable<object[]> Enumerate() => []; [Theory, MemberData(nameof(Rows))] public void M(int a) { } }", null),
        (Xunit, "using Xunit;\npublic class T { public static IEnumerable<object[]> Rows() { yield return new object[] { \"no number\" }; } [Theory, MemberData(nameof(Rows))] public void M(int a) { } }", null),
        (Xunit, "using Xunit;\npublic class T { public static IEnumerable<object[]> Rows() { yield return new object[] { 1 }; } [Theory, MemberData(nameof(Rows))] public void M(int a) { foreach (var r in Rows()) Assert.Equal(r[0], a); } }", null),
        (NUnit, "using NUnit.Framework;\n[TestFixture]\npublic class T\n{\n    [Test] public void M() { }\n}", "public class T\n{\n    [Test] public void M() { }\n}"),
        (NUnit, "using NUnit.Framework;\npublic class T { [Test, Category(\"slow\")] public void M() => Assert.That(true); [TestCase(1), TestCase(2, TestName = \"two\")] public void N(int a) { } }", "using NUnit.Framework;\nusing TestAttribute = Rondo.TestAttribute;\npublic class T { [Test, Tag(\"slow\")] public void M() => Assert.That(true); [Test, Case(1), Case(2, Name = \"two\")] public void N(int a) { } }"),
        (NUnit, "using NUnit.Framework;\npublic class T { static readonly object[] s_rows = { new object[] { 1, \"a\" }, new object[] { 2, \"b\" } }; [TestCaseSource(nameof(s_rows))] public void M(int a, string b) { } }", "public class T { internal static IEnumerable<(int, string)> s_rows => [ (1, \"a\"), (2, \"b\") ]; [Test, CasesFrom(nameof(s_rows))] public void M(int a, string b) { } }"),
        (NUnit, "using NUnit.Framework;\npublic class T { [Test(Description = \"why\")] public void M() { } }", "public class T { [Test, NUnit.Framework.Description(\"why\")] public void M() { } }"),
        (NUnit, "namespace A;\n\nusing NUnit.Framework;\n\npublic class T { [TestCase(1)] public void M(int a) => Assert.That(a); }", "namespace A;\n\nusing NUnit.Framework;\nusing TestAttribute = Rondo.TestAttribute;\n\npublic class T { [Test, Case(1)] public void M(int a) => Assert.That(a); }"),
        (NUnit, "namespace A\n{\n    using NUnit.Framework;\n    public class T { [Test] public void M() => Assert.That(1); }\n}", "namespace A\n{\n    using NUnit.Framework;\n    using TestAttribute = Rondo.TestAttribute;\n    public class T { [Test] public void M() => Assert.That(1); }\n}"),
        (NUnit, "using NUnit.Framework;\r\nusing System.Text;\r\npublic class T\r\n{\r\n    [Test, NUnit.Framework.Category(\"a\")]\r\n    public void M() => Assert.That(1);\r\n}", "using NUnit.Framework;\r\nusing System.Text;\r\nusing TestAttribute = Rondo.TestAttribute;\r\npublic class T\r\n{\r\n    [Test, Tag(\"a\")]\r\n    public void M() => Assert.That(1);\r\n}"),
        (NUnit, "using NUnit.Framework;\npublic class T { [TestCase(1, ExpectedResult = 2)] public int M(int a) => a + 1; }", null),
        (NUnit, "using NUnit.Framework;\npublic class T { [NUnit.Framework.Test, Retry(3)] public void M() { } }", "public class T { [Test, Retry(2)] public void M() { } }"),
        (NUnit, "using NUnit.Framework;\npublic class T { [NUnit.Framework.Test, MaxTime(3)] public void M() { } }", null),
        (NUnit, "using NUnit.Framework;\npublic class T { [NUnit.Framework.Test] public void M([Values(1, 2)] int a) { } }", null),
        (NUnit, "using NUnit.Framework;\npublic class T { public static IEnumerable<TestCaseData> Rows() { yield return new TestCaseData(1).SetName(\"one\"); } [TestCaseSource(nameof(Rows))] public void M(int a) { } }", null),
        (NUnit, "using NUnit.Framework;\npublic class T { int _a;\n    [SetUp]\n    public void Prepare() { _a = 1; }\n    [TearDown]\n    public async Task Clean() { await Task.Yield(); _a = 0; }\n    [Test] public void M() { }\n}", "public class T : IAsyncDisposable { int _a;\n    public T() { _a = 1; }\n    public async ValueTask DisposeAsync() { await Task.Yield(); _a = 0; }\n    [Test] public void M() { }\n}"),
        (NUnit, "using NUnit.Framework;\npublic class T { public T(int a = 1) { } [SetUp] public void Prepare() { } }", null),
        (NUnit, "using NUnit.Framework;\npublic class B { } public class T : B { [SetUp] public void Prepare() { } }", null),
    ];

    [TestMethod]
    public async Task Each_file_is_turned_or_left_alone()
    {
        await Fixing.EachAsync(s_files);
    }

    [TestMethod]
    public async Task What_is_left_keeps_its_meaning_and_its_error()
    {
        const string before = "using NUnit.Framework;\npublic class T\n{\n    [Test, MaxTime(3)] public void Left() { }\n    [Test] public void Also([Values(1, 2)] int a) { }\n    [Test] public void M() { }\n}";

        var after = await Fixing.FirstAsync("RND1032", before, NUnit);

        Assert.AreEqual(
            "using NUnit.Framework;\nusing TestAttribute = Rondo.TestAttribute;\npublic class T\n{\n    [NUnit.Framework.Test, MaxTime(3)] public void Left() { }\n    [NUnit.Framework.Test] public void Also([NUnit.Framework.Values(1, 2)] int a) { }\n    [Test] public void M() { }\n}",
            after);
        var problems = await Fixing.ProblemsAsync(after!, NUnit);
        Assert.HasCount(2, problems.Where(p => p.Contains("RND1031", StringComparison.Ordinal)));
        Assert.HasCount(2, problems);
    }

    [TestMethod]
    public async Task The_attributes_of_the_real_MSTest_are_known()
    {
        const string before = """
            using System.ComponentModel;
            using Microsoft.VisualStudio.TestTools.UnitTesting;

            namespace Shop.Tests;

            [TestClass]
            public class CartTests
            {
                private int _count;

                [TestInitialize]
                public void Prepare() => _count = 1;

                [TestMethod(DisplayName = "one")]
                [Timeout(5000), TestCategory("till"), Priority(1)]
                public void One() => Assert.AreEqual(1, _count);

                [TestMethod, Ignore("later"), DoNotParallelize]
                [DataRow(1, "a", DisplayName = "first"), DataRow(2, null)]
                public async Task Two(int number, string? text)
                {
                    await Task.Yield();
                    Assert.IsTrue(number < 3, text);
                }

                public static IEnumerable<object[]> Rows => [[1], [2]];

                [TestMethod, DynamicData(nameof(Rows))]
                public void Three(int number) => Assert.IsGreaterThan(0, number);

                [TestCleanup]
                public async Task CleanAsync() => await Task.Yield();
            }
            """;
        Fixing.MoreReferences.Value = [typeof(TestMethodAttribute).Assembly.Location];

        var after = await Fixing.FirstAsync("RND1031", before);

        Assert.AreEqual("""
            using System.ComponentModel;
            using Microsoft.VisualStudio.TestTools.UnitTesting;
            using DisplayNameAttribute = Rondo.DisplayNameAttribute;
            using TimeoutAttribute = Rondo.TimeoutAttribute;

            namespace Shop.Tests;

            public class CartTests : IAsyncDisposable
            {
                private int _count;

                public CartTests() => _count = 1;

                [Test, DisplayName("one")]
                [Timeout(5000), Tag("till"), Microsoft.VisualStudio.TestTools.UnitTesting.Priority(1)]
                public void One() => Assert.AreEqual(1, _count);

                [Test, Skip("later"), Serial]
                [Case(1, "a", Name = "first"), Case(2, null)]
                public async Task Two(int number, string? text)
                {
                    await Task.Yield();
                    Assert.IsTrue(number < 3, text);
                }

                public static IEnumerable<int> Rows => [1, 2];

                [Test, CasesFrom(nameof(Rows))]
                public void Three(int number) => Assert.IsGreaterThan(0, number);

                public async ValueTask DisposeAsync() => await Task.Yield();
            }
            """, after);
        Assert.AreEqual("", string.Join("\n", await Fixing.ProblemsAsync(after!)));
    }

    private static List<(string Name, string Text)> Suite(string framework, [System.Runtime.CompilerServices.CallerFilePath] string here = "") =>
    [
        .. Directory.GetFiles(Path.Combine(Path.GetDirectoryName(here)!, "Foreign", framework), "*.cs").Append(Path.Combine(Path.GetDirectoryName(here)!, "Foreign", "Domain.cs"))
            .Order(StringComparer.Ordinal).Select(f => (Path.GetFileName(f), File.ReadAllText(f).ReplaceLineEndings("\n"))),
    ];

    [GeneratedRegex(@"\[Test\b(?!A)")]
    private static partial Regex RondosTest();
}
