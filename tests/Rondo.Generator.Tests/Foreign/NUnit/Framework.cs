// As much of NUnit as the suite uses: attributes and assertions, nothing that runs.
namespace NUnit.Framework;

[AttributeUsage(AttributeTargets.Method)] public sealed class TestAttribute : Attribute;
[AttributeUsage(AttributeTargets.Class)] public sealed class TestFixtureAttribute : Attribute;
[AttributeUsage(AttributeTargets.Method)] public sealed class SetUpAttribute : Attribute;
[AttributeUsage(AttributeTargets.Method)] public sealed class TearDownAttribute : Attribute;
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)] public sealed class NonParallelizableAttribute : Attribute;
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)] public sealed class DescriptionAttribute(string text) : Attribute { public string Text => text; }
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)] public sealed class IgnoreAttribute(string reason) : Attribute { public string Reason => reason; }
[AttributeUsage(AttributeTargets.Method)] public sealed class CancelAfterAttribute(int milliseconds) : Attribute { public int Milliseconds => milliseconds; }
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class, AllowMultiple = true)] public sealed class CategoryAttribute(string name) : Attribute { public string Name => name; }
[AttributeUsage(AttributeTargets.Class)] public sealed class ParallelizableAttribute(ParallelScope scope = ParallelScope.Self) : Attribute { public ParallelScope Scope => scope; }

public enum ParallelScope { Self, All }

[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class TestCaseAttribute(params object?[]? arguments) : Attribute
{
    public object?[]? Arguments => arguments;
    public string? TestName { get; set; }
    public string? Ignore { get; set; }
}

[AttributeUsage(AttributeTargets.Method)]
public sealed class TestCaseSourceAttribute : Attribute
{
    public TestCaseSourceAttribute(string name) => Name = name;
    public TestCaseSourceAttribute(Type type, string name) => (Type, Name) = (type, name);
    public string Name { get; }
    public Type? Type { get; }
}

public sealed class TestCaseData(params object?[] arguments) { public object?[] Arguments => arguments; }

public static class Assert
{
    public static void That(bool condition, string? message = null) { if (!condition) throw new Exception(message ?? "not so"); }
    public static void That<T>(T actual, Constraint expected) => That(Equals(actual, expected.Value));
    public static void Throws<T>(Action code) where T : Exception { try { code(); } catch (T) { return; } throw new Exception("nothing was thrown"); }
}

public sealed record Constraint(object? Value);

public static class Is
{
    public static Constraint Empty { get; } = new("");
    public static Constraint Null { get; } = new((object?)null);
    public static Constraint True { get; } = new(true);
    public static Constraint EqualTo(object? value) => new(value);
}
