using System.Globalization;
using System.Numerics;
using System.Text;
using Rondo.Catalog;
using Rondo.Engine.Control;
using Rondo.Engine.Planning;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Tests.Planning;

/// <summary>Ids for every kind of argument: readable, the same everywhere, different for different arguments, and found again.</summary>
[TestClass]
public sealed class IdTests
{
    private sealed record Price(double Amount, string Currency);

    private readonly struct Plain
    {
        public override string ToString() => throw new InvalidOperationException("no text");
    }

    [TestMethod]
    public void Arguments_of_every_kind_stand_in_the_id_as_promised()
    {
        object?[] values =
        [
            null, true, 'x', '\'', '/', "EUR", "it's", "a/b\\c", "say \"hi\"\t\n\0", "\u001b\ud800", "😀", "", 1.5, 0.1f, -0.0, double.NaN, double.NegativeInfinity, float.PositiveInfinity, 1.10m, 5L, new Half(), (Int128)7, BigInteger.Pow(10, 20),
            DayOfWeek.Monday, (DayOfWeek)9, AttributeTargets.Class | AttributeTargets.Method, new Guid("6f9619ff-8b86-d011-b42d-00cf4fc964ff"), new DateOnly(2024, 2, 29), new TimeOnly(10, 30), new DateTime(2024, 2, 29, 10, 30, 0, DateTimeKind.Utc),
            new DateTimeOffset(2024, 2, 29, 10, 30, 0, TimeSpan.FromHours(2)), TimeSpan.FromSeconds(90.5), new Uri("http://a/b"), new Version(1, 2), typeof(List<int>), (1, "a"), new Price(1.5, "EUR"), new Plain(),
            new[] { 1, 2 }, new object?[] { "a", null, new[] { 1.5 } }, Enumerable.Range(0, 9).ToList(), Array.Empty<int>(), (int[][])[[1], [2, 3]],
        ];

        Assert.AreEqual(
            """
            null|true|'x'|'\''|'\/'|'EUR'|'it\'s'|'a\/b\\c'|'say \u0022hi\u0022\t\n\0'|'\u001b\ud800'|'😀'|''|1.5|0.1|-0|NaN|-Infinity|Infinity|1.10|5|0|7|100000000000000000000|
            Monday|9|Class, Method|6f9619ff-8b86-d011-b42d-00cf4fc964ff|2024-02-29|10:30:00.0000000|2024-02-29T10:30:00.0000000Z|
            2024-02-29T10:30:00.0000000+02:00|00:01:30.5000000|http:\/\/a\/b|1.2|System.Collections.Generic.List`1[System.Int32]|(1, a)|Price { Amount = 1.5, Currency = EUR }|Plain|
            [1, 2]|['a', null, [1.5]]|[0, 1, 2, 3, 4, 5, 6, 7, …]|[]|[[1], [2, 3]]
            """.Replace("\n", "", StringComparison.Ordinal), string.Join("|", values.Select(ArgumentText.Format)));
    }

    [TestMethod]
    public void The_culture_of_the_machine_makes_no_difference()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");

            Assert.AreEqual("Price { Amount = 1.5, Currency = EUR }, (1.5, 2.5), 1.5, 2024-02-29", ArgumentText.FormatAll([new Price(1.5, "EUR"), (1.5, 2.5m), 1.5m, new DateOnly(2024, 2, 29)]));
            Assert.AreEqual("de-DE", CultureInfo.CurrentCulture.Name);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [TestMethod]
    public void A_long_argument_keeps_its_beginning_and_a_hash_of_all_of_it()
    {
        var one = ArgumentText.Format(new string('a', 100) + "1");
        var other = ArgumentText.Format(new string('a', 100) + "2");

        Assert.AreEqual(79, one.Length);
        Assert.StartsWith("'" + new string('a', 69) + "…", one);
        Assert.AreNotEqual(one, other);
        Assert.AreEqual("'" + new string('a', 78) + "'", ArgumentText.Format(new string('a', 78)));
    }

