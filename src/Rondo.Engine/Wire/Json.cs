// Reading and writing JSON by hand: no serializer, because a worker must be ready fast and AOT must work. Readers skip what they do
// not know and take defaults for what is missing, so that either side may be the older one.

namespace Rondo.Engine.Wire;

internal static class Json
{
    /// <summary>Null when the property is missing or null.</summary>
    public static string? TextOrNull(this JsonValue json, string name) =>
        json.TryGetProperty(name, out var value) && !value.IsNull ? value.GetString() : null;

    public static string Text(this JsonValue json, string name) => json.TextOrNull(name) ?? "";

    public static int Int(this JsonValue json, string name, int missing = 0) => json.TryGetProperty(name, out var value) ? value.GetInt32() : missing;

    public static int? IntOrNull(this JsonValue json, string name) =>
        json.TryGetProperty(name, out var value) && !value.IsNull ? value.GetInt32() : null;

    public static long Long(this JsonValue json, string name, long missing = 0) => json.TryGetProperty(name, out var value) ? value.GetInt64() : missing;

    public static bool Flag(this JsonValue json, string name, bool missing = false) => json.TryGetProperty(name, out var value) ? value.GetBoolean() : missing;

    /// <summary>Empty when the property is missing or null.</summary>
    public static IReadOnlyList<T> List<T>(this JsonValue json, string name, Func<JsonValue, T> read)
    {
        if (!json.TryGetProperty(name, out var list) || list.IsNull) return [];
        var length = list.Count;
        if (length == 0) return [];
        var items = new T[length];
        var i = 0;
        foreach (var item in list.Enumerate()) items[i++] = read(item);
        return items;
    }

    public static IReadOnlyList<int> Ints(this JsonValue json, string name) => json.List(name, item => item.GetInt32());

    public static IReadOnlyList<string> Texts(this JsonValue json, string name) => json.List(name, item => item.GetString() ?? "");

    public static void WriteInts(this JsonWriter writer, string name, IReadOnlyList<int> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values) writer.WriteNumberValue(value);
        writer.WriteEndArray();
    }

    public static void WriteTexts(this JsonWriter writer, string name, IReadOnlyList<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values) writer.WriteStringValue(value);
        writer.WriteEndArray();
    }

    public static void WriteUnlessNull(this JsonWriter writer, string name, string? value)
    {
        if (value is not null) writer.WriteString(name, value);
    }

    public static void WriteUnlessEmpty(this JsonWriter writer, string name, string value)
    {
        if (value.Length > 0) writer.WriteString(name, value);
    }
}
