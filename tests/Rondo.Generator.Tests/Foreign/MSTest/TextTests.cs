using Microsoft.VisualStudio.TestTools.UnitTesting;
using Shop;

namespace Shop.Tests;

[TestClass]
[TestCategory("text")]
public class TextTests
{
    [TestMethod]
    [DataRow("Green Tea", "green-tea")]
    [DataRow("green_tea", "green-tea")]
    public void Slugs(string name, string slug) => Check(Text.Slug(name) == slug);

    [TestMethod] public void Slug_of_nothing_is_nothing() => Check(Text.Slug("").Length == 0);

    [TestMethod] public void Slug_of_one_word_is_the_word() => Check(Text.Slug("tea") == "tea");

    [TestMethod, DataRow("TEA1")]
    public void Good_numbers(string sku) => Check(Text.IsSku(sku));

    [TestMethod, DataRow(""), DataRow("T1"), DataRow("tea1")]
    public void Bad_numbers(string sku) => Check(!Text.IsSku(sku));

    [TestMethod]
    public void No_words() => Check(Text.Words("   ") == 0);

    [TestMethod]
    public void Many_words() => Check(Text.Words(string.Concat(Enumerable.Repeat("word ", 10_000))) == 10_000);

    [TestMethod]
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

[TestClass]
public class MoneyTests
{
    [TestMethod]
    [DataRow(1, 2, 3)]
    [DataRow(0, 0, 0)]
    public void Adds(int a, int b, int sum) => Assert.AreEqual(new Money(sum, Currency.Yen), new Money(a, Currency.Yen) + new Money(b, Currency.Yen));

    [TestMethod]
    [DataRow(Currency.Euro, "1.00 Euro")]
    [DataRow(Currency.Yen, "1 Yen")]
    public void Is_written(Currency currency, string text) => Assert.AreEqual(text, new Money(1, currency).ToString());

    [TestMethod] public void Times_nothing_is_nothing() => Assert.AreEqual(0m, new Money(5, Currency.Euro).Times(0).Amount);

    [TestMethod] public void Equal_amounts_are_equal() => Assert.IsTrue(new Money(1, Currency.Euro) == new Money(1.00m, Currency.Euro));

    [TestMethod] public void Another_currency_is_another_sum() => Assert.IsTrue(new Money(1, Currency.Euro) != new Money(1, Currency.Yen));

    [TestMethod] public void Two_currencies_cannot_be_added() => Assert.ThrowsExactly<InvalidOperationException>(() => _ = new Money(1, Currency.Euro) + new Money(1, Currency.Yen));

    [TestMethod] public void Nothing_is_zero() => Assert.AreEqual(0m, default(Money).Amount);

    [TestMethod] public void Twice_is_the_sum() => Assert.AreEqual(new Money(4, Currency.Euro), new Money(2, Currency.Euro).Times(2));
}
