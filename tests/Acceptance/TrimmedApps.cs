using Rondo.Acceptance.Projects;
using Rondo.Acceptance.Running;

namespace Rondo.Acceptance;

/// <summary>A suite that is published with everything it needs and nothing else: the linker has seen all of it and warned of nothing.</summary>
[TestClass]
[DoNotParallelize]
public sealed class TrimmedApps
{
    [TestMethod]
    public async Task A_trimmed_suite_runs_on_workers_and_in_process()
    {
        var folder = await PackedFeed.NewFolderAsync("trimmed");
        // The runtime that is published may have to come from where the user's packages come from.
        var config = Path.Combine(folder, "nuget.config");
        await File.WriteAllTextAsync(config, (await File.ReadAllTextAsync(config)).Replace("<packageSources><clear />", "<packageSources>", StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(folder, "trimmed.csproj"), """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <PublishTrimmed>true</PublishTrimmed>
                <TrimmerSingleWarn>false</TrimmerSingleWarn>
              </PropertyGroup>
              <ItemGroup><PackageReference Include="Rondo" Version="*" /></ItemGroup>
            </Project>
            """);
        await File.WriteAllTextAsync(Path.Combine(folder, "Tests.cs"), """
            public sealed class Tests(string word)
            {
                [Fixture(FixtureScope.Worker)] public static async Task Word(Use<string> use) { await Task.Yield(); await use("word"); }
                [Test] public async Task Awaits(EventLoop loop, CancellationToken stop) { await Task.Delay(1, stop); if (word != "word" || loop is null) throw new Exception(word); }
                [Test, Case(1, DayOfWeek.Monday), Case(2, null)] public void Takes(int number, DayOfWeek? day) { if (number == 1 != day is not null) throw new Exception("day"); }
                [Test, CasesFrom(nameof(Rows))] public void Takes_rows(decimal value, string text) { if (text.Length != value) throw new Exception(text); }
                public static IEnumerable<(decimal, string)> Rows() => [(1, "a"), (2, "ab")];
                [Test] public void Fails() => throw new Exception("meant to fail");
            }
            """);

        var publish = await Tool.RunAsync(folder, TimeSpan.FromMinutes(6), "dotnet", "publish", "--use-current-runtime", "--self-contained", "-o", "out", "-nologo", "-v", "q");
        if (publish.ExitCode != 0 && new[] { "NU1101", "NU1102", "NU1103", "NU1301" }.Any(code => publish.Output.Contains(code, StringComparison.Ordinal)))
        {
            Assert.Inconclusive($"The runtime that a suite is published with is not to be had here:\n{publish.Output}");
        }

        Assert.AreEqual(0, publish.ExitCode, publish.Output);
        Assert.DoesNotContain("warning", publish.Output);
        foreach (var workers in new[] { "0", "2" })
        {
            var run = await Tool.RunAsync(folder, TimeSpan.FromMinutes(2), Path.Combine(folder, "out", OperatingSystem.IsWindows() ? "trimmed.exe" : "trimmed"), "-n", workers);
            Assert.AreEqual(2, run.ExitCode, run.Output);
            Assert.AreEqual(new Account(6, 5, 1, 0, 0), Account.Find(run.Output), run.Output);
            Assert.Contains("meant to fail", run.Output);
        }
    }
}
