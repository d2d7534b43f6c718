// As much of TUnit as the suite uses: attributes and assertions, nothing that runs.
namespace TUnit.Core
{
    public enum HookType { Test, Class, Assembly }

    [AttributeUsage(AttributeTargets.Method)] public sealed class TestAttribute([System.Runtime.CompilerServices.CallerFilePath] string file = "") : Attribute { public string File => file; }
    [AttributeUsage(AttributeTargets.Method)] public sealed class BeforeAttribute(HookType type) : Attribute { public HookType Type => type; }
    [AttributeUsage(AttributeTargets.Method)] public sealed class AfterAttribute(HookType type) : Attribute { public HookType Type => type; }
    [AttributeUsage(AttributeTargets.All, AllowMultiple = true)] public class CategoryAttribute(string category) : Attribute { public string Category => category; }
    [AttributeUsage(AttributeTargets.All, AllowMultiple = true)] public class PropertyAttribute(string name, string value) : Attribute { public string All => name + value; }
    [AttributeUsage(AttributeTargets.All, AllowMultiple = true)] public class SkipAttribute(string reason) : Attribute { public string Reason => reason; }
    [AttributeUsage(AttributeTargets.All)] public class TimeoutAttribute(int milliseconds) : Attribute { public int Milliseconds => milliseconds; }
    [AttributeUsage(AttributeTargets.All)] public class RetryAttribute(int times) : Attribute { public int Times => times; }
    [AttributeUsage(AttributeTargets.All)] public sealed class RepeatAttribute(int times) : Attribute { public int Times => times; }
    [AttributeUsage(AttributeTargets.All)] public sealed class ExplicitAttribute : Attribute;
    [AttributeUsage(AttributeTargets.All)] public sealed class DisplayNameAttribute(string displayName) : Attribute { public string DisplayName => displayName; }

    [AttributeUsage(AttributeTargets.All)]
    public class NotInParallelAttribute : Attribute
    {
        public NotInParallelAttribute() { }
        public NotInParallelAttribute(string key) => Keys = [key];
        public NotInParallelAttribute(string[] keys) => Keys = keys;
        public string[] Keys { get; } = [];
    }

    [AttributeUsage(AttributeTargets.All, AllowMultiple = true)]
    public sealed class ArgumentsAttribute(params object?[]? values) : Attribute
    {
        public object?[]? Values => values;
        public string? DisplayName { get; set; }
        public string? Skip { get; set; }
    }

    [AttributeUsage(AttributeTargets.All, AllowMultiple = true)]
    public class MethodDataSourceAttribute : Attribute
    {
        public MethodDataSourceAttribute(string method) => Method = method;
        public MethodDataSourceAttribute(Type type, string method) => (Type, Method) = (type, method);
        public string Method { get; }
        public Type? Type { get; }
    }
}

namespace TUnit.Assertions
{
    public static class Assert
    {
        public static Task That(bool condition) => condition ? Task.CompletedTask : throw new Exception("not so");
    }
}
