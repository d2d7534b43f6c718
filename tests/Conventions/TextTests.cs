using Rondo.Conventions.Reading;
using Rondo.Conventions.Rules;

namespace Rondo.Conventions;

[TestClass]
public sealed class TextTests
{
    // Files in which blocking is the subject or the only way, with the reason.
    private static readonly Dictionary<string, string> s_mayBlock = new(StringComparer.Ordinal)
    {
        ["tests/Rondo.Loops.Tests/"] = "What loops make of blocking is what these tests are about.",
        ["tests/Rondo.Engine.Tests/Control/Simulation.cs"] = "It drives simulated time from a thread of its own and asks for the result of a task that has ended.",
        ["tests/Rondo.Engine.Tests/Worker/WorkerBench.cs"] = "The far end of a worker on a thread of its own; each wait has a deadline by its token.",
        ["tests/Rondo.Generator.Tests/Compiling.cs"] = "Compiling is not asynchronous by nature; only this call of the compiler is offered no other way.",
        ["tests/projects/"] = "Users' projects that hang and block on purpose.",
    };

    // Packages no project file of the repository names, with the reason.
    private static readonly Dictionary<string, string> s_namedElsewhere = new(StringComparer.Ordinal)
    {
        ["NUnit"] = "A peer in benchmarks/.",
        ["NUnit3TestAdapter"] = "Runs that peer.",
        ["Microsoft.Testing.Extensions.TrxReport"] = "A user's extension that tests of the adapter add.",
        ["coverlet.msbuild"] = "What users bring to count lines; tests/projects/CoveredLibrary does.",
    };

    private static readonly string[] s_textEndings = [".cs", ".md", ".csproj", ".props", ".targets", ".slnx", ".json", ".txt", ".xml", ".sh", ".yml", ".editorconfig", ".gitignore", ".ci/run"];

    [TestMethod]
    public void A_long_file_opens_with_its_reason() => Findings.None("Most files stay under 300 lines.", Repository.Below("src/", ".cs").SelectMany(TextRules.Length));

    [TestMethod]
    public void Tests_do_not_sleep_or_block() => Findings.None("No real sleeping: it hides races and takes time.",
        Repository.Below("tests/", ".cs").Where(f => !s_mayBlock.Keys.Any(p => f.Path.StartsWith(p, StringComparison.Ordinal))).SelectMany(TextRules.Waits));

    [TestMethod]
    public void No_word_is_left_that_must_not_be_there() => Findings.None("Nothing unfinished, and nothing of one machine.", Repository.Below("", s_textEndings).SelectMany(TextRules.Words));

    [TestMethod]
    public void Every_silenced_warning_has_a_reason() => Findings.None("Warnings are errors, or silent with a written reason.",
        Repository.Below("", ".cs").SelectMany(TextRules.Suppressions).Concat(Repository.Below("", ".csproj", ".props", ".targets").SelectMany(TextRules.NoWarn)));

    [TestMethod]
    public void Every_package_has_a_reason_and_a_user() => Findings.None("Every dependency has a line saying why.", TextRules.Packages(
        Repository.Files.Single(f => f.Path == "Directory.Packages.props"),
        Repository.Below("", ".csproj", ".props", ".targets").SelectMany(TextRules.PackageReferences).Concat(s_namedElsewhere.Keys)));

    [TestMethod]
    public void Every_link_in_a_document_leads_somewhere()
    {
        var texts = Repository.Files.ToDictionary(f => f.Path, StringComparer.Ordinal);

        Findings.None("A reader follows links.", Repository.Below("", ".md").SelectMany(d => TextRules.Links(d, path =>
            texts.TryGetValue(path, out var file) ? file.Text : Directory.Exists(Path.Combine(Repository.Root, path)) ? "" : null)));
    }

    [TestMethod]
    public void A_long_file_is_found_unless_it_says_why()
    {
        var lines = string.Concat(Enumerable.Repeat("x\n", 601));

        Findings.One("has 601 lines", TextRules.Length(new TextFile("a.cs", lines)));
        Assert.IsEmpty(TextRules.Length(new TextFile("a.cs", lines[2..])));
        Assert.IsEmpty(TextRules.Length(new TextFile("a.cs", "// Above 600 lines because it is one story.\n" + lines)));
    }

    [TestMethod]
    [DataRow("Thread.Sleep(5);")]
    [DataRow("System.Threading.Thread.Sleep(5);")]
    [DataRow("task.Wait();")]
    [DataRow("handle.WaitOne();")]
    [DataRow("Task.WaitAll(a, b);")]
    [DataRow("task.GetAwaiter().GetResult();")]
    public void A_blocking_call_is_found(string call) => Findings.One(call.TrimEnd(';'), TextRules.Waits(new TextFile("a.cs", call)));

