// Reading and writing JSON by hand: no serializer, because a worker must be ready fast and AOT must work. Readers skip what they do
// not know and take defaults for what is missing, so that either side may be the older one.
using System.Text.Json;

namespace Rondo.Engine.Wire;

internal static class Json
{
    /// <summary>Null when the property is missing or null.</summary>
    public static string? TextOrNull(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.GetString() : null;

    public static string Text(this JsonElement json, string name) => json.TextOrNull(name) ?? "";

    public static int Int(this JsonElement json, string name, int missing = 0) => json.TryGetProperty(name, out var value) ? value.GetInt32() : missing;

    public static int? IntOrNull(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.GetInt32() : null;

    public static long Long(this JsonElement json, string name, long missing = 0) => json.TryGetProperty(name, out var value) ? value.GetInt64() : missing;

    public static bool Flag(this JsonElement json, string name, bool missing = false) => json.TryGetProperty(name, out var value) ? value.GetBoolean() : missing;

    /// <summary>Empty when the property is missing or null.</summary>
    public static IReadOnlyList<T> List<T>(this JsonElement json, string name, Func<JsonElement, T> read)
    {
        if (!json.TryGetProperty(name, out var list) || list.ValueKind == JsonValueKind.Null) return [];
        var length = list.GetArrayLength();
        if (length == 0) return [];
        var items = new T[length];
        var i = 0;
        foreach (var item in list.EnumerateArray()) items[i++] = read(item);
        return items;
    }

    public static IReadOnlyList<int> Ints(this JsonElement json, string name) => json.List(name, item => item.GetInt32());

    public static IReadOnlyList<string> Texts(this JsonElement json, string name) => json.List(name, item => item.GetString() ?? "");

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
