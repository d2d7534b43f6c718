using System.Text.RegularExpressions;
using System.Xml.Linq;
using Rondo.Conventions.Reading;
using Rondo.Conventions.Rules;

namespace Rondo.Conventions;

[TestClass]
public sealed partial class LayerTests
{
    private const string Decider = "A scheduler is a function of the events it was told: no clock, task, process or random number.";

    [TestMethod]
    public void Every_project_of_src_is_in_the_table()
    {
        var projects = Repository.Below("src/", ".csproj").Select(p => Path.GetFileNameWithoutExtension(p.Path));

        Assert.AreSequenceEqual(LayerRules.References.Keys.Order(StringComparer.Ordinal), projects.Order(StringComparer.Ordinal));
    }

    [TestMethod]
    public void Project_references_point_one_way() => Findings.None("References point one way.",
        Repository.Below("src/", ".csproj").SelectMany(p => LayerRules.OfProject(Path.GetFileNameWithoutExtension(p.Path), p.Text)));

    [TestMethod]
    public void Assembly_references_point_one_way() => Findings.None("References point one way.", LayerRules.References.Keys.SelectMany(name =>
    {
        using var mentions = new TypeMentions(Repository.Assembly(name));
        return LayerRules.OfAssembly(name, [.. mentions.ReferencedAssemblies]);
    }));

    [TestMethod]
    public void The_platform_is_known_to_Rondo_only() => Findings.None("Every word of Microsoft.Testing.Platform stops in src/Rondo.", LayerRules.References.Keys.Where(name => name != "Rondo").SelectMany(name =>
    {
        using var mentions = new TypeMentions(Repository.Assembly(name));
        return mentions.ReferencedAssemblies.Where(r => r.StartsWith("Microsoft.Testing", StringComparison.Ordinal)).Select(r => $"{name} refers to {r}.").ToList();
    }));

    [TestMethod]
    public void Loops_Core_and_Engine_need_the_base_library_only()
    {
        var library = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

        Findings.None("Packages stay out of the lower layers.", new[] { "Rondo.Loops", "Rondo.Core", "Rondo.Engine" }.SelectMany(name =>
        {
            using var mentions = new TypeMentions(Repository.Assembly(name));
            return mentions.ReferencedAssemblies.Where(r => !r.StartsWith("Rondo.", StringComparison.Ordinal) && !File.Exists(Path.Combine(library, r + ".dll")))
                .Select(r => $"{name} refers to {r}.").ToList();
        }));
    }

    [TestMethod]
    public void Control_and_Worker_meet_in_Wire()
    {
        using var engine = new TypeMentions(Repository.Assembly("Rondo.Engine"));
        var mentions = engine.All().ToList();
        const string Why = "Controller and worker are two processes: they share what is in Wire, nothing else.";

        Findings.None(Why, LayerRules.Between(mentions, "Rondo.Engine.Control", to => LayerRules.Within(to, "Rondo.Engine.Worker"), Why)
            .Concat(LayerRules.Between(mentions, "Rondo.Engine.Worker", to => LayerRules.Within(to, "Rondo.Engine.Control"), Why)));
    }

    [TestMethod]
    public void Schedulers_are_pure()
    {
        using var engine = new TypeMentions(Repository.Assembly("Rondo.Engine"));

        Findings.None(Decider, LayerRules.Between(engine.All(), "Rondo.Engine.Scheduling", IsImpure, Decider));
    }

    [TestMethod]
    public void Loops_has_no_word_for_tests()
    {
        var names = PublicSurface.Describe(Repository.Assembly("Rondo.Loops"), []).Split('\n');
        var documentation = XDocument.Load(Path.ChangeExtension(Repository.Assembly("Rondo.Loops"), ".xml")).Descendants("member").Select(m => m.Value);

        Findings.None("Rondo.Loops is used without tests as well; its names and documentation speak of work, owners and loops.", names.Concat(documentation).SelectMany(WordsForTests));
    }

    [TestMethod]
    public void A_reference_that_points_up_is_found()
    {
        const string Project = """<Project><ItemGroup><ProjectReference Include="../Rondo.Engine/Rondo.Engine.csproj" /><ProjectReference Include="../Rondo.Loops/Rondo.Loops.csproj" /></ItemGroup></Project>""";

        Findings.One("refers to Rondo.Engine", LayerRules.OfProject("Rondo.Core", Project));
        Findings.One("refers to Rondo.Engine", LayerRules.OfAssembly("Rondo.Core", ["System.Runtime", "Rondo.Engine", "Rondo.Loops"]));
    }

    [TestMethod]
    public void A_reference_that_only_orders_the_build_is_none() =>
        Assert.IsEmpty(LayerRules.OfProject("Rondo", """<Project><ProjectReference Include="../Rondo.Stacks/Rondo.Stacks.csproj" ReferenceOutputAssembly="false" /></Project>"""));

    [TestMethod]
    [DataRow("BaseType")]
    [DataRow("Signature")]
    [DataRow("TypeArgument")]
    [DataRow("Body")]
    [DataRow("AsyncBody")]
    [DataRow("Closure")]
    [DataRow("Marked")]
    public void A_mention_is_found_wherever_it_stands(string place)
    {
        using var here = new TypeMentions(typeof(LayerTests).Assembly.Location);

        var found = LayerRules.Between(here.All(), "Rondo.Conventions.Samples.Here", to => LayerRules.Within(to, "Rondo.Conventions.Samples.There"), "No.");

        Assert.Contains(f => f.StartsWith($"Rondo.Conventions.Samples.Here.{place} names", StringComparison.Ordinal), found);
    }

    [TestMethod]
    public void Impure_types_are_known_and_pure_ones_are_let_through()
    {
        using var here = new TypeMentions(typeof(LayerTests).Assembly.Location);
        var mentions = here.All().ToList();

        var found = LayerRules.Between(mentions, "Rondo.Conventions.Samples.Impure", IsImpure, "No.").ToList();

        Assert.HasCount(4, found, string.Join('\n', found));
        Assert.IsEmpty(LayerRules.Between(mentions, "Rondo.Conventions.Samples.Pure", IsImpure, "No."));
    }

    [TestMethod]
    public void A_word_for_tests_is_found_and_its_neighbours_are_not() =>
        Assert.AreSequenceEqual(["M:TestLoop", "one test", "Tests"], new[] { "M:TestLoop", "one test", "Tests", "the latest greatest contest", "attested" }.SelectMany(WordsForTests).Select(f => f.Split(" (")[0]));

    private static bool IsImpure(string type) =>
        type is "System.DateTime" or "System.DateTimeOffset" or "System.TimeProvider" or "System.Random" or "System.Guid" or "System.Environment" or "System.Security.Cryptography.RandomNumberGenerator"
        || LayerRules.Within(type, "System.Threading") || LayerRules.Within(type, "System.Diagnostics") && type.Split('.')[^1] is "Process" or "Stopwatch"
        || LayerRules.Within(type, "System.IO") || LayerRules.Within(type, "System.Net");

    private static IEnumerable<string> WordsForTests(string text) => TestWord().IsMatch(text) ? [$"{text} (says '{TestWord().Match(text).Value}')"] : [];

    // At the start of a word in prose, or of a part of a name in Pascal case.
    [GeneratedRegex(@"(?<![A-Za-z])[Tt]est(s|ed|ing)?\b|(?<=[a-z:.]|\b)Test(?=[A-Z]|s\b|\b)")]
    private static partial Regex TestWord();
}
