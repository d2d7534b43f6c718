// Values of fixtures of the whole run: generated code is compiled, loaded, and given random values of every kind it can carry.
using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;
using Rondo.Catalog;
using Rondo.Reflection;

namespace Rondo.Generator.Tests;

[TestClass]
public sealed class CarriedValueTests
{
    private const string Types = """
        namespace Carried;

        public enum Small : byte { A, B = 200 }
        public enum Signed : sbyte { A = -5, B = 3 }
        public enum Wide : ulong { A, B = ulong.MaxValue }
        public readonly record struct Point(int X, double Y);
        public record struct Loose { public string? Text { get; set; } public Point At { get; set; } }
        public sealed record Leaf(string? Text, Small Small, Signed Signed, Wide Wide);
        public sealed record Node(int Value, Node? Next);
        public record Outer(Leaf? Leaf, Point Point)
        {
            public required Uri? Address { get; init; }
            public int[]? Numbers { get; set; }
            public string Both => Leaf + "" + Point;
            public static int Count { get; set; }
        }
        public sealed record Inner(Leaf? Leaf, Point Point, Loose Loose) : Outer(Leaf, Point);
        public sealed record Generic<T>(T First, List<T>? Rest);
        public sealed record Numbers(bool A, byte B, sbyte C, short D, ushort E, int F, uint G, long H, ulong I, char J, float K, double L, decimal M, bool? N, decimal? O, Small? P, Point? Q);
        public sealed record Times(DateTime A, DateTimeOffset B, DateOnly C, TimeOnly D, TimeSpan E, Guid F, DateTime? G, Guid? H);
        public sealed record Lists(byte[]? A, string?[]? B, List<int>? C, IReadOnlyList<Leaf?>? D, IList<int[]?>? E, int?[]? F, Dictionary<string, string?>? G, IReadOnlyDictionary<string, List<Point>?>? H, IDictionary<string, byte[]>? I, byte[]?[]? J);

        public static class Fixtures
        {
            [Fixture(FixtureScope.Run)] public static Numbers Numbers() => null!;
            [Fixture(FixtureScope.Run)] public static Times Times() => null!;
            [Fixture(FixtureScope.Run)] public static Lists Lists() => null!;
            [Fixture(FixtureScope.Run)] public static async Task<Inner?> Inner() { await Task.Yield(); return null; }
            [Fixture(FixtureScope.Run)] public static Task Node(Use<Node> use) => use(null!);
            [Fixture(FixtureScope.Run)] public static Generic<Point?> Generic() => null!;
            [Fixture(FixtureScope.Run)] public static ValueTask<Dictionary<string, Generic<string?>>> Map() => default;
            [Fixture(FixtureScope.Run)] public static string? Text() => null;
            [Fixture(FixtureScope.Run)] public static int? Number() => null;
            [Fixture(FixtureScope.Run)] public static Wide Enum() => default;
            [Fixture(FixtureScope.Run)] public static byte[] Bytes() => [];
            [Fixture] public static long Not_of_the_run() => 1;
        }
        """;

    private static readonly Lazy<AssemblyCatalog> s_catalog = new(() => Compiling.Generate(Types).Load());
    private static readonly Lazy<FixtureHolderEntry> s_holder = new(() => s_catalog.Value.FixtureHolders().Single());
    private static readonly Lazy<FixtureHolderEntry> s_reflected = new(() => ReflectedTests.Read(s_catalog.Value.Assembly).FixtureHolders().Single());

    private static readonly int s_seed = Environment.TickCount & 0xFFFFFF;

    [TestMethod]
    [DataRow(0, "Carried.Numbers")]
    [DataRow(1, "Carried.Times")]
    [DataRow(2, "Carried.Lists")]
    [DataRow(3, "Carried.Inner")]
    [DataRow(4, "Carried.Node")]
    [DataRow(5, "Carried.Generic`1[System.Nullable`1[Carried.Point]]")]
    [DataRow(6, "System.Collections.Generic.Dictionary`2[System.String,Carried.Generic`1[System.String]]")]
    [DataRow(7, "System.String")]
    [DataRow(8, "System.Nullable`1[System.Int32]")]
    [DataRow(9, "Carried.Wide")]
    [DataRow(10, "System.Byte[]")]
    public void Whatever_a_value_holds_comes_out_as_it_went_in(int fixture, string name)
    {
        Console.WriteLine($"seed {s_seed}");
        var random = new Random(s_seed + fixture);
        var type = TypeOf(name);
        for (var i = 0; i < 300; i++)
        {
            var value = Make(type, random, 4);
            // One provider's bytes are the other's: what is written by either is read by either.
            var back = ThereAndBack(fixture, value, i % 4 < 2 ? s_holder.Value : s_reflected.Value, i % 2 == 0 ? s_holder.Value : s_reflected.Value);

            Assert.AreEqual(Describe(value), Describe(back), $"seed {s_seed}, value {i}");
            if (value is not null && !type.IsValueType && value is not string) Assert.AreNotSame(value, back);
        }
    }

