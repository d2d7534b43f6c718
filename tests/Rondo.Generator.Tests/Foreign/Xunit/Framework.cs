// As much of xUnit as the suite uses: attributes and assertions, nothing that runs.
namespace Xunit;

[AttributeUsage(AttributeTargets.Method)]
public class FactAttribute : Attribute
{
    public string? DisplayName { get; set; }
    public string? Skip { get; set; }
    public int Timeout { get; set; }
}

public class TheoryAttribute : FactAttribute;

[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class InlineDataAttribute(params object?[]? data) : Attribute
{
    public object?[]? Data => data;
    public string? Skip { get; set; }
}

[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class MemberDataAttribute(string member, params object?[] arguments) : Attribute
{
    public string Member => member;
    public object?[] Arguments => arguments;
    public Type? MemberType { get; set; }
}

[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class, AllowMultiple = true)]
public sealed class TraitAttribute(string name, string value) : Attribute
{
    public string Name => name;
    public string Value => value;
}

public class TheoryData<T> : List<object[]> { public void Add(T a) => Add([a!]); }
public class TheoryData<T1, T2> : List<object[]> { public void Add(T1 a, T2 b) => Add([a!, b!]); }
public class TheoryData<T1, T2, T3> : List<object[]> { public void Add(T1 a, T2 b, T3 c) => Add([a!, b!, c!]); }

public static class Assert
{
    public static void Equal<T>(T expected, T actual) { if (!EqualityComparer<T>.Default.Equals(expected, actual)) throw new Exception($"{expected} is not {actual}"); }
    public static void True(bool condition) => Equal(true, condition);
    public static void False(bool condition) => Equal(false, condition);
    public static void Null(object? value) => Equal(null, value);
    public static void NotNull(object? value) => Equal(true, value is not null);
    public static T Throws<T>(Action code) where T : Exception { try { code(); } catch (T e) { return e; } throw new Exception("nothing was thrown"); }
    public static async Task<T> ThrowsAsync<T>(Func<Task> code) where T : Exception { try { await code(); } catch (T e) { return e; } throw new Exception("nothing was thrown"); }
}
