using Rondo;

namespace Locks;

// The system's own locks on files tell whether somebody else is there, in this process or in another one.
internal static class Resource
{
    public static Task Reads(string name, int ms = 40) => Holds(name, FileAccess.Read, FileShare.Read, ms);

    public static Task Writes(string name, int ms = 40) => Holds(name, FileAccess.ReadWrite, FileShare.None, ms);

    private static async Task Holds(string name, FileAccess access, FileShare share, int ms)
    {
        var path = Path.Combine(Journal.Folder, name + ".resource");
        if (!File.Exists(path))
        {
            using var made = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        }

        using var held = new FileStream(path, FileMode.Open, access, share, 1);
        await Task.Delay(ms);
    }
}

[ResourceLock("db")]
public class Writers
{
    [Test, Case(1), Case(2), Case(3)] public Task Write(int number) => Resource.Writes("db");

    [Test] public void Writes_without_a_loop() => Resource.Writes("db").GetAwaiter().GetResult();

    [Test, ResourceLock("port", ResourceMode.Read)]
    public async Task Adds_a_key()
    {
        await Resource.Writes("db", 10);
        await Resource.Reads("port", 10);
    }
}

public class Readers
{
    [Test, ResourceLock("db", ResourceMode.Read), Case(1), Case(2), Case(3), Case(4)] public Task Read(int number) => Resource.Reads("db");

    [Test, ResourceLock("port")] public Task Writes_the_port() => Resource.Writes("port");
}

public sealed record Account(string Name);

public static class Fixtures
{
    // Whoever uses it, also through the other one, is alone with the bank.
    [Fixture, ResourceLock("bank")]
    public static Account Bank() => new("bank");

    [Fixture]
    public static string Customer(Account bank) => "customer of " + bank.Name;
}

public class Users
{
    [Test, Case(1), Case(2)] public Task Of_the_bank(int number, Account bank) => Resource.Writes(bank.Name);

    [Test, Case(1), Case(2)] public Task Of_a_customer(int number, string customer) => Resource.Writes("bank");
}

[Cooperative]
public class Together
{
    [Test, ResourceLock("one"), Case(1), Case(2), Case(3), Case(4)] public Task One_key(int number) => Resource.Writes("one");

    [Test, ResourceLock("many", ResourceMode.Read), Case(1), Case(2), Case(3)] public Task Many_read(int number) => Resource.Reads("many");

    [Test, ResourceLock("many")] public Task One_writes() => Resource.Writes("many");

    // They can only pass together.
    [Test, ResourceLock("meeting", ResourceMode.Read), ResourceLock("own"), Case(1)] public Task Meets_a(int number) => Meet("a", "b");

    [Test, ResourceLock("meeting", ResourceMode.Read), ResourceLock("other"), Case(1)] public Task Meets_b(int number) => Meet("b", "a");

    private static async Task Meet(string me, string other)
    {
        File.WriteAllText(Path.Combine(Journal.Folder, me + ".here"), "");
        for (var i = 0; i < 1000 && !File.Exists(Path.Combine(Journal.Folder, other + ".here")); i++) await Task.Delay(10);
        Expect.True(File.Exists(Path.Combine(Journal.Folder, other + ".here")), "the other came");
    }
}
