using System.Runtime.CompilerServices;
using Rondo;

public class Tests
{
    [ModuleInitializer]
    internal static void Die()
    {
        // The only trace of being a worker so early; private, but here the point is to die before the worker can do anything.
        if (Environment.GetEnvironmentVariable("RONDO_CHANNEL") is not null) Environment.Exit(17);
    }

    [Test] public void First() { }
    [Test] public void Second() { }
}
