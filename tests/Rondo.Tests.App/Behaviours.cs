// A user's project for the tests of the adapter. What may go wrong does so only when the variable BEHAVE says it.
using System.Runtime.InteropServices;

namespace Sample;

public static partial class Behave
{
    public static bool As(string what) => Environment.GetEnvironmentVariable("BEHAVE") == what;

    [LibraryImport("libc", EntryPoint = "exit")]
    internal static partial void NativeExit(int code);

    /// <summary>Says that it runs, by a file, and then waits for its end.</summary>
    public static async Task WaitAsync(string name, CancellationToken stop)
    {
        if (Environment.GetEnvironmentVariable("MARKS") is not { } folder) return;
        await File.WriteAllTextAsync(Path.Combine(folder, name), "runs", stop);
        while (!File.Exists(Path.Combine(folder, "go"))) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, stop);
    }
}

public sealed class Plain
{
    [Test]
    public void Passes()
    {
    }

    [Test, Tag("slow")]
    public async Task Says_something()
    {
        Console.WriteLine("said on stdout");
        await Task.Yield();
    }

    [Test]
    public void Fails()
    {
        if (Behave.As("fail")) throw new InvalidOperationException("it failed");
    }

    [Test, Skip("not today")]
    public void Is_skipped()
    {
    }

    [Test, Case(1, "EUR"), Case(2, "a / b (c) & 'd'")]
    public void Takes_arguments(int number, string text)
    {
        if (number == 0 || text.Length == 0) throw new ArgumentException("never");
    }
}

public sealed class Wild
{
    [Test]
    public void Ends_the_process()
    {
        if (Behave.As("exit")) Environment.Exit(0);
        if (Behave.As("native exit")) Behave.NativeExit(0);
    }
}

public sealed class Waiting
{
    [Test]
    public Task First(CancellationToken stop) => Behave.WaitAsync("first", stop);

    [Test]
    public Task Second(CancellationToken stop) => Behave.WaitAsync("second", stop);

    [Test]
    public Task Third(CancellationToken stop) => Behave.WaitAsync("third", stop);
}
