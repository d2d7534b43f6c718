using System.Text;
using System.Text.Json;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Tests.Wire;

/// <summary>What the engine writes, the platform's reader reads.</summary>
[TestClass]
public sealed class JsonWriterTests
{
    [TestMethod]
    public void Objects_lists_and_bare_values_stand_as_in_any_document()
    {
        var writer = new JsonWriter(0);

        writer.WriteStartObject();
        writer.WriteNumber("a", -12);
        writer.WriteString("b", "x");
        writer.WriteBoolean("c", true);
        writer.WriteStartArray("d");
        writer.WriteNumberValue(1);
        writer.WriteNullValue();
        writer.WriteStartArray();
        writer.WriteEndArray();
        writer.WriteStartObject();
        writer.WriteEndObject();
        writer.WriteNumberValue(0.1);
        writer.WriteEndArray();
        writer.WritePropertyName("e");
        writer.WriteStringValue("");
        writer.WriteEndObject();
        writer.EndLine();
        writer.WriteStartObject();
        writer.WriteEndObject();

        Assert.AreEqual("{\"a\":-12,\"b\":\"x\",\"c\":true,\"d\":[1,null,[],{},0.1],\"e\":\"\"}\n{}", Encoding.UTF8.GetString(writer.Written));
    }

    [TestMethod]
    public void A_text_of_any_characters_comes_back()
    {
        for (var round = 0; round < 2_000; round++)
        {
            var seed = Random.Shared.Next();
            var text = AnyText(new Random(seed));
            var writer = new JsonWriter(1);

            writer.WriteStringValue(text);

            using var document = JsonDocument.Parse(writer.Written.ToArray());
            Assert.AreEqual(WithoutLoneSurrogates(text), document.RootElement.GetString(), $"Seed {seed}.");
            Assert.IsFalse(writer.Written.ContainsAnyInRange((byte)0, (byte)31), $"Seed {seed}: a control character would end the line.");
        }
    }

    [TestMethod]
    public void Numbers_and_moments_come_back_exactly()
    {
        for (var round = 0; round < 2_000; round++)
        {
            var seed = Random.Shared.Next();
            var random = new Random(seed);
            var whole = random.NextInt64(long.MinValue, long.MaxValue);
            var fraction = random.NextDouble() * Math.Pow(10, random.Next(-20, 20));
            var moment = new DateTimeOffset(random.NextInt64(DateTime.MaxValue.Ticks / 2), TimeSpan.FromMinutes(random.Next(-600, 600)));
            var writer = new JsonWriter();

            writer.WriteStartObject();
            writer.WriteNumber("whole", whole);
            writer.WritePropertyName("fraction");
            writer.WriteNumberValue(fraction);
            writer.WriteString("moment", moment);
            writer.WriteEndObject();

            using var document = JsonDocument.Parse(writer.Written.ToArray());
            Assert.AreEqual(whole, document.RootElement.GetProperty("whole").GetInt64(), $"Seed {seed}.");
            Assert.AreEqual(fraction, document.RootElement.GetProperty("fraction").GetDouble(), $"Seed {seed}.");
            Assert.AreEqual(moment, document.RootElement.GetProperty("moment").GetDateTimeOffset(), $"Seed {seed}.");
        }
    }

    private static string AnyText(Random random)
    {
        var text = new StringBuilder();
        var length = random.Next(40);
        for (var i = 0; i < length; i++)
        {
            switch (random.Next(5))
            {
                case 0: text.Append((char)random.Next(0x80)); break;
                case 1: text.Append((char)random.Next(0x800)); break;
                case 2: text.Append((char)random.Next(0x10000)); break;
                case 3: text.Append((char)random.Next(0xD800, 0xE000)); break;
                default: text.Append(char.ConvertFromUtf32(random.Next(0x10000, 0x110000))); break;
            }
        }

        return text.ToString();
    }

    // What an encoder with the usual replacement does.
    private static string WithoutLoneSurrogates(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
