using Rondo;

namespace Converting;

public enum Colour { Red, Green }

public class Values
{
    [Test, Case(1)] public void To_long(long value) => Expect.Equal(1L, value);

    [Test, Case(2)] public void To_decimal(decimal value) => Expect.Equal(2m, value);

    [Test, Case(3)] public void To_double(double value) => Expect.Equal(3.0, value);

    [Test, Case(4)] public void To_byte(byte value) => Expect.Equal((byte)4, value);

    [Test, Case(5), Case(null)] public void To_nullable(int? value) => Expect.True(value is 5 or null, "nullable");

    [Test, Case(Colour.Green)] public void To_enum(Colour value) => Expect.Equal(Colour.Green, value);

    [Test, Case(2.50)] public void As_written_to_decimal(decimal value) => Expect.Equal("2.50", value.ToString(System.Globalization.CultureInfo.InvariantCulture));

    [Test, Case("00:00:05")] public void Text_to_time_span(TimeSpan value) => Expect.Equal(TimeSpan.FromSeconds(5), value);

    [Test, Case("0f8fad5b-d9cb-469f-a165-70867728950e")] public void Text_to_guid(Guid value) => Expect.Equal("0f8fad5b-d9cb-469f-a165-70867728950e", value.ToString());

    [Test, Case("2026-02-28")] public void Text_to_date(DateOnly value) => Expect.Equal(new DateOnly(2026, 2, 28), value);

    [Test, Case("Green")] public void Text_to_enum(Colour value) => Expect.Equal(Colour.Green, value);
}