    [TestMethod]
    public void In_brackets_a_plain_word_stands_as_it_is_and_everything_else_as_in_ids()
    {
        Assert.AreEqual("sqlite, 'my sql', 'null', 'true', '1', 1, 'a\\/b', my-sql_2.0, 'ä', '', Monday", ArgumentText.FormatVariant(["sqlite", "my sql", "null", "true", "1", 1, "a/b", "my-sql_2.0", "ä", "", DayOfWeek.Monday]));
    }

    [TestMethod]
    public void Different_arguments_have_different_ids_that_are_found_again_whatever_is_in_them()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var rows = new List<Row>();
        var known = new HashSet<object>();
        for (var i = 0; i < 2000; i++)
        {
            var value = AnyArgument(random);
            if (value is string { Length: > 40 } || !known.Add(value)) continue;
            rows.Add(new Row(ArgumentText.FormatAll([value]), null, null, [], null));
        }

        var catalog = Sample.Catalog(Sample.Table("class|N|T|t.cs|1", "test|M|1|sync|args=1|rows=Rows", "test|M2|1|sync"));
        var plan = PlanBuilder.Build(catalog, _ => new RowsFound(rows));

        // Values of different types may look alike (1 and 1L); a parameter has one type, and there the texts differ.
        foreach (var type in known.GroupBy(v => v.GetType())) Assert.AreEqual(type.Count(), type.Select(ArgumentText.Format).Distinct().Count(), $"seed {seed}, {type.Key}");
        foreach (var planned in plan.Cases)
        {
            var id = planned.Id;
            Assert.IsFalse(id.Any(c => c == '"' || char.IsControl(c)), $"seed {seed}: {id}");
            Assert.AreEqual(id, CaseSelection.WithoutPart(id), $"seed {seed}");
            Assert.AreEqual(id, CaseSelection.WithoutPart(id + "/part"), $"seed {seed}");
            // On a wire and in a file: what is there is what was written.
            Assert.AreEqual(id, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(id)), $"seed {seed}");
        }

        foreach (var wanted in Enumerable.Range(0, 50).Select(_ => plan.Cases[random.Next(plan.Cases.Count)].Id))
        {
            var notes = new List<string>();
            var chosen = CaseSelection.Select(plan, new Selection { Ids = new HashSet<string>([wanted], StringComparer.Ordinal) }, null, notes.Add);
            Assert.AreEqual(wanted, Assert.ContainsSingle(chosen.Cases).Id, $"seed {seed}");
            Assert.IsEmpty(notes);
        }
    }

    private static object AnyArgument(Random random) => random.Next(14) switch
    {
        0 => random.Next(),
        1 => random.NextInt64(),
        2 => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)) is var d && double.IsNaN(d) ? double.NaN : d,
        3 => BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue)) is var f && float.IsNaN(f) ? float.NaN : f,
        4 => new decimal(random.Next(), random.Next(), 0, random.Next(2) == 0, (byte)random.Next(20)) / 1.000m,
        5 => (char)random.Next(char.MaxValue + 1),
        6 => new DateTime(random.NextInt64(DateTime.MaxValue.Ticks), (DateTimeKind)random.Next(2)),
        7 => TimeSpan.FromTicks(random.NextInt64(-TimeSpan.TicksPerDay, TimeSpan.TicksPerDay * 400)),
        8 => new Guid([.. Enumerable.Range(0, 16).Select(_ => (byte)random.Next(256))]),
        9 => new DateOnly(random.Next(1, 9999), 1, 1),
        10 => (DayOfWeek)random.Next(10),
        11 => random.Next(2) == 0,
        _ => string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => (string[])["'", "\\", "/", "\"", ", ", "(", ")", "[", "]", "#2", "@w0", "\n", "\0", "\ud83d", "\ude00", "é", "null", "…", "a", " "] is var parts ? parts[random.Next(parts.Length)] : "")),
    };
}
