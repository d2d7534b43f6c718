using System.Runtime.CompilerServices;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using System.Xml.Schema;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Control;
using Rondo.Engine.Planning;
using Rondo.Engine.Report;
using Rondo.Engine.Results;
using Rondo.Engine.Tests.Wire;

namespace Rondo.Engine.Tests.Report;

/// <summary>What readers of JUnit files take: the schema of the strictest, and what GitLab and GitHub's reporters look at.</summary>
[TestClass]
public sealed class JUnitSchemaTests
{
    public Microsoft.VisualStudio.TestTools.UnitTesting.TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void Every_outcome_and_every_attempt_fit_the_schema()
    {
        Assert.AreEqual("", Complaints(Written(Samples.Everything())));
        Assert.AreEqual("", Complaints(Written(Samples.Attempts())));
    }

    [TestMethod]
    public void Any_run_fits_the_schema()
    {
        var seed = Random.Shared.Next();
        TestContext.WriteLine($"seed {seed}");
        var any = new AnyValue(seed);
        var random = new Random(seed);

        for (var i = 0; i < 300; i++)
        {
            var plan = Samples.PlanOf("N.C.M(" + any.Text() + ")", "N.C.O", "N.D.P");
            var results = plan.Cases.ToDictionary(c => c.Index, c => (CaseResult)any.Make(typeof(CaseResult), 3)! with { Case = c.Index });
            var report = new RunReport(plan, results, [new TeardownError(any.Text(), any.Text(), new Failure(any.Text(), any.Text(), any.Text()))], Account.Of(plan, results), new Ending.Complete())
            {
                RunId = any.Text(),
                WorkersText = any.Text(),
                Duration = TimeSpan.FromTicks(random.NextInt64(TimeSpan.TicksPerDay * 30)),
            };

            Assert.AreEqual("", Complaints(Written(report)));
        }
    }

    [TestMethod]
    public void A_case_has_one_verdict_with_a_text_and_a_name_of_its_own()
    {
        var root = XDocument.Parse(Written(Samples.Everything())).Root!;

        var cases = root.Descendants("testcase").ToList();
        foreach (var one in cases)
        {
            var verdicts = one.Elements().Where(e => e.Name.LocalName is "failure" or "error" or "skipped").ToList();
            Assert.IsLessThanOrEqualTo(1, verdicts.Count);
            // GitLab shows the content of the element, others its attribute.
            foreach (var verdict in verdicts) Assert.IsTrue(verdict.Value.Length > 0 && verdict.Attribute("message")!.Value.Length > 0, verdict.ToString());
        }

        // Of two cases with one name GitLab drops the second.
        Assert.HasCount(cases.Count, cases.Select(c => c.Attribute("classname")!.Value + "." + c.Attribute("name")!.Value).Distinct().ToList());
        Assert.AreEqual("Shop.cs", root.Element("testsuite")!.Attribute("file")!.Value);
    }

    [TestMethod]
    [DataRow("<testsuites skipped='1'/>")]
    [DataRow("<testsuites><testsuite name='a' tests='1' failures='0' errors='0'><testcase name='a'><properties/></testcase></testsuite></testsuites>")]
    [DataRow("<testsuites><testsuite name='a' tests='1' failures='0' errors='0' time='0.0015'/></testsuites>")]
    [DataRow("<testsuites><testsuite name='a' tests='1' failures='0' errors='0'><testcase name='a'><flakyFailure type='a' time='1'/></testcase></testsuite></testsuites>")]
    public void The_schema_refuses_what_the_reader_refuses(string xml) => Assert.AreNotEqual("", Complaints(xml));

    private static string Written(RunReport report)
    {
        using var stream = new MemoryStream();
        JUnitReport.Write(stream, report, new JUnitContext { HostName = "build-1", Seed = 7 });
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static string Complaints(string xml, [CallerFilePath] string here = "")
    {
        var found = new StringBuilder();
        var settings = new XmlReaderSettings { ValidationType = ValidationType.Schema };
        settings.Schemas.Add(null, Path.Combine(Path.GetDirectoryName(here)!, "junit.xsd"));
        settings.ValidationFlags |= XmlSchemaValidationFlags.ReportValidationWarnings;
        settings.ValidationEventHandler += (_, what) => found.Append(what.Message).Append('\n');
        using var reader = XmlReader.Create(new StringReader(xml), settings);
        while (reader.Read())
        {
        }

        return found.ToString();
    }
}
