using System.Collections;
using System.Reflection;
using System.Text;
using Rondo.Engine.Planning;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Tests.Wire;

/// <summary>Makes and compares values of wire types by their shape, so that a new message or property is covered the day it is added.</summary>
internal sealed class AnyValue(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>Every kind that is sent.</summary>
    public static IReadOnlyList<Type> MessageKinds { get; } = [.. typeof(Message).GetNestedTypes().Where(t => t != typeof(Message.Unknown))];

    public Message Message() => Message(MessageKinds[_random.Next(MessageKinds.Count)]);

    public Message Message(Type kind) => (Message)Make(kind, 3)!;

    public int Next(int below) => _random.Next(below);

    /// <summary>Well-formed text with everything that is hard on a wire: control characters, quotes, line ends, several planes.</summary>
    public string Text()
    {
        string[] parts = ["a", "\0", "\u001b[31m", "\"", "\\", "\r\n", "\n", "ß", "漢", "😀", "]]>", "</x>", "\u2028", "\ufeff", "\uffff", "{}", "é", "\u007f", " "];
        var text = new StringBuilder();
        for (var i = _random.Next(6); i > 0; i--) text.Append(parts[_random.Next(parts.Length)]);
        return text.ToString();
    }

    public object? Make(Type type, int depth)
    {
        if (type == typeof(string)) return Text();
        if (type == typeof(int)) return _random.Next(4) == 0 ? int.MinValue : _random.Next(-5, 1000);
        if (type == typeof(long)) return _random.NextInt64(-5, long.MaxValue);
        if (type == typeof(bool)) return _random.Next(2) == 0;
        if (type == typeof(CaseIndex)) return new CaseIndex(_random.Next(1000));
        if (type == typeof(TimeSpan)) return TimeSpan.FromTicks(_random.NextInt64(0, TimeSpan.TicksPerDay));
        if (type == typeof(DateTimeOffset)) return new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.FromHours(_random.Next(-10, 10))).AddTicks(_random.NextInt64(TimeSpan.TicksPerDay));
        if (type.IsEnum) return Enum.GetValues(type).GetValue(_random.Next(Enum.GetValues(type).Length));
        if (Nullable.GetUnderlyingType(type) is { } inner) return _random.Next(2) == 0 ? null : Make(inner, depth);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>)) return KeyValuePair.Create(Text(), Text());
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)) return MakeList(type.GenericTypeArguments[0], depth);
        if (type.IsAbstract)
        {
            var kinds = type.GetNestedTypes();
            return Make(kinds[_random.Next(kinds.Length)], depth);
        }

        return MakeRecord(type, depth);
    }

    private Array MakeList(Type item, int depth)
    {
        var list = Array.CreateInstance(item, depth <= 0 ? 0 : _random.Next(4));
        for (var i = 0; i < list.Length; i++) list.SetValue(Make(item, depth - 1), i);
        return list;
    }

    private object MakeRecord(Type type, int depth)
    {
        var nullable = new NullabilityInfoContext();
        var constructor = type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).First();
        var value = constructor.Invoke([.. constructor.GetParameters().Select(p =>
            nullable.Create(p).WriteState == NullabilityState.Nullable && (depth <= 0 || _random.Next(3) == 0) ? null : Make(p.ParameterType, depth - 1))]);
        var given = constructor.GetParameters().Select(p => p.Name).ToHashSet();
        foreach (var property in type.GetProperties().Where(p => p.SetMethod is not null && !given.Contains(p.Name)))
        {
            if (_random.Next(4) > 0) property.SetValue(value, Make(property.PropertyType, depth - 1));
            else if (property.PropertyType == typeof(string) && property.GetValue(value) is null) property.SetValue(value, "");
        }

        return value;
    }

    /// <summary>All that is in a value, as text: two are equal when these are.</summary>
    public static string Describe(object? value) => value switch
    {
        null => "null",
        string text => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'",
        DateTimeOffset time => time.ToString("O", null),
        IEnumerable list => "[" + string.Join(", ", list.Cast<object>().Select(Describe)) + "]",
        _ when value.GetType().IsPrimitive || value.GetType().IsEnum || value is TimeSpan => value.ToString()!,
        _ => value.GetType().Name + "{" + string.Join(", ", value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.GetIndexParameters().Length == 0).Select(p => p.Name + "=" + Describe(p.GetValue(value)))) + "}",
    };
}
