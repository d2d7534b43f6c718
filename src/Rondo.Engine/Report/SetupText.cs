namespace Rondo.Engine.Report;

/// <summary>Lines of <c>--setup-plan</c> and <c>--setup-show</c>: one for each step, further to the right the shorter it lives.</summary>
internal static class SetupText
{
    private static readonly string s_testIndent = new(' ', 2 * ((int)FixtureScope.Run + 1));

    public static string Step(FixtureScope scope, string fixture, bool isTeardown) =>
        $"{new string(' ', 2 * (FixtureScope.Run - scope))}{(isTeardown ? "TEARDOWN" : "SETUP   ")} {scope} {fixture}";

    public static string Test(string id) => s_testIndent + id;
}
