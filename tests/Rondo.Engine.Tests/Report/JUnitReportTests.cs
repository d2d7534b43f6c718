using System.Text;
using System.Xml;
using System.Xml.Linq;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Control;
using Rondo.Engine.Planning;
using Rondo.Engine.Report;
using Rondo.Engine.Results;
using Rondo.Engine.Tests.Wire;

namespace Rondo.Engine.Tests.Report;

[TestClass]
public sealed class JUnitReportTests
{
    private static readonly JUnitContext s_context = new() { HostName = "build-1", Seed = 7 };

    public Microsoft.VisualStudio.TestTools.UnitTesting.TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void Every_outcome_has_its_place()
    {
        Samples.Approve("junit.xml", Text(Samples.Everything()) + "\n");
    }

    [TestMethod]
    public void Every_attempt_has_its_place()
    {
        Samples.Approve("junit-attempts.xml", Text(Samples.Attempts()) + "\n");
    }

    [TestMethod]
    public void Classname_and_name_give_the_id_and_the_counts_add_up()
    {
        var report = Samples.Everything();

        var root = XDocument.Parse(Text(report)).Root!;
        var ids = root.Descendants("testcase").Select(c => c.Attribute("classname")!.Value + "." + c.Attribute("name")!.Value).ToList();

        CollectionAssert.AreEqual(report.Plan.Cases.Select(c => c.Id).Append("Shop.ShopFixtures.Database.teardown@w0").ToList(), ids);
        foreach (var counted in root.DescendantsAndSelf().Where(e => e.Attribute("tests") is not null))
        {
            var cases = counted.Descendants("testcase").ToList();
            Assert.AreEqual(cases.Count, (int)counted.Attribute("tests")!);
            Assert.AreEqual(cases.Count(c => c.Element("failure") is not null), (int)counted.Attribute("failures")!);
            Assert.AreEqual(cases.Count(c => c.Element("error") is not null), (int)counted.Attribute("errors")!);
            if (counted.Name == "testsuite") Assert.AreEqual(cases.Count(c => c.Element("skipped") is not null), (int)counted.Attribute("skipped")!);
        }
    }

    [TestMethod]
    public void Any_text_gives_well_formed_XML()
    {
        var seed = Random.Shared.Next();
        TestContext.WriteLine($"seed {seed}");
        var any = new AnyValue(seed);
        var random = new Random(seed);

        for (var i = 0; i < 2000; i++)
        {
            var plan = Samples.PlanOf("N.C.M(" + Wild(random) + ")", "N.C.O");
            var results = plan.Cases.ToDictionary(c => c.Index, c => (CaseResult)any.Make(typeof(CaseResult), 3)! with { Case = c.Index, Output = Wild(random), ErrorOutput = Wild(random) });
            var report = new RunReport(plan, results, [new TeardownError(Wild(random), Wild(random), new Failure(Wild(random), Wild(random), Wild(random)))], Account.Of(plan, results), new Ending.Complete())
            {
                RunId = Wild(random),
                WorkersText = Wild(random),
                Duration = TimeSpan.FromTicks(random.NextInt64(TimeSpan.TicksPerDay)),
            };

            var output = XDocument.Parse(Text(report), LoadOptions.PreserveWhitespace).Descendants("testcase").First().Element("system-out")?.Value ?? "";

            Assert.StartsWith(JUnitReport.Clean(results[new(0)].Output), output);
        }
    }

    [TestMethod]
    public void Characters_that_XML_cannot_hold_are_shown()
    {
        Assert.AreEqual("a␀b␛[0m\t\r\n\ufffd\ufffd😀\ufffdz", JUnitReport.Clean("a\0b\u001b[0m\t\r\n\ud800\ufffe😀\udc00z"));
        Assert.AreSame("nothing wrong", JUnitReport.Clean("nothing wrong"));
    }

