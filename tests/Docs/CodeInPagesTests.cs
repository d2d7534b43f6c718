namespace Rondo.Docs.Tests;

[TestClass]
public sealed class CodeInPagesTests
{
    [TestMethod]
    public async Task All_code_compiles()
    {
        var built = await SampleProgram.Built;

        Assert.AreEqual(0, built.ExitCode, built.Output);
    }

    [TestMethod]
    public async Task Tests_have_the_results_that_stand_beside_them()
    {
        var run = await SampleProgram.Results;

        var expected = Pages.Blocks.Where(b => b.IsTest).SelectMany(b => b.Expected).Order(StringComparer.Ordinal);
        var actual = run.Outcomes.Select(o => $"{o.Value} {WithoutNamespace(o.Key)}").Order(StringComparer.Ordinal);
        Assert.AreEqual(string.Join('\n', expected), string.Join('\n', actual), run.Ended.Output);
    }

    [TestMethod]
    public void Every_block_that_runs_says_what_comes_out_and_has_a_namespace_of_its_own()
    {
        var tests = Pages.Blocks.Where(b => b.IsTest).ToList();

        Assert.AreNotEqual(0, tests.Count);
        Assert.AreEqual("", string.Join(", ", tests.Where(b => b.Expected.Count == 0 || b.Namespaces.Count == 0)));
        Assert.AreEqual("", string.Join(", ", tests.SelectMany(b => b.Namespaces).GroupBy(n => n, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => g.Key)));
    }

    [TestMethod]
    public void Only_known_kinds_of_blocks_are_used_and_what_is_not_compiled_has_a_reason()
    {
        var odd = Pages.Blocks.Where(b => b.Kind is not ("" or "test" or "statements") || b.NotCompiledBecause is "");

        Assert.AreEqual("", string.Join(", ", odd));
    }

    // The expectations name class and method; namespaces of blocks differ, so nothing is mixed up.
    private static string WithoutNamespace(string id) => Pages.Blocks.SelectMany(b => b.Namespaces).Where(n => id.StartsWith(n + ".", StringComparison.Ordinal))
        .OrderByDescending(n => n.Length).Select(n => id[(n.Length + 1)..]).FirstOrDefault(id);
}
