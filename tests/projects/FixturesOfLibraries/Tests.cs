using Library;
using Rondo;

[assembly: FixturesFrom(typeof(Databases))]

namespace Users
{
    public sealed class Tests
    {
        // The library's own fixtures see the library's, whatever is nearer here.
        [Test] public void From_the_library(Query query, string url)
        {
            Expect.Equal("library", query.Database.Url);
            Expect.Equal("library", url);
        }
    }
}

namespace Users.Nearer
{
    public static class Here
    {
        [Fixture] public static string Url(string url) => "near " + url;

        [Fixture] public static Query Own() => new(new Database("own", "none"));
    }

    public sealed class Tests
    {
        [Test] public void Nearer_ones_win(Query query, string url)
        {
            Expect.Equal("own", query.Database.Kind);
            Expect.Equal("near library", url);
        }

        [Test] public void From_reaches_past_them([From("NewQuery")] Query query) => Expect.Equal("library", query.Database.Url);
    }
}
