using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Tests.Wire;

/// <summary>The engine reads what the platform's reader reads, in the same way, and refuses what that refuses.</summary>
[TestClass]
public sealed class JsonValueTests
{
    private static readonly object s_refused = new();

    [TestMethod]
    public void Any_document_says_the_same_to_both_readers()
    {
        for (var round = 0; round < 3_000; round++)
        {
            var seed = Random.Shared.Next();
            var text = Encoding.UTF8.GetBytes(AnyDocument(new Random(seed)));

            using var theirs = JsonDocument.Parse(text);
            AssertSame(theirs.RootElement, JsonValue.Parse(text), $"Seed {seed}");
        }
    }

    [TestMethod]
    public void A_damaged_document_is_refused_by_both_or_says_the_same_to_both()
    {
        int refused = 0, read = 0;
        for (var round = 0; round < 30_000; round++)
        {
            var seed = Random.Shared.Next();
            var random = new Random(seed);
            var text = Damaged(Encoding.UTF8.GetBytes(AnyDocument(random)), random);

            JsonDocument? theirs = null;
            try
            {
                theirs = JsonDocument.Parse(text);
            }
            catch (JsonException)
            {
                refused++;
                Assert.ThrowsExactly<FormatException>(() => JsonValue.Parse(text), $"Seed {seed}: {Encoding.UTF8.GetString(text)}");
            }

            if (theirs is null) continue;
            read++;
            using (theirs) AssertSame(theirs.RootElement, JsonValue.Parse(text), $"Seed {seed}");
        }

        Assert.IsGreaterThan(1_000, refused);
        Assert.IsGreaterThan(1_000, read);
    }

    [TestMethod]
    [DataRow("0")]
    [DataRow("-0")]
    [DataRow("9223372036854775807")]
    [DataRow("-9223372036854775808")]
    [DataRow("9223372036854775808")]
    [DataRow("-9223372036854775809")]
    [DataRow("92233720368547758070")]
    [DataRow("2147483647")]
    [DataRow("-2147483648")]
    [DataRow("2147483648")]
    [DataRow("1.0")]
    [DataRow("1e2")]
    [DataRow("0.1")]
    [DataRow("-1.7976931348623157E+308")]
    [DataRow("01")]
    [DataRow("-")]
    [DataRow("1.")]
    [DataRow(".1")]
    [DataRow("1e")]
    [DataRow("+1")]
    [DataRow("1x")]
    [DataRow("NaN")]
    public void A_number_is_the_same_to_both(string text) => AssertSameOfAll(text);

    [TestMethod]
    [DataRow("")]
    [DataRow(" \r\n\t")]
    [DataRow("nul")]
    [DataRow("nulls")]
    [DataRow("true false")]
    [DataRow("[1,]")]
    [DataRow("{\"a\":1,}")]
    [DataRow("{\"a\" 1}")]
    [DataRow("{a:1}")]
    [DataRow("[1 2]")]
    [DataRow("[")]
    [DataRow("{")]
    [DataRow("{\"a\":")]
    [DataRow("]")]
    [DataRow("[}")]
    [DataRow("\"a")]
    [DataRow("\"\\x\"")]
    [DataRow("\"\\u12\"")]
    [DataRow("\"\\u12g4\"")]
    [DataRow("\"\\")]
    [DataRow("\"a\tb\"")]
    [DataRow("// no\n1")]
    [DataRow("\uFEFF1")]
    [DataRow("\"\\ud83d\\ude00\"")]
    [DataRow("\"\\ud83d\"")]
    [DataRow("\"\\ude00\\ud83d\"")]
    [DataRow("\"\\ud83d\\u0041\"")]
    [DataRow("{\"a\":1,\"\\u0061\":2,\"a\":3}")]
    [DataRow("{\"\":1}")]
    public void So_is_what_is_seldom_or_wrong(string text) => AssertSameOfAll(text);

