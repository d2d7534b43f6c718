using Rondo.Adapter;
using Rondo.Catalog;
using Rondo.Engine.Planning;
using Rondo.Engine.Report;
using Rondo.Engine.Results;

namespace Rondo.Tests;

/// <summary>Cases and results made by hand.</summary>
internal static class Catalogs
{
    public static PlannedCase Case(string arguments = "", string space = "Shop.Checkout", string type = "OrderTests", string[]? tags = null)
    {
        var marks = new Marks { Tags = tags ?? [] };
        var tests = new List<TestMethod>();
        var testClass = new TestClass(new NoEntry(), 0, "Shop.Tests", space, type, "/src/OrderTests.cs", 5, marks, tests);
        var test = new TestMethod(testClass, 0, "Is_paid", 12, true, []) { ParameterTypes = ["System.Int32"], ReturnType = "System.Threading.Tasks.Task", Marks = marks };
        tests.Add(test);
        var id = test.Id + (arguments.Length == 0 ? "" : $"({arguments})");
        return new PlannedCase(new CaseIndex(0), id, "order is paid", test, new CaseKey(0, false), marks);
    }

    public static CaseResult Result(Outcome outcome) => new(new CaseIndex(0), outcome)
    {
        Worker = "w1",
        StartedAt = DateTimeOffset.UnixEpoch,
        Duration = TimeSpan.FromMilliseconds(1500),
    };

    public static Failure Boom { get; } = new("System.InvalidOperationException", "boom", "   at Shop.Pay()");

    public static Nodes Nodes(int? seed = null) => new(null, new RerunCommand(["/bin/shop tests"], Shell.Posix), seed);

    private sealed class NoEntry : TestClassEntry
    {
        public override string Table => "";

        public override Task? Invoke(int test, object? self, object?[] values) => throw new InvalidOperationException("Nothing is called here.");
    }
}