    [TestMethod]
    public void A_value_is_a_copy_also_where_it_would_be_shared()
    {
        var bytes = new byte[] { 1, 2, 3 };

        var back = (byte[])ThereAndBack(10, bytes, s_holder.Value, s_holder.Value)!;

        Assert.AreNotSame(bytes, back);
        CollectionAssert.AreEqual(bytes, back);
    }

    [TestMethod]
    public void A_derived_record_is_refused_where_it_would_lose_what_it_adds()
    {
        var holder = Compiling.Generate("public record A(int X); public sealed record B(int X, int Y) : A(X); public static class F { [Fixture(FixtureScope.Run)] public static A A() => new B(1, 2); }").Load().FixtureHolders().Single();
        var value = holder.Start(0, null, [], new NoUse());

        var error = Assert.ThrowsExactly<RondoUsageException>(() => holder.WriteValue(0, value, new ValueWriter()));

        Assert.Contains("holds a 'B' where its type says 'A'", error.Message);
        Assert.EndsWith("[RND3101]", error.Message);
    }

    [TestMethod]
    public void A_value_that_leads_back_to_itself_is_refused()
    {
        var holder = Compiling.Generate("public sealed record A(int X) { public A? Next { get; set; } } public static class F { [Fixture(FixtureScope.Run)] public static A Ring() { var a = new A(1); a.Next = a; return a; } }").Load().FixtureHolders().Single();
        var value = holder.Start(0, null, [], new NoUse());

        var error = Assert.ThrowsExactly<RondoUsageException>(() => holder.WriteValue(0, value, new ValueWriter()));

        Assert.EndsWith("[RND3102]", error.Message);
    }

    [TestMethod]
    public void Holders_without_such_fixtures_have_no_code_for_them()
    {
        var generated = Compiling.Generate("public static class F { [Fixture] public static int X() => 1; }");

        Assert.DoesNotContain("WriteValue", generated.Source("F"));
    }

    private static object? ThereAndBack(int fixture, object? value, FixtureHolderEntry writes, FixtureHolderEntry reads)
    {
        var writer = new ValueWriter();
        writes.WriteValue(fixture, value, writer);
        var reader = new ValueReader(writer.Written.ToArray());
        var back = reads.ReadValue(fixture, reader);
        Assert.IsTrue(reader.IsAtEnd, "something is left over");
        return back;
    }

    private static Type TypeOf(string name)
    {
        var assembly = s_holder.Value.GetType().Assembly;
        return Type.GetType(name, asked => asked.Name == assembly.GetName().Name ? assembly : null, (_, simple, _) => assembly.GetType(simple) ?? typeof(object).Assembly.GetType(simple), throwOnError: true)!;
    }

