// A host without the generator: the tests of its assembly are found by reflection.
internal static class EntryPoint
{
    private static int Main(string[] args)
    {
        var tests = typeof(EntryPoint).Assembly;
        Rondo.Reflection.ReflectedTests.Announce(tests);
        return Rondo.Hosting.RondoApplication.Run(args, tests);
    }
}
