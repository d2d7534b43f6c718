using System.Collections;
using System.Reflection;
using Rondo.Catalog;
using Rondo.Generator.Model;

namespace Rondo.Reflection.Calls;

/// <summary>Writes and reads values of fixtures of the whole run, type by type as the generated code does.</summary>
internal sealed class CarriedValue
{
    private readonly Dictionary<string, CarriedType> _types;
    private readonly CarriedType _whole;
    private readonly Compilation _universe;

    private CarriedValue(EquatableArray<CarriedType> types, Compilation universe)
    {
        _types = types.ToDictionary(t => t.Key, StringComparer.Ordinal);
        (_whole, _universe) = (types[0], universe);
    }

    /// <param name="types">What the value is made of, itself first.</param>
    public static CarriedValue Of(EquatableArray<CarriedType> types, Compilation universe) => new(types, universe);

    public void Write(ValueWriter to, object? value) => Write(_whole, to, value);

    public object? Read(ValueReader from) => Read(_whole, from);

    private void Write(CarriedType type, ValueWriter to, object? value)
    {
        switch (type.Kind)
        {
            case CarriedKind.Scalar:
                var method = typeof(ValueWriter).GetMethod("Write" + type.Method)!;
                Call(method, to, type.As.Length > 0 ? Number(value!, method.GetParameters()[0].ParameterType) : value);
                break;
            case CarriedKind.Nullable:
                to.WriteBool(value is not null);
                if (value is not null) Write(_types[type.Element], to, value);
                break;
            case CarriedKind.Map:
                var inner = _types[type.Element];
                to.WriteMap(value is null ? null : Pairs((IEnumerable)value), (writer, one) => Write(inner, writer, one));
                break;
            case CarriedKind.Record:
                var declared = TypeOf(type);
                if (!type.IsStruct && !to.BeginRecord(value, declared)) return;
                foreach (var member in type.Members) Write(_types[member.Type], to, Property(declared, member.Name).GetValue(value, BindingFlags.DoNotWrapExceptions, null, null, null));
                if (!type.IsStruct) to.EndRecord();
                break;
            default:
                var element = _types[type.Element];
                to.WriteList(((IEnumerable?)value)?.Cast<object?>(), (writer, one) => Write(element, writer, one));
                break;
        }
    }

    private object? Read(CarriedType type, ValueReader from)
    {
        switch (type.Kind)
        {
            case CarriedKind.Scalar:
                var value = Call(typeof(ValueReader).GetMethod("Read" + type.Method)!, from);
                return type.As.Length == 0 ? value : Number(value!, TypeOf(type));
            case CarriedKind.Nullable:
                return from.ReadBool() ? Read(_types[type.Element], from) : null;
            case CarriedKind.Map:
                var ofValue = _types[type.Element];
                if (from.ReadMap(reader => Read(ofValue, reader)) is not { } pairs) return null;
                var map = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), TypeOf(ofValue)), StringComparer.Ordinal)!;
                foreach (var (key, one) in pairs) map.Add(key, one);
                return map;
            case CarriedKind.Record:
                return ReadRecord(type, from);
            default:
                var ofElement = _types[type.Element];
                if (from.ReadArray(reader => Read(ofElement, reader)) is not { } values) return null;
                var array = Array.CreateInstance(TypeOf(ofElement), values.Length);
                for (var i = 0; i < values.Length; i++) array.SetValue(values[i], i);
                return type.Kind == CarriedKind.Array ? array : Activator.CreateInstance(typeof(List<>).MakeGenericType(TypeOf(ofElement)), array);
        }
    }

    private object? ReadRecord(CarriedType type, ValueReader from)
    {
        if (!type.IsStruct && !from.ReadBool()) return null;
        var declared = TypeOf(type);
        var values = type.Members.Select(m => (m.Name, m.IsArgument, Value: Read(_types[m.Type], from))).ToList();
        var arguments = values.Where(v => v.IsArgument).Select(v => v.Value).ToArray();
        var names = values.Where(v => v.IsArgument).Select(v => v.Name).ToArray();
        var constructor = Array.Find(declared.GetConstructors(INamedTypeSymbol.Declared & ~BindingFlags.Static),
            c => c.GetParameters() is var p && p.Length == names.Length && p.Zip(names).All(both => string.Equals(both.First.Name, both.Second, StringComparison.OrdinalIgnoreCase)));
        // A struct has a constructor without parameters that metadata does not name.
        var record = constructor is null ? Activator.CreateInstance(declared)! : constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, arguments, null);
        foreach (var (name, _, value) in values.Where(v => !v.IsArgument)) Property(declared, name).SetValue(record, value, BindingFlags.DoNotWrapExceptions, null, null, null);
        return record;
    }

    private static IEnumerable<KeyValuePair<string, object?>> Pairs(IEnumerable map)
    {
        foreach (var pair in map)
        {
            var type = pair.GetType();
            yield return KeyValuePair.Create((string)type.GetProperty("Key")!.GetValue(pair)!, type.GetProperty("Value")!.GetValue(pair));
        }
    }

    // Numbers, characters and members of enums, which are carried as the widest number of their sign.
    private static object Number(object value, Type target)
    {
        if (target.IsEnum) return Enum.ToObject(target, value);
        if (value is char c) value = (ushort)c;
        if (target == typeof(char)) return (char)Convert.ToUInt16(value, System.Globalization.CultureInfo.InvariantCulture);
        return Convert.ChangeType(value, target, System.Globalization.CultureInfo.InvariantCulture);
    }

    private static object? Call(MethodInfo method, object on, params object?[] arguments) => method.Invoke(on, BindingFlags.DoNotWrapExceptions, null, arguments, null);

    private static PropertyInfo Property(Type type, string name)
    {
        for (var up = type; up is not null; up = up.BaseType)
        {
            if (up.GetProperty(name, INamedTypeSymbol.Declared) is { } property) return property;
        }

        throw new InvalidOperationException($"This is a bug in Rondo: '{type}' has no property '{name}'.");
    }

    private Type TypeOf(CarriedType type) => _universe.Kept<Type>(type.Code);
}
