using System.Runtime.CompilerServices;
using Rondo;

public class Tests
{
    [ModuleInitializer]
    internal static void Die()
    {
        if (Environment.GetEnvironmentVariable("RONDO_WORKER") is not null) Environment.Exit(17);
    }

    [Test] public void First() { }
    [Test] public void Second() { }
}