    private static object? Make(Type type, Random random, int depth)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner) return random.Next(3) == 0 ? null : Make(inner, random, depth);
        if (!type.IsValueType && (depth <= 0 || random.Next(6) == 0)) return null;
        if (type == typeof(string)) return Text(random);
        if (type == typeof(bool)) return random.Next(2) == 0;
        if (type == typeof(char)) return (char)random.Next(0x10000);
        if (type == typeof(float)) return BitConverter.Int32BitsToSingle((int)Bits(random));
        if (type == typeof(double)) return random.Next(4) switch { 0 => double.NaN, 1 => -0.0, 2 => double.NegativeInfinity, _ => BitConverter.Int64BitsToDouble(Bits(random)) };
        if (type == typeof(decimal)) return new decimal((int)Bits(random), (int)Bits(random), (int)Bits(random), random.Next(2) == 0, (byte)random.Next(29));
        if (type == typeof(Guid)) return new Guid((int)Bits(random), (short)Bits(random), 3, 4, 5, 6, 7, 8, 9, 10, (byte)Bits(random));
        if (type == typeof(Uri)) return new Uri(((string[])["http://x/ü?q=1#f", "relative/path", "urn:a:b", "http://[::1]:80", ""])[random.Next(5)], UriKind.RelativeOrAbsolute);
        if (type == typeof(TimeSpan)) return new TimeSpan(Bits(random));
        if (type == typeof(DateTime)) return new DateTime(random.NextInt64(DateTime.MaxValue.Ticks + 1), (DateTimeKind)random.Next(3));
        if (type == typeof(DateTimeOffset)) return random.Next(5) == 0 ? DateTimeOffset.MinValue : new DateTimeOffset(random.NextInt64(TimeSpan.TicksPerDay, DateTime.MaxValue.Ticks - TimeSpan.TicksPerDay), TimeSpan.FromMinutes(random.Next(-840, 841)));
        if (type == typeof(DateOnly)) return DateOnly.FromDayNumber(random.Next(DateOnly.MaxValue.DayNumber + 1));
        if (type == typeof(TimeOnly)) return new TimeOnly(random.NextInt64(TimeSpan.TicksPerDay));
        if (type.IsEnum) return Enum.ToObject(type, Convert.ChangeType(Make(Enum.GetUnderlyingType(type), random, depth), Enum.GetUnderlyingType(type), CultureInfo.InvariantCulture)!);
        if (type == typeof(ulong)) return (ulong)Bits(random);
        if (type.IsPrimitive) return unchecked(type.Name switch
        {
            "Byte" => (object)(byte)Bits(random),
            "SByte" => (sbyte)Bits(random),
            "Int16" => (short)Bits(random),
            "UInt16" => (ushort)Bits(random),
            "Int32" => (int)Bits(random),
            "UInt32" => (uint)Bits(random),
            "Int64" => Bits(random),
            var other => throw new NotSupportedException(other),
        });
        if (type.IsArray) return MakeArray(type.GetElementType()!, random, depth);
        if (type.IsGenericType && type.Namespace == "System.Collections.Generic")
        {
            var parts = type.GenericTypeArguments;
            if (parts.Length == 1) return Activator.CreateInstance(typeof(List<>).MakeGenericType(parts), MakeArray(parts[0], random, depth));
            var map = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(parts))!;
            for (var i = random.Next(4); i > 0; i--) map[Text(random)] = Make(parts[1], random, depth - 1);
            return map;
        }

        var constructor = type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).FirstOrDefault();
        var value = constructor is null ? Activator.CreateInstance(type)! : constructor.Invoke([.. constructor.GetParameters().Select(p => Make(p.ParameterType, random, depth - 1))]);
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.SetMethod is not null && constructor?.GetParameters().Any(p => p.Name == property.Name) != true) property.SetValue(value, Make(property.PropertyType, random, depth - 1));
        }

        return value;
    }

    private static Array MakeArray(Type element, Random random, int depth)
    {
        var array = Array.CreateInstance(element, random.Next(4));
        for (var i = 0; i < array.Length; i++) array.SetValue(Make(element, random, depth - 1), i);
        return array;
    }

    private static long Bits(Random random) => random.Next(6) switch { 0 => 0, 1 => -1, 2 => long.MinValue, 3 => long.MaxValue, 4 => random.Next(300), _ => random.NextInt64(long.MinValue, long.MaxValue) };

    // Also what no encoding can hold.
    private static string Text(Random random)
    {
        string[] parts = ["", "a", "\0", "\ud800", "\udfff", "\uffff", "😀", "\"", "\\", "\r\n", "ß"];
        var text = new StringBuilder();
        for (var i = random.Next(5); i > 0; i--) text.Append(parts[random.Next(parts.Length)]);
        return text.ToString();
    }

    private static string Describe(object? value) => value switch
    {
        null => "null",
        string text => "'" + string.Join(' ', text.Select(c => ((int)c).ToString("x", CultureInfo.InvariantCulture))) + "'",
        float number => BitConverter.SingleToInt32Bits(number).ToString("x", CultureInfo.InvariantCulture),
        double number => BitConverter.DoubleToInt64Bits(number).ToString("x", CultureInfo.InvariantCulture),
        decimal number => string.Join('.', decimal.GetBits(number)),
        char unit => ((int)unit).ToString(CultureInfo.InvariantCulture),
        DateTime moment => moment.Ticks + " " + moment.Kind,
        DateTimeOffset moment => moment.Ticks + " " + moment.Offset.Ticks,
        TimeSpan span => span.Ticks.ToString(CultureInfo.InvariantCulture),
        Uri address => address.OriginalString,
        IDictionary map => "{" + string.Join(", ", map.Keys.Cast<string>().Order(StringComparer.Ordinal).Select(k => Describe(k) + ": " + Describe(map[k]))) + "}",
        IEnumerable list => "[" + string.Join(", ", list.Cast<object?>().Select(Describe)) + "]",
        _ when value.GetType().IsPrimitive || value.GetType().IsEnum || value.GetType().Namespace == "System" => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        _ => value.GetType().Name + "(" + string.Join(", ", value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.GetIndexParameters().Length == 0).Select(p => p.Name + "=" + Describe(p.GetValue(value)))) + ")",
    };

    private sealed class NoUse : FixtureCall
    {
        protected override Task GiveValue(object? value) => Task.CompletedTask;
    }
}