    [TestMethod]
    [DataRow("semaphore.Wait(TimeSpan.FromSeconds(5));")]
    [DataRow("await task.WaitAsync(limit);")]
    [DataRow("// Thread.Sleep(5);")]
    [DataRow("Say(\"Thread.Sleep(5)\");")]
    public void A_wait_with_a_deadline_is_none(string call) => Assert.IsEmpty(TextRules.Waits(new TextFile("a.cs", call)));

    [TestMethod]
    [DataRow("see /wo" + "rk/here/file")]
    [DataRow("see /ho" + "me/ann/file")]
    [DataRow("see /tm" + "p/file")]
    [DataRow("see C:\\Us" + "ers\\Ann")]
    [DataRow("see https://api.nu" + "get.org/v3/index.json")]
    [DataRow("// TO" + "DO: later")]
    [DataRow("throw new NotImplemented" + "Exception();")]
    public void A_refused_word_is_found(string text) => Findings.One("src/a.cs:2", TextRules.Words(new TextFile("src/a.cs", "first\n" + text)));

    [TestMethod]
    [DataRow("docs/work/in/progress")]
    [DataRow("~/.local/root/x")]
    [DataRow("https://example.org/home/ann/")]
    public void A_word_that_only_looks_like_one_is_none(string text) => Assert.IsEmpty(TextRules.Words(new TextFile("src/a.cs", text)));

    [TestMethod]
    [DataRow("#pragma warning disable CA1000\nclass A;")]
    [DataRow("class A\n{\n#pragma warning disable CA1000 //\n}")]
    [DataRow("[SuppressMessage(\"Design\", \"CA1000\")] class A;")]
    [DataRow("[SuppressMessage(\"Design\", \"CA1000\", Justification = \"\")] class A;")]
    public void A_suppression_without_a_reason_is_found(string source) => Findings.One("CA1000", TextRules.Suppressions(new TextFile("a.cs", source)));

    [TestMethod]
    [DataRow("#pragma warning disable CA1000 // Because it is so.\nclass A;")]
    [DataRow("// Because it is so.\n#pragma warning disable CA1000\nclass A;")]
    [DataRow("[SuppressMessage(\"Design\", \"CA1000\", Justification = \"Because it is so.\")] class A;")]
    [DataRow("class A { string s = \"#pragma warning disable\"; }")]
    public void A_suppression_with_a_reason_passes(string source) => Assert.IsEmpty(TextRules.Suppressions(new TextFile("a.cs", source)));

    [TestMethod]
    public void A_warning_that_is_silent_in_a_project_needs_its_code_in_a_comment()
    {
        Findings.One("CA1001 is silent", TextRules.NoWarn(new TextFile("a.csproj", "<Project><PropertyGroup><!-- CA1000: so. --><NoWarn>$(NoWarn);CA1000;CA1001</NoWarn></PropertyGroup></Project>")));
        Assert.IsEmpty(TextRules.NoWarn(new TextFile("a.csproj", "<Project><PropertyGroup><NoWarn>$([System.String]::Copy('$(NoWarn)').Replace('CS1591',''))</NoWarn></PropertyGroup></Project>")));
    }

    [TestMethod]
    public void A_package_without_a_reason_or_a_user_is_found()
    {
        var versions = new TextFile("Directory.Packages.props", "<Project><ItemGroup><!-- It does what we need. --><PackageVersion Include=\"A\" Version=\"1\" />\n<PackageVersion Include=\"B\" Version=\"1\" /></ItemGroup></Project>");

        Findings.One("props:2: B has no comment", TextRules.Packages(versions, ["A", "B"]));
        Assert.Contains(f => f.Contains("no project refers to A", StringComparison.Ordinal), TextRules.Packages(versions, ["B"]));
    }

    [TestMethod]
    [DataRow("[a](missing.md)", "there is no docs/missing.md")]
    [DataRow("[a](../there.md#not-here)", "there.md has no heading '#not-here'")]
    [DataRow("[a]: ../missing.md", "there is no missing.md")]
    public void A_link_that_leads_nowhere_is_found(string text, string what) =>
        Findings.One(what, TextRules.Links(new TextFile("docs/a.md", text), path => path == "there.md" ? "# Here\n" : null));

    [TestMethod]
    [DataRow("[a](../there.md)")]
    [DataRow("[a](../there.md#what-is-here-now)")]
    [DataRow("[a](https://example.org/x.md)")]
    [DataRow("```\n[a](missing.md)\n```")]
    public void A_link_that_leads_somewhere_passes(string text) =>
        Assert.IsEmpty(TextRules.Links(new TextFile("docs/a.md", text), path => path == "there.md" ? "# There\n\n## What is *here*, now\n" : null));
}