    [TestMethod]
    [DataRow(64)]
    [DataRow(65)]
    public void So_is_the_depth_that_is_read(int depth)
    {
        AssertSameOfAll(new string('[', depth) + new string(']', depth));
        AssertSameOfAll(string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth));
    }

    [TestMethod]
    public void A_text_that_is_no_UTF8_is_refused_when_it_is_asked_for()
    {
        byte[] text = [(byte)'[', (byte)'"', 0xC3, 0x28, (byte)'"', (byte)',', (byte)'"', 0xFF, (byte)'\\', (byte)'n', (byte)'"', (byte)']'];
        using var theirs = JsonDocument.Parse(text);

        AssertSame(theirs.RootElement, JsonValue.Parse(text), "");
    }

    [TestMethod]
    public void What_is_not_of_the_kind_that_is_asked_for_is_an_error_that_says_both()
    {
        var value = JsonValue.Parse("{\"a\":[]}");

        Assert.AreEqual("a text was expected, and an object is there.", Assert.ThrowsExactly<InvalidOperationException>(() => value.GetString()).Message);
        Assert.IsTrue(value.TryGetProperty("a", out var list));
        Assert.AreEqual("an object was expected, and a list is there.", Assert.ThrowsExactly<InvalidOperationException>(() => list.TryGetProperty("b", out _)).Message);
        Assert.IsFalse(value.TryGetProperty("b", out var missing));
        Assert.AreEqual(JsonKind.Missing, missing.Kind);
        Assert.AreEqual("there is ':' where it cannot be, at byte 1.", Assert.ThrowsExactly<FormatException>(() => JsonValue.Parse("[:")).Message);
        Assert.AreEqual("the document ends too early.", Assert.ThrowsExactly<FormatException>(() => JsonValue.Parse("[")).Message);
    }

    private static void AssertSameOfAll(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        JsonDocument? theirs = null;
        try
        {
            theirs = JsonDocument.Parse(bytes);
        }
        catch (JsonException)
        {
            Assert.ThrowsExactly<FormatException>(() => JsonValue.Parse(bytes), text);
        }

        if (theirs is null) return;
        using (theirs) AssertSame(theirs.RootElement, JsonValue.Parse(bytes), text);
    }

    private static void AssertSame(JsonElement theirs, JsonValue own, string where)
    {
        switch (theirs.ValueKind)
        {
            case JsonValueKind.Object:
                Assert.AreEqual(JsonKind.Object, own.Kind, where);
                Assert.AreEqual(theirs.EnumerateObject().Count(), own.Count, where);
                // Theirs finds nothing beside a name that is no text.
                var names = theirs.EnumerateObject().Select(property => OrError(() => property.Name)).ToArray();
                foreach (var name in names.Contains(s_refused) ? [] : names.Cast<string>())
                {
                    Assert.IsTrue(own.TryGetProperty(name, out var value), where + ", " + name);
                    AssertSame(theirs.GetProperty(name), value, where + ", " + name);
                }

                Assert.IsFalse(own.TryGetProperty("no such name", out _), where);
                break;
            case JsonValueKind.Array:
                Assert.AreEqual(JsonKind.List, own.Kind, where);
                Assert.AreEqual(theirs.GetArrayLength(), own.Count, where);
                var at = 0;
                foreach (var item in own.Enumerate()) AssertSame(theirs[at], item, where + ", " + at++);
                Assert.AreEqual(theirs.GetArrayLength(), at, where);
                break;
            case JsonValueKind.String:
                Assert.AreEqual(JsonKind.Text, own.Kind, where);
                Assert.AreEqual(OrError(() => theirs.GetString()), OrError(() => own.GetString()), where);
                break;
            case JsonValueKind.Number:
                Assert.AreEqual(JsonKind.Number, own.Kind, where);
                Assert.AreEqual(OrError(() => theirs.GetInt64()), OrError(() => own.GetInt64()), where);
                Assert.AreEqual(OrError(() => theirs.GetInt32()), OrError(() => own.GetInt32()), where);
                Assert.AreEqual(theirs.GetDouble(), own.GetDouble(), where);
                break;
            case JsonValueKind.Null:
                Assert.AreEqual(JsonKind.Null, own.Kind, where);
                Assert.IsNull(own.GetString(), where);
                break;
            default:
                Assert.AreEqual(theirs.GetBoolean(), own.GetBoolean(), where);
                break;
        }
    }

    // Which exception it is differs; that there is one, and that readers know it, must not.
    private static object? OrError<T>(Func<T> value)
    {
        try
        {
            return value();
        }
        catch (Exception error) when (error is InvalidOperationException or FormatException or ArgumentException)
        {
            return s_refused;
        }
    }

    private static byte[] Damaged(byte[] text, Random random)
    {
        var bytes = text.ToList();
        for (var times = random.Next(1, 3); times > 0 && bytes.Count > 0; times--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes.RemoveAt(at);
                    break;
                case 1:
                    bytes.Insert(at, "\"\\{}[]:,0e-u \n"u8[random.Next(14)]);
                    break;
                case 2:
                    bytes[at] = "\"\\{}[]:,0e-u \n"u8[random.Next(14)];
                    break;
                case 3:
                    bytes[at] = (byte)random.Next(32, 127);
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }

        return [.. bytes];
    }

    private static string AnyDocument(Random random)
    {
        var text = new StringBuilder();
        AddValue(0);
        return text.ToString();

        void AddValue(int depth)
        {
            AddBlank();
            switch (random.Next(depth > 5 ? 5 : 9))
            {
                case 0:
                    text.Append(random.Next(2) == 0 ? "null" : "true");
                    break;
                case 1:
                    text.Append("false");
                    break;
                case 2:
                    text.Append(random.Next(3) switch
                    {
                        0 => random.Next(-5, 5).ToString(CultureInfo.InvariantCulture),
                        1 => random.NextInt64(long.MinValue, long.MaxValue).ToString(CultureInfo.InvariantCulture),
                        _ => (random.NextDouble() * Math.Pow(10, random.Next(-20, 20))).ToString("R", CultureInfo.InvariantCulture),
                    });
                    break;
                case 3 or 4:
                    AddText();
                    break;
                case 5 or 6:
                    text.Append('[');
                    AddMany(() => AddValue(depth + 1));
                    text.Append(']');
                    break;
                default:
                    text.Append('{');
                    AddMany(() =>
                    {
                        AddBlank();
                        AddText(isName: true);
                        AddBlank();
                        text.Append(':');
                        AddValue(depth + 1);
                    });
                    text.Append('}');
                    break;
            }

            AddBlank();
        }

        void AddMany(Action one)
        {
            var count = random.Next(5);
            if (count == 0) AddBlank();
            for (var i = 0; i < count; i++)
            {
                if (i > 0) text.Append(',');
                one();
            }
        }

        void AddBlank()
        {
            if (random.Next(4) == 0) text.Append(" \t\r\n"[random.Next(4)]);
        }

        void AddText(bool isName = false)
        {
            text.Append('"');
            for (var left = random.Next(8); left > 0; left--)
            {
                switch (random.Next(6))
                {
                    case 0:
                        text.Append("\\\"\\\\\\/\\b\\f\\n\\r\\t".AsSpan(2 * random.Next(8), 2));
                        break;
                    case 1:
                        text.Append("\\u").Append(random.Next(0x10000).ToString(random.Next(2) == 0 ? "x4" : "X4", CultureInfo.InvariantCulture));
                        break;
                    case 2 when !isName:
                        text.Append(char.ConvertFromUtf32(random.Next(0x20, 0xD800)) is "\"" or "\\" ? "q" : "é€\U0001F600");
                        break;
                    default:
                        text.Append((char)random.Next('a', 'f'));
                        break;
                }
            }

            text.Append('"');
        }
    }
}
