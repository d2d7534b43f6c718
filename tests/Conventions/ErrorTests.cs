using Rondo.Conventions.Reading;
using Rondo.Conventions.Rules;

namespace Rondo.Conventions;

[TestClass]
public sealed class ErrorTests
{
    // The code and the first four words of the message, and why it may be shorter than the others.
    private static readonly Dictionary<string, string> s_short = new(StringComparer.Ordinal)
    {
        ["RND3041: {}"] = "Its sentences stand above it, where the note without a code shares them.",
        ["RND4040: {}"] = "Its sentences stand above it, one for each way in which a process ends.",
    };

    [TestMethod]
    public void Every_code_has_a_page_and_every_page_a_code() => Findings.None("Each code has one page in docs/errors.", ErrorRules.Pages(
        Sources.SelectMany(f => Message.AnyCode().Matches(f.Text).Select(m => m.Value)).Distinct(),
        Repository.Below("docs/errors/RND", ".md").Select(p => Path.GetFileNameWithoutExtension(p.Path))));

    [TestMethod]
    public void Every_page_has_its_three_parts() => Findings.None("A page of an error says what it means, shows an example and says what to do.",
        Repository.Below("docs/errors/RND", ".md").SelectMany(ErrorRules.PageParts));

    [TestMethod]
    public void A_code_has_one_meaning() => Findings.None("A code has one meaning; where several messages share it, its page quotes each.",
        ErrorRules.OneMeaning(AllMessages, code => Repository.Files.FirstOrDefault(f => f.Path == $"docs/errors/{code}.md")?.Text));

    [TestMethod]
    public void Every_message_says_what_to_do_and_ends_with_its_code() => Findings.None("What is wrong with names and values; the rule; what to do; the code.",
        AllMessages.SelectMany(m => ErrorRules.Wording(m, s_short)));

    [TestMethod]
    public void Every_exception_from_the_wording_is_still_needed() => Findings.None("A list of exceptions must not outlive them.",
        s_short.Where(s => s.Value.Length < 10 || AllMessages.All(m => $"{m.Code}: {ErrorRules.Beginning(m.Text)}" != s.Key)).Select(s => $"'{s.Key}' has no reason, or no such message is left."));

    [TestMethod]
    public void A_code_without_a_page_is_found_and_a_page_without_a_code()
    {
        Findings.One("RND9001 is used", ErrorRules.Pages(["RND9001", "RND9002"], ["RND9002"]));
        Findings.One("RND9003.md describes", ErrorRules.Pages(["RND9002"], ["RND9002", "RND9003"]));
    }

    [TestMethod]
    [DataRow("# RND9002: Title\n\nIt means that something is not as it has to be.\n\n```\nx\n```\n\n## What to do\n\nDo it otherwise next time.\n", "does not begin with")]
    [DataRow("# RND9001: Title\n\n```\nx\n```\n\n## What to do\n\nDo it otherwise next time.\n", "does not say what")]
    [DataRow("# RND9001: Title\n\nIt means that something is not as it has to be.\n\n## What to do\n\nDo it otherwise next time.\n", "has no example")]
    [DataRow("# RND9001: Title\n\nIt means that something is not as it has to be.\n\n```\nx\n```\n\n## What to do\n", "What to do")]
    public void A_page_that_lacks_a_part_is_found(string page, string what) => Findings.One(what, ErrorRules.PageParts(new TextFile("docs/errors/RND9001.md", page)));

    [TestMethod]
    public void Messages_are_read_wherever_a_code_stands()
    {
        var found = Message.InCSharp(new TextFile("src/A.cs", """"
            class A : B
            {
                A(string message) : base("RND9001", message) { }
                static A Of(int x) => new($"A message of {x} that a constructor gives its code" + ". Do this.");
                void M(string why)
                {
                    Say($"Plain {why} text. [RND9002]");
                    Say("A sum " + why + ". [RND9003]");
                    Say($"""Raw {why}. [RND9004] and more""");
                    Rule("RND9005", "Title", "A text that is long enough to be a message.");
                }
            }
            """")).ToList();

        Assert.AreSequenceEqual(
            [
                "RND9001 A message of {} that a constructor gives its code. Do this. True", "RND9002 Plain {} text. True", "RND9003 A sum {}. True",
                "RND9004 Raw {}.and more False", "RND9005 A text that is long enough to be a message. True",
            ],
            found.Select(m => $"{m.Code} {m.Text} {m.EndsWithCode}"));
    }

    [TestMethod]
    public void Messages_of_build_files_are_read() =>
        Assert.AreEqual("In {} is {}. Remove it.", Assert.ContainsSingle(Message.InBuildFile(new TextFile("a.targets", """<Project><Target><Error Code="RND9001" Text="In $(A) is @(B->'%(Identity)', ', '). Remove it." /></Target></Project>"""))).Text);

    [TestMethod]
    [DataRow("The file is damaged.", true, "is one sentence")]
    [DataRow("The file '{}' is damaged. It is old. Remove it", true, "does not end as a sentence")]
    [DataRow("The file '{}' is damaged. Remove it.", false, "does not end with [RND9001]")]
    public void A_bad_message_is_found(string text, bool endsWithCode, string what) =>
        Findings.One(what, ErrorRules.Wording(new Message("RND9001", text, "src/A.cs:1", endsWithCode), new Dictionary<string, string>()));

    [TestMethod]
    [DataRow("The file '{}' is damaged. Remove it.")]
    [DataRow("The file '{}' cannot be read: {} Remove it.")]
    public void A_good_message_passes(string text) => Assert.IsEmpty(ErrorRules.Wording(new Message("RND9001", text, "src/A.cs:1", true), new Dictionary<string, string>()));

    [TestMethod]
    public void A_second_meaning_is_found_unless_the_page_quotes_it()
    {
        Message[] messages = [new("RND9001", "The file '{}' is not readable at all. Remove it.", "a", true), new("RND9001", "Worker {} ate the last cake. Bake another.", "b", true)];

        Findings.One("ate the last cake", ErrorRules.OneMeaning(messages, _ => "The file 'x' is not\nreadable at all."));
        Assert.IsEmpty(ErrorRules.OneMeaning(messages, _ => "'x' is not readable at all. And: Worker 2 ate the last cake."));
    }

    private static IEnumerable<TextFile> Sources => Repository.Below("src/", ".cs", ".targets", ".props", ".md");

    private static IEnumerable<Message> AllMessages => Repository.Below("src/", ".cs").SelectMany(Message.InCSharp).Concat(Repository.Below("src/", ".targets").SelectMany(Message.InBuildFile));
}
