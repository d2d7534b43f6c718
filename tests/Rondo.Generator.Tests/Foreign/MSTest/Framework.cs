// As much of MSTest as the suite uses: attributes and assertions, nothing that runs.
namespace Microsoft.VisualStudio.TestTools.UnitTesting;

[AttributeUsage(AttributeTargets.Class)] public sealed class TestClassAttribute : Attribute;
[AttributeUsage(AttributeTargets.Method)] public class TestMethodAttribute(string? displayName = null) : Attribute { public string? DisplayName { get; set; } = displayName; }
[AttributeUsage(AttributeTargets.Method)] public sealed class DataTestMethodAttribute : TestMethodAttribute;
[AttributeUsage(AttributeTargets.Method)] public sealed class TestInitializeAttribute : Attribute;
[AttributeUsage(AttributeTargets.Method)] public sealed class TestCleanupAttribute : Attribute;
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)] public sealed class DoNotParallelizeAttribute : Attribute;
[AttributeUsage(AttributeTargets.Method)] public sealed class OwnerAttribute(string name) : Attribute { public string Name => name; }
[AttributeUsage(AttributeTargets.Method)] public sealed class TimeoutAttribute(int milliseconds) : Attribute { public int Milliseconds => milliseconds; }
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)] public sealed class IgnoreAttribute(string? reason = null) : Attribute { public string? Reason => reason; }
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class, AllowMultiple = true)] public sealed class TestCategoryAttribute(string name) : Attribute { public string Name => name; }

[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class DataRowAttribute(params object?[]? data) : Attribute
{
    public object?[]? Data => data;
    public string? DisplayName { get; set; }
}

public enum DynamicDataSourceType { Property, Method }

[AttributeUsage(AttributeTargets.Method)]
public sealed class DynamicDataAttribute : Attribute
{
    public DynamicDataAttribute(string member, DynamicDataSourceType kind = DynamicDataSourceType.Property) => (Member, Kind) = (member, kind);
    public DynamicDataAttribute(string member, Type type) => (Member, Type) = (member, type);
    public string Member { get; }
    public Type? Type { get; }
    public DynamicDataSourceType Kind { get; }
}

public static class Assert
{
    public static void AreEqual<T>(T expected, T actual) { if (!EqualityComparer<T>.Default.Equals(expected, actual)) throw new Exception($"{expected} is not {actual}"); }
    public static void IsTrue(bool condition) => AreEqual(true, condition);
    public static void IsNull(object? value) => AreEqual(null, value);
    public static void ThrowsExactly<T>(Action code) where T : Exception { try { code(); } catch (T) { return; } throw new Exception("nothing was thrown"); }
}
