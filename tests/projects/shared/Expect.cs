// Any exception fails a test; these two are all the assertions the projects here need.
internal static class Expect
{
    public static void True(bool condition, string what)
    {
        if (!condition) throw new Exception("not true: " + what);
    }

    public static void Equal<T>(T expected, T actual)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual)) throw new Exception($"expected {expected} but it was {actual}");
    }
}
