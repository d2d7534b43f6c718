using Rondo;

namespace Cases;

public class Totals
{
    [Test, Case(1, "EUR"), Case(2, "USD", Name = "two dollars"), Case(3, null)]
    public void Of(int amount, string? currency) => Expect.True(amount is 1 or 2 or 3, currency ?? "null");

    [Test, Case("it's"), Case("a/b"), Case("tab\there"), Case("say \"hi\""), Case("ünïcode ✓"), Case("")]
    public void Text(string text) => Expect.True(text is not null, "null");

    [Test, Case('x'), Case('\'')] public void Letter(char letter) => Expect.True(letter is 'x' or '\'', "letter");

    [Test, Case(true), Case(1.5), Case(2.5f), Case(10L), Case(DayOfWeek.Monday), Case(typeof(string))]
    public void Anything(object value) => Expect.True(value is not null, "null");

    [Test, Case(new[] { 1, 2, 3 })] public void Several(int[] numbers) => Expect.Equal(3, numbers.Length);

    [Test, Case(null)] public void Nothing(string? nothing) => Expect.Equal<string?>(null, nothing);

    [Test, Case(1), Case(1)] public void Twice_the_same(int number) => Expect.Equal(1, number);

    [Test, DisplayName("{0} and {second} make three"), Case(1, 2)] public void Shown(int first, int second) => Expect.Equal(3, first + second);
}
