using NUnit.Framework;
using Shop;

namespace Shop.Tests;

public class TextTests
{
    [TestCase("Green Tea", "green-tea")]
    [TestCase("green_tea", "green-tea")]
    public void Slugs(string name, string slug) => Check(Text.Slug(name) == slug);

    [Test] public void Slug_of_nothing_is_nothing() => Check(Text.Slug("").Length == 0);

    [Test] public void Slug_of_one_word_is_the_word() => Check(Text.Slug("tea") == "tea");

    [TestCase("TEA1")]
    public void Good_numbers(string sku) => Check(Text.IsSku(sku));

    [TestCase(""), TestCase("T1"), TestCase("tea1")]
    public void Bad_numbers(string sku) => Check(!Text.IsSku(sku));

    [Test]
    public void No_words() => Check(Text.Words("   ") == 0);

    [Test, Category("slow-ish")]
    public void Many_words() => Check(Text.Words(string.Concat(Enumerable.Repeat("word ", 10_000))) == 10_000);

    [Test]
    public async Task Words_over_an_await()
    {
        await Task.Yield();
        Check(Text.Words("a b") == 2);
    }

    private static void Check(bool condition)
    {
        if (!condition) throw new Exception("not so");
    }
}

[TestFixture]
[Ignore("prices are being changed")]
public class MoneyTests
{
    [TestCase(1, 2, 3)]
    [TestCase(0, 0, 0)]
    public void Adds(int a, int b, int sum) => Assert.That(new Money(a, Currency.Yen) + new Money(b, Currency.Yen), Is.EqualTo(new Money(sum, Currency.Yen)));

    [TestCase(Currency.Euro, "1.00 Euro")]
    [TestCase(Currency.Yen, "1 Yen")]
    public void Is_written(Currency currency, string text) => Assert.That(new Money(1, currency).ToString(), Is.EqualTo(text));

    [Test] public void Times_nothing_is_nothing() => Assert.That(new Money(5, Currency.Euro).Times(0).Amount, Is.EqualTo(0m));

    [Test] public void Equal_amounts_are_equal() => Assert.That(new Money(1, Currency.Euro) == new Money(1.00m, Currency.Euro));

    [Test] public void Another_currency_is_another_sum() => Assert.That(new Money(1, Currency.Euro) != new Money(1, Currency.Yen));

    [Test] public void Two_currencies_cannot_be_added() => Assert.Throws<InvalidOperationException>(() => _ = new Money(1, Currency.Euro) + new Money(1, Currency.Yen));

    [Test] public void Nothing_is_zero() => Assert.That(default(Money).Amount, Is.EqualTo(0m));

    [Test] public void Twice_is_the_sum() => Assert.That(new Money(2, Currency.Euro).Times(2), Is.EqualTo(new Money(4, Currency.Euro)));
}
