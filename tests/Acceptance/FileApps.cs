using Rondo.Acceptance.Projects;
using Rondo.Acceptance.Running;

namespace Rondo.Acceptance;

/// <summary>Tests in one file without a project: <c>dotnet run tests.cs</c>.</summary>
[TestClass]
[DoNotParallelize]
public sealed class FileApps
{
    // What PublishAot brings to a build, and file-based programs have it by default: the analyzers, and a runtime without these abilities.
    private const string AsForNativeCode = """
        #:property IsAotCompatible=true
        #:property DynamicCodeSupport=false
        #:property EventSourceSupport=false
        #:property JsonSerializerIsReflectionEnabledByDefault=false
        #:property StartupHookSupport=false
        #:property UseSystemResourceKeys=false
        """;

    private const string Tests = """

        public static class Fixtures
        {
            [Fixture] public static string Word() => "word";
        }

        public sealed class FileTests
        {
            [Test] public async Task Passes(string word, CancellationToken stop) { await Task.Delay(1, stop); if (word != "word") throw new Exception(word); }
            [Test, Case(1), Case(2)] public void Takes_cases(int number) { if (number > 2) throw new Exception("too many"); }
            [Test] public void Fails() => throw new Exception("this one is meant to fail");
        }

        """;

    [TestMethod]
    public async Task A_file_runs_without_a_project()
    {
        var folder = await PackedFeed.NewFolderAsync("file");
        await File.WriteAllTextAsync(Path.Combine(folder, "tests.cs"), "#:package Rondo@*\n#:property PublishAot=false\n" + AsForNativeCode + Tests);

        var all = await RunAsync(folder, "tests.cs", "-n", "2");
        var some = await RunAsync(folder, "tests.cs", "-n", "0", "-k", "not Fails");

        Assert.AreEqual(2, all.ExitCode, all.Output);
        Assert.AreEqual(new Account(4, 3, 1, 0, 0), Account.Find(all.Output), all.Output);
        Assert.Contains("this one is meant to fail", all.Output);
        Assert.Contains("tests.cs:", all.Output);
        Assert.DoesNotContain("warning", all.Output);
        Assert.AreEqual(0, some.ExitCode, some.Output);
        Assert.AreEqual(new Account(3, 3, 0, 0, 0), Account.Find(some.Output), some.Output);
    }

    [TestMethod]
    public async Task A_file_may_ask_for_other_packages_of_Rondo()
    {
        var folder = await PackedFeed.NewFolderAsync("file-properties");
        await File.WriteAllTextAsync(Path.Combine(folder, "sums.cs"), """
            #:package Rondo@*
            #:package Rondo.FsCheck@*
            #:property PublishAot=false

            public sealed class Sums
            {
                [Test] public void The_order_does_not_matter() => PropertyTest.Check((int a, int b) => a + b == b + a);
                [Test] public void Stays_below() => PropertyTest.Check((int a) => a < 5, new PropertyOptions { Seed = 1 });
            }

            """);

        var run = await RunAsync(folder, "sums.cs", "-n", "0");

        Assert.AreEqual(2, run.ExitCode, run.Output);
        Assert.AreEqual(new Account(2, 1, 1, 0, 0), Account.Find(run.Output), run.Output);
        Assert.Contains("The property does not hold for 5.", run.Output);
    }

    [TestMethod]
    public async Task A_file_runs_with_one_line_and_the_settings_of_the_SDK()
    {
        var folder = await PackedFeed.NewFolderAsync("file-alone");
        // The compiler for native code, which the SDK wants at hand, may have to come from where the user's packages come from.
        var config = Path.Combine(folder, "nuget.config");
        await File.WriteAllTextAsync(config, (await File.ReadAllTextAsync(config)).Replace("<packageSources><clear />", "<packageSources>", StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(folder, "tests.cs"), "#:package Rondo@*\n" + Tests);

        var run = await RunAsync(folder, "tests.cs", "-n", "2");

        if (run.Output.Contains("NU1101", StringComparison.Ordinal) && run.Output.Contains("NativeAOT", StringComparison.Ordinal) || run.Output.Contains("NU1301", StringComparison.Ordinal))
        {
            Assert.Inconclusive($"The packages of the compiler for native code, which a file-based program has restored by default, are not to be had here:\n{run.Output}");
        }

        Assert.AreEqual(2, run.ExitCode, run.Output);
        Assert.AreEqual(new Account(4, 3, 1, 0, 0), Account.Find(run.Output), run.Output);
        Assert.DoesNotContain("warning", run.Output);
    }

    /// <summary>Runs a file; what the SDK builds from it goes into the folder as well, not into the user's home, so that nothing of an earlier run is taken for new.</summary>
    internal static Task<(int ExitCode, string Output)> RunAsync(string folder, string file, params string[] arguments)
    {
        var data = Directory.CreateDirectory(Path.Combine(folder, "data")).FullName;
        return Tool.RunAsync(folder, TimeSpan.FromMinutes(5), new Dictionary<string, string> { ["XDG_DATA_HOME"] = data }, "dotnet", ["run", file, "--", .. arguments]);
    }
}
