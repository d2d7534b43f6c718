using Rondo;

namespace Library;

public sealed record Database(string Kind, string Url);

public sealed record Query(Database Database);

public static class Databases
{
    [Fixture(FixtureScope.Worker), Case("sqlite"), Case("postgres")]
    public static async Task Open(Use<Database> use, string kind, [From("Url")] string url, CancellationToken stop)
    {
        await Task.Yield();
        stop.ThrowIfCancellationRequested();
        await use(new Database(kind, url));
    }

    [Fixture(FixtureScope.Worker)] public static string Url() => "library";

    [Fixture] public static Query NewQuery(Database database) => new(database);
}
