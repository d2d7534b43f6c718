using System.Globalization;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Planning;
using Rondo.Loops;

namespace Rondo.Engine.Tests.Planning;

[TestClass]
public sealed class CatalogWordsTests
{
    [TestMethod]
    public void Every_value_has_its_word()
    {
        foreach (var value in Enum.GetValues<FixtureScope>()) Assert.AreEqual(value, CatalogWords.FixtureScope(value.ToString()));
        foreach (var value in Enum.GetValues<LoopScope>()) Assert.AreEqual(value, CatalogWords.LoopScope(value.ToString()));
        foreach (var value in Enum.GetValues<LoopBackend>()) Assert.AreEqual(value, CatalogWords.Backend(value.ToString()));
        foreach (var value in Enum.GetValues<BlockingWaits>()) Assert.AreEqual(value, CatalogWords.BlockingWaits(value.ToString()));
    }

    [TestMethod]
    public void Every_number_is_read()
    {
        foreach (var number in new[] { 0, 1, -1, int.MaxValue, int.MinValue }) Assert.AreEqual(number, CatalogWords.Number(number.ToString(CultureInfo.InvariantCulture)));
        for (var round = 0; round < 1_000; round++)
        {
            var number = Random.Shared.Next(int.MinValue, int.MaxValue) >> Random.Shared.Next(31);
            Assert.AreEqual(number, CatalogWords.Number(number.ToString(CultureInfo.InvariantCulture)));
        }
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("-")]
    [DataRow("1x")]
    [DataRow("1 ")]
    [DataRow("1.0")]
    [DataRow("--1")]
    [DataRow("2147483648")]
    [DataRow("-2147483649")]
    [DataRow("99999999999999999999999999")]
    [DataRow("18446744073709551617")]
    public void What_is_no_number_is_refused(string word) => Assert.Contains($"'{word}' in the catalog is no number", Assert.ThrowsExactly<InvalidOperationException>(() => CatalogWords.Number(word)).Message);

    [TestMethod]
    public void An_unknown_word_is_refused()
    {
        Assert.Contains("'Galaxy' in the catalog is no scope of a fixture", Assert.ThrowsExactly<InvalidOperationException>(() => CatalogWords.FixtureScope("Galaxy")).Message);
        Assert.ThrowsExactly<InvalidOperationException>(() => CatalogWords.LoopScope("test"));
        Assert.ThrowsExactly<InvalidOperationException>(() => CatalogWords.Backend(""));
        Assert.ThrowsExactly<InvalidOperationException>(() => CatalogWords.BlockingWaits("0"));
    }
}
