// How each framework spells a project, a class and a test. Projects get nothing of this repository but the packed package.
using System.Text;

namespace Benchmarks;

/// <summary>A framework, or the limit it is compared with.</summary>
internal abstract record Framework(string Name)
{
    public static readonly Framework Hello = new HelloWorld();
    public static readonly Framework Bare = new BareLoop();
    public static readonly Framework Platform = new EmptyPlatformApp();
    public static readonly Framework PlatformLoop = new BareLoopOnThePlatform();
    public static readonly Framework MSTest = new MSTestFramework();
    public static readonly Framework NUnit = new NUnitFramework();

    // How many tests run at the same time, at most.
    private static readonly int[] s_atOnce = [1, 2, 256];

    public virtual string Properties => "";

    public abstract string Items { get; }

    public string ProjectFile => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <OutputType>Exe</OutputType>
            <AssemblyName>T</AssemblyName>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
            {Properties}
          </PropertyGroup>
          <ItemGroup>{Items}</ItemGroup>
          {Targets}
        </Project>

        """;

    protected virtual string Targets => "";

    public virtual IEnumerable<(string File, string Text)> Sources(Workload workload) => Tests(workload, "", "", "").Append(("Work.cs", Workload.Support));

    /// <summary>50 classes in a file.</summary>
    protected static IEnumerable<(string File, string Text)> Tests(Workload workload, string header, string onClass, string onTest)
    {
        foreach (var (classes, number) in workload.Classes.Chunk(50).Select((c, i) => (c, i)))
        {
            var text = new StringBuilder(header).Append('\n');
            foreach (var (type, tests) in classes)
            {
                text.Append(onClass).Append("public class ").Append(type).Append("\n{\n");
                foreach (var (name, body) in tests) text.Append("    ").Append(onTest).Append("public async Task ").Append(name).Append("() { ").Append(body).Append(" }\n");
                text.Append("}\n\n");
            }

            yield return ($"Tests{number}.cs", text.ToString());
        }
    }

    /// <summary>A method with a switch for each class, and the table of them.</summary>
    protected static string Calls(Workload workload)
    {
        var text = new StringBuilder();
        var calls = new StringBuilder();
        foreach (var (type, tests) in workload.Classes)
        {
            var all = tests.ToList();
            text.Append("    static Task ").Append(type).Append("(int i) { switch (i) {");
            for (var i = 0; i < all.Count; i++) text.Append(" case ").Append(i).Append(": return new ").Append(type).Append("().").Append(all[i].Name).Append("();");
            text.Append(" default: throw new InvalidOperationException(); } }\n");
            calls.Append('(').Append(type).Append(", ").Append(all.Count).Append("), ");
        }

        return text.Append("    static readonly (Func<int, Task> Call, int Count)[] s_all = [").Append(calls).Append("];\n").ToString();
    }

    protected static string Package(string name, string version) => $"""<PackageReference Include="{name}" Version="{version}" />""";

    private sealed record HelloWorld() : Framework("hello")
    {
        public override string Items => "";

        public override IEnumerable<(string File, string Text)> Sources(Workload workload) => [("Program.cs", "Console.WriteLine(\"total: 1\");\n")];
    }

    // The same classes and bodies. A switch for each class, so that the loop's own code costs next to nothing to compile.
    private sealed record BareLoop() : Framework("bare")
    {
        public override string Items => "";

        public override IEnumerable<(string File, string Text)> Sources(Workload workload)
        {
            var text = new StringBuilder();
            text.Append("public static class Program\n{\n").Append(Calls(workload)).Append("""
                    static async Task Main(string[] arguments)
                    {
                        int total = 0;
                        var open = new List<Task>();
                        bool atOnce = arguments is ["all"];
                        foreach (var (call, count) in s_all)
                        {
                            for (int i = 0; i < count; i++, total++)
                            {
                                if (atOnce) open.Add(call(i)); else await call(i);
                            }
                        }
                        await Task.WhenAll(open);
                        Console.WriteLine($"total: {total}");
                    }
                }

                """);
            return base.Sources(workload).Append(("Program.cs", text.ToString()));
        }
    }

    // The least that a framework on the platform can cost: one node, published as passed.
    private sealed record EmptyPlatformApp() : Framework("platform")
    {
        public override string Items => Package("Microsoft.Testing.Platform", Versions.Platform);

        public override IEnumerable<(string File, string Text)> Sources(Workload workload) => [("Program.cs", """
            using Microsoft.Testing.Platform.Builder;
            using Microsoft.Testing.Platform.Capabilities.TestFramework;
            using Microsoft.Testing.Platform.Extensions.Messages;
            using Microsoft.Testing.Platform.Extensions.TestFramework;

            var builder = await TestApplication.CreateBuilderAsync(args);
            builder.RegisterTestFramework(_ => new TestFrameworkCapabilities(), (_, _) => new Empty());
            using var app = await builder.BuildAsync();
            return await app.RunAsync();

            sealed class Empty : ITestFramework, IDataProducer
            {
                public string Uid => "empty";
                public string Version => "1.0.0";
                public string DisplayName => "empty";
                public string Description => "one node";
                public Type[] DataTypesProduced => [typeof(TestNodeUpdateMessage)];
                public Task<bool> IsEnabledAsync() => Task.FromResult(true);
                public Task<CreateTestSessionResult> CreateTestSessionAsync(CreateTestSessionContext context) => Task.FromResult(new CreateTestSessionResult { IsSuccess = true });
                public Task<CloseTestSessionResult> CloseTestSessionAsync(CloseTestSessionContext context) => Task.FromResult(new CloseTestSessionResult { IsSuccess = true });
                public async Task ExecuteRequestAsync(ExecuteRequestContext context)
                {
                    await Task.Yield();
                    var node = new TestNode { Uid = "T", DisplayName = "T", Properties = new PropertyBag(PassedTestNodeStateProperty.CachedInstance) };
                    await context.MessageBus.PublishAsync(this, new TestNodeUpdateMessage(context.Request.Session.SessionUid, node));
                    context.Complete();
                }
            }

            """)];
    }

    // The least that a framework on the platform can cost for many tests: the bare loop, and for each test a node that is published as passed.
    private sealed record BareLoopOnThePlatform() : Framework("platformloop")
    {
        public override string Items => Package("Microsoft.Testing.Platform", Versions.Platform);

        public override IEnumerable<(string File, string Text)> Sources(Workload workload)
        {
            var text = new StringBuilder("""
                using Microsoft.Testing.Platform.Builder;
                using Microsoft.Testing.Platform.Capabilities.TestFramework;
                using Microsoft.Testing.Platform.Extensions.Messages;
                using Microsoft.Testing.Platform.Extensions.TestFramework;

                public static class Program
                {

                """);
            text.Append(Calls(workload)).Append("""
                    static async Task<int> Main(string[] args)
                    {
                        var builder = await TestApplication.CreateBuilderAsync(args);
                        builder.RegisterTestFramework(_ => new TestFrameworkCapabilities(), (_, _) => new Loop());
                        using var app = await builder.BuildAsync();
                        return await app.RunAsync();
                    }

                    sealed class Loop : ITestFramework, IDataProducer
                    {
                        public string Uid => "loop";
                        public string Version => "1.0.0";
                        public string DisplayName => "loop";
                        public string Description => "a node for each test";
                        public Type[] DataTypesProduced => [typeof(TestNodeUpdateMessage)];
                        public Task<bool> IsEnabledAsync() => Task.FromResult(true);
                        public Task<CreateTestSessionResult> CreateTestSessionAsync(CreateTestSessionContext context) => Task.FromResult(new CreateTestSessionResult { IsSuccess = true });
                        public Task<CloseTestSessionResult> CloseTestSessionAsync(CloseTestSessionContext context) => Task.FromResult(new CloseTestSessionResult { IsSuccess = true });
                        public async Task ExecuteRequestAsync(ExecuteRequestContext context)
                        {
                            foreach (var (call, count) in s_all)
                            {
                                for (int i = 0; i < count; i++)
                                {
                                    await call(i);
                                    var name = call.Method.Name + "_" + i;
                                    var node = new TestNode { Uid = name, DisplayName = name, Properties = new PropertyBag(PassedTestNodeStateProperty.CachedInstance) };
                                    await context.MessageBus.PublishAsync(this, new TestNodeUpdateMessage(context.Request.Session.SessionUid, node));
                                }
                            }

                            context.Complete();
                        }
                    }
                }

                """);
            return base.Sources(workload).Append(("Program.cs", text.ToString()));
        }
    }

    private sealed record MSTestFramework() : Framework("mstest")
    {
        public override string Properties => "<EnableMSTestRunner>true</EnableMSTestRunner>";

        public override string Items => Package("MSTest.TestFramework", Versions.MSTest) + Package("MSTest.TestAdapter", Versions.MSTest);

        public override IEnumerable<(string File, string Text)> Sources(Workload workload)
        {
            var settings = s_atOnce.Select(n => ($"p{n}.runsettings",
                $"<?xml version=\"1.0\"?><RunSettings><MSTest><Parallelize><Workers>{n}</Workers><Scope>MethodLevel</Scope></Parallelize></MSTest></RunSettings>\n"));
            return Tests(workload, "using Microsoft.VisualStudio.TestTools.UnitTesting;", "[TestClass]\n", "[TestMethod] ")
                .Append(("Work.cs", Workload.Support))
                .Append(("Settings.cs", "[assembly: Microsoft.VisualStudio.TestTools.UnitTesting.Parallelize(Scope = Microsoft.VisualStudio.TestTools.UnitTesting.ExecutionScope.MethodLevel)]\n"))
                .Concat(settings);
        }
    }

    private sealed record NUnitFramework() : Framework("nunit")
    {
        public override string Properties => "<EnableNUnitRunner>true</EnableNUnitRunner>";

        public override string Items => Package("NUnit", Versions.NUnit) + Package("NUnit3TestAdapter", Versions.NUnitAdapter);

        public override IEnumerable<(string File, string Text)> Sources(Workload workload)
        {
            // No worker: everything on one thread, NUnit's own way to run one after the other.
            var settings = s_atOnce.Select(n => ($"p{n}.runsettings",
                $"<?xml version=\"1.0\"?><RunSettings><NUnit><NumberOfTestWorkers>{(n == 1 ? 0 : n)}</NumberOfTestWorkers></NUnit></RunSettings>\n"));
            return Tests(workload, "using NUnit.Framework;", "", "[Test] ")
                .Append(("Work.cs", Workload.Support))
                .Append(("Settings.cs", "[assembly: NUnit.Framework.Parallelizable(NUnit.Framework.ParallelScope.All)]\n"))
                .Concat(settings);
        }
    }
}

/// <summary>Rondo as its package brings it.</summary>
/// <param name="Version">Of the packed package.</param>
/// <param name="Generates">False: the same project and package without the generator and its analyzers. It only compiles; nothing would run.</param>
internal sealed record RondoFramework(string Version, bool Generates = true) : Framework(Generates ? "rondo" : "rondo-without-generator")
{
    public override string Items => Package("Rondo", Version);

    protected override string Targets => Generates ? "" : """
        <Target Name="WithoutGenerator" BeforeTargets="CoreCompile">
            <ItemGroup><Analyzer Remove="@(Analyzer)" Condition="'%(Filename)' == 'Rondo.Generator'" /></ItemGroup>
          </Target>
        """;

    public override IEnumerable<(string File, string Text)> Sources(Workload workload)
    {
        var all = Tests(workload, "", "", "[Test] ").Append(("Work.cs", Workload.Support));
        return Generates ? all : all.Append(("Program.cs", "public static class Program { public static void Main() { } }\n"));
    }
}

internal static class Versions
{
    // The same as in Directory.Packages.props, where each has its reason.
    public static string Platform { get; } = Repository.VersionOf("Microsoft.Testing.Platform");

    public static string MSTest { get; } = Repository.VersionOf("MSTest.TestFramework");

    public static string NUnit { get; } = Repository.VersionOf("NUnit");

    public static string NUnitAdapter { get; } = Repository.VersionOf("NUnit3TestAdapter");
}
