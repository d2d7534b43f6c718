using FsCheck;
using FsCheck.Fluent;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Planning;

namespace Rondo.Engine.Tests.Planning;

[TestClass]
public sealed class ExpressionTests
{
    private static readonly string[] s_words = ["a", "b", "Cart+Tests", "x.y", "t-1", "f[2]", "it#2"];

    [TestMethod]
    [DataRow("cart", true)]
    [DataRow("CART and not slow", true)]
    [DataRow("nothing", false)]
    [DataRow("nothing or totals", true)]
    [DataRow("not nothing and not totals", false)]
    [DataRow("(nothing or cart) AND (totals)", true)]
    [DataRow("not(nothing)", true)]
    [DataRow("not not cart", true)]
    [DataRow("\"(1, 'EUR')\"", true)]
    [DataRow("'1, '", true)]
    [DataRow("'and'", false)]
    [DataRow("euros", true)]
    [DataRow("nothing or cart and slow", false)]
    public void A_name_expression_looks_at_id_and_display_name_ignoring_case(string text, bool expected)
    {
        Assert.IsTrue(NameExpression.TryParse(text, out var expression, out _));

        Assert.AreEqual(expected, expression.Matches("Shop.CartTests.Totals(1, 'EUR')", "one in Euros"));
    }

    [TestMethod]
    [DataRow("slow", true)]
    [DataRow("SLOW and db-2", true)]
    [DataRow("slo", false)]
    [DataRow("'two words'", true)]
    [DataRow("not fast", true)]
    public void A_tag_expression_matches_whole_tags(string text, bool expected)
    {
        Assert.IsTrue(TagExpression.TryParse(text, out var expression, out _));

        Assert.AreEqual(expected, expression.Matches(["Slow", "db-2", "two words"]));
    }

    [TestMethod]
    [DataRow("", "it ends at position 1 where a word, 'not' or '(' was expected")]
    [DataRow("a and", "it ends at position 6 where a word, 'not' or '(' was expected")]
    [DataRow("a b", "'b' at position 3 was not expected; expected 'and', 'or' or the end")]
    [DataRow("(a or b", "it ends at position 8 where 'and', 'or' or ')' was expected")]
    [DataRow("a)", "')' at position 2 was not expected")]
    [DataRow("or a", "'or' at position 1 was not expected; expected a word")]
    [DataRow("a and 'b", "the quote at position 7 is not closed; expected another '")]
    [DataRow("\"\"", "the quotes at position 1 are empty")]
    public void An_error_names_the_position_and_what_was_expected(string text, string expected)
    {
        Assert.IsFalse(NameExpression.TryParse(text, out _, out var names));
        Assert.IsFalse(TagExpression.TryParse(text, out _, out var tags));

        Assert.Contains(expected, names);
        Assert.Contains("of -k", names);
        Assert.Contains("of --tags", tags);
        Assert.EndsWith("[RND2002]", names);
    }

    [TestMethod]
    public void Wild_nesting_is_an_error_and_not_the_end_of_the_process()
    {
        Assert.IsFalse(NameExpression.TryParse(new string('(', 100_000) + "a", out _, out var error));
        Assert.IsTrue(NameExpression.TryParse(string.Concat(Enumerable.Repeat("not ", 100_000)) + "a", out var negated, out _));

        Assert.Contains("more than 200 deep at position 201", error);
        Assert.IsTrue(negated.Matches("a", ""));
    }

    [TestMethod]
    public void An_expression_means_what_a_naive_evaluation_says() => Prop.ForAll(
        Trees.ToArbitrary(),
        Gen.SubListOf(s_words).ToArbitrary(),
        (tree, known) =>
        {
            Assert.IsTrue(BooleanExpression.TryParse("-k", tree.Text, out var expression, out var error), error);
            return expression.Evaluate(word => known.Contains(word)) == tree.Evaluate(known);
        }).QuickCheckThrowOnFailure();

    [TestMethod]
    public void An_unknown_word_makes_the_whole_unknown_exactly_when_it_matters() => Prop.ForAll(
        Trees.ToArbitrary(),
        Gen.SubListOf(s_words).ToArbitrary(),
        Gen.Elements(s_words).ToArbitrary(),
        (tree, known, unknown) =>
        {
            Assert.IsTrue(BooleanExpression.TryParse("-k", tree.Text, out var expression, out _));
            var value = expression.Evaluate(word => word == unknown ? null : known.Contains(word));

            // A decided value must hold for both guesses. The other way round Kleene's logic may be unsure without need: 'a or not a'.
            return value is null || (tree.Evaluate([.. known, unknown]) == value && tree.Evaluate([.. known.Where(w => w != unknown)]) == value);
        }).QuickCheckThrowOnFailure();

    private static Gen<Tree> Trees => Gen.Sized(size => TreeOf(Math.Min(size, 12)));

    private static Gen<Tree> TreeOf(int size)
    {
        var word = Gen.Elements(s_words).Select(Tree (w) => new Leaf(w));
        if (size <= 1) return word;
        var smaller = TreeOf(size / 2);
        return Gen.Frequency(
            (1, word),
            (2, smaller.Select(Tree (t) => new Negation(t))),
            (3, smaller.Zip(smaller).Select(Tree (p) => new Pair(p.Item1, p.Item2, true))),
            (3, smaller.Zip(smaller).Select(Tree (p) => new Pair(p.Item1, p.Item2, false))));
    }

    public abstract record Tree
    {
        public abstract string Text { get; }

        /// <summary>0 or, 1 and, 2 not, 3 word: brackets only where they are needed, so that precedence is tested too.</summary>
        public abstract int Strength { get; }

        public abstract bool Evaluate(IList<string> known);

        protected static string Within(Tree inner, int strength) => inner.Strength < strength ? $"({inner.Text})" : inner.Text;

        public sealed override string ToString() => Text;
    }

    private sealed record Leaf(string Word) : Tree
    {
        public override string Text => Word.Length % 2 == 0 ? Word : $"'{Word}'";

        public override int Strength => 3;

        public override bool Evaluate(IList<string> known) => known.Contains(Word);
    }

    private sealed record Negation(Tree Inner) : Tree
    {
        public override string Text => "not " + Within(Inner, 2);

        public override int Strength => 2;

        public override bool Evaluate(IList<string> known) => !Inner.Evaluate(known);
    }

    private sealed record Pair(Tree Left, Tree Right, bool Both) : Tree
    {
        public override string Text => $"{Within(Left, Strength)} {(Both ? "AND" : "or")} {Within(Right, Strength)}";

        public override int Strength => Both ? 1 : 0;

        public override bool Evaluate(IList<string> known) => Both ? Left.Evaluate(known) & Right.Evaluate(known) : Left.Evaluate(known) | Right.Evaluate(known);
    }
}
