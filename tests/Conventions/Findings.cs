namespace Rondo.Conventions;

/// <summary>A rule gives sentences about what breaks it; none is what we want.</summary>
internal static class Findings
{
    public static void None(string rule, IEnumerable<string> findings)
    {
        var found = findings.ToList();
        if (found.Count > 0) Assert.Fail($"{rule}\n{string.Join('\n', found.Select(f => "  " + f))}");
    }

    /// <summary>For the tests of a rule: exactly one finding, which names <paramref name="what"/>.</summary>
    public static void One(string what, IEnumerable<string> findings) => Assert.Contains(what, Assert.ContainsSingle(findings));
}