    [TestMethod]
    public void The_file_is_replaced_whole_and_folders_are_made()
    {
        var folder = Directory.CreateTempSubdirectory("rondo-test-");
        var path = Path.Combine(folder.FullName, "a", "b", "junit.xml");
        var messages = new List<string>();

        Assert.IsTrue(JUnitReport.WriteFile(path, Samples.Everything(), s_context, messages.Add));
        Assert.IsTrue(JUnitReport.WriteFile(path, Samples.Everything(), s_context, messages.Add));

        Assert.IsEmpty(messages);
        Assert.AreEqual("testsuites", XDocument.Load(path).Root!.Name.LocalName);
        Assert.HasCount(1, Directory.GetFiles(Path.GetDirectoryName(path)!));
        folder.Delete(recursive: true);
    }

    [TestMethod]
    public void A_file_that_cannot_be_written_is_a_message()
    {
        var folder = Directory.CreateTempSubdirectory("rondo-test-");
        var messages = new List<string>();
        File.WriteAllText(Path.Combine(folder.FullName, "file"), "");
        var taken = folder.CreateSubdirectory("taken.xml");

        Assert.IsFalse(JUnitReport.WriteFile(Path.Combine(folder.FullName, "file", "junit.xml"), Samples.Everything(), s_context, messages.Add));
        Assert.IsFalse(JUnitReport.WriteFile(taken.FullName, Samples.Everything(), s_context, messages.Add));

        Assert.HasCount(2, messages);
        Assert.Contains("[RND5006]", messages[0]);
        Assert.HasCount(1, folder.GetFiles());
        folder.Delete(recursive: true);
    }

    private static string Text(RunReport report)
    {
        var stream = new MemoryStream();
        JUnitReport.Write(stream, report, s_context);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static string Wild(Random random)
    {
        var text = new char[random.Next(12)];
        for (var i = 0; i < text.Length; i++) text[i] = random.Next(3) switch { 0 => (char)random.Next(128), 1 => (char)random.Next(0xD700, 0xE100), _ => (char)random.Next(0x10000) };
        return new string(text);
    }

    [TestMethod]
    public void Parts_are_cases_beside_their_own_and_carry_the_failures()
    {
        var plan = Samples.PlanOf("Shop.CartTests.Adds", "Shop.CartTests.Known_bug");
        PartResult[] parts = [new PartResult("A", Outcome.Passed.Instance) { Output = "a speaks" }, new PartResult("B\\/C", new Outcome.Failed(Samples.Boom))];
        Dictionary<CaseIndex, CaseResult> results = new()
        {
            [new CaseIndex(0)] = new(new CaseIndex(0), new Outcome.Failed(new Failure(PartsOfCase.FailureType, PartsOfCase.TextOf(parts)!, null))) { Parts = parts, Worker = "w0" },
            [new CaseIndex(1)] = new(new CaseIndex(1), new Outcome.Skipped("expected failure: issue 12")) { Parts = parts },
        };
        using var stream = new MemoryStream();

        JUnitReport.Write(stream, new RunReport(plan, results, [], Account.Of(plan, results), new Ending.Complete()) { RunId = "r", WorkersText = "", Duration = TimeSpan.Zero }, new JUnitContext());

        var xml = System.Xml.Linq.XDocument.Parse(System.Text.Encoding.UTF8.GetString(stream.ToArray()));
        string Of(System.Xml.Linq.XElement one) => one.Attribute("name")!.Value + " " + (one.Element("failure") ?? one.Element("skipped"))?.Name.LocalName;
        CollectionAssert.AreEqual((string[])["Adds ", "Adds/A ", "Adds/B\\/C failure", "Known_bug skipped", "Known_bug/A ", "Known_bug/B\\/C skipped"], xml.Descendants("testcase").Select(Of).ToArray());
        Assert.AreEqual("6 1 0 2", string.Join(' ', ((string[])["tests", "failures", "errors", "skipped"]).Select(name => xml.Root!.Element("testsuite")!.Attribute(name)!.Value)));
        Assert.Contains("1 of 2 parts failed: B\\/C.", xml.Descendants("testcase").First().Element("system-out")!.Value);
    }
}
