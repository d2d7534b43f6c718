namespace Rondo;

/// <summary>How long one value of a fixture lives and who shares it. A fixture may ask only for fixtures that live at least as long as itself.</summary>
public enum FixtureScope
{
    /// <summary>One value for each execution of a case.</summary>
    Test,

    /// <summary>One value for all cases of a test class in a worker; such a class stays whole on one worker.</summary>
    Class,

    /// <summary>One value in a worker for the namespace that declares the fixture and all namespaces below it.</summary>
    Namespace,

    /// <summary>One value for each worker process.</summary>
    Worker,

    /// <summary>One value for the whole run, whatever the number of workers. It lives in a process of its own, and each worker gets a copy, so its type must be one that can be carried: see docs/fixtures.md.</summary>
    Run,
}

/// <summary>Marks a method as a fixture: a value with setup and teardown that tests and other fixtures ask for by parameter.</summary>
/// <remarks>
/// Two shapes. <em>Return</em> the value (<c>T</c>, <c>Task&lt;T&gt;</c>, <c>ValueTask&lt;T&gt;</c>): it is disposed, async first, at the end of its scope.
/// Or <em>use</em> it (<c>Task F(Use&lt;T&gt; use, …)</c> with exactly one <c>await use(value)</c>): the code after it is the teardown, and AsyncLocal values set before it are seen by the tests.
/// </remarks>
/// <param name="scope">How long one value lives; default <see cref="FixtureScope.Test"/>.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FixtureAttribute(FixtureScope scope = FixtureScope.Test) : Attribute
{
    /// <summary>How long one value lives.</summary>
    public FixtureScope Scope { get; } = scope;

    /// <summary>Name for <see cref="FromAttribute"/> and for messages; null: the method's name.</summary>
    public string? Name { get; set; }

    /// <summary>True: set up for every test that can see it, also when no parameter asks for it.</summary>
    public bool AutoUse { get; set; }

    /// <summary>False: a returned value is left alone at the end of the scope. Default true.</summary>
    public bool Dispose { get; set; } = true;

    /// <summary>For <see cref="FixtureScope.Class"/> only. False: the class need not stay whole, and each worker that runs some of its tests has a value of its own. Default true.</summary>
    public bool Shared { get; set; } = true;

    /// <summary>Limit of the setup in milliseconds; 0 means none. Default 5 minutes.</summary>
    public int TimeoutMs { get; set; } = 300_000;

    /// <summary>Limit of the teardown in milliseconds; 0 means none. Default 1 minute.</summary>
    public int TeardownTimeoutMs { get; set; } = 60_000;
}

/// <summary>Says which fixture a parameter means when several visible ones give its type. Reaches past the nearest definition.</summary>
/// <param name="name">The fixture's name (its method's name, or <see cref="FixtureAttribute.Name"/>).</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class FromAttribute(string name) : Attribute
{
    /// <summary>The fixture's name.</summary>
    public string Name { get; } = name;
}

/// <summary>Makes the fixtures of a static class visible to the whole assembly, also those of a helper library. Every fixture of the assembly itself that can be seen is nearer.</summary>
/// <remarks>
/// The library references <c>Rondo.Core</c>; whether it was compiled with Rondo's generator makes no difference. Its fixtures are public methods. What they ask for is found
/// among their own class, the other classes of their library that are named so, by namespaces as usual, and then all that are named so.
/// </remarks>
/// <param name="type">A public static class, not generic, with at least one public fixture.</param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class FixturesFromAttribute(Type type) : Attribute
{
    /// <summary>The class that declares the fixtures.</summary>
    public Type Type { get; } = type;
}

/// <summary>Hands a fixture's value to those who use it; the returned task ends when the fixture's scope ends.</summary>
/// <remarks>Call it exactly once and await it. It never throws a test's failure, so teardown after it needs no <c>finally</c>.</remarks>
/// <typeparam name="T">The type by which tests ask for the fixture.</typeparam>
/// <param name="value">The value; may be null if <typeparamref name="T"/> allows it.</param>
/// <returns>A task that completes normally when the scope of the fixture is over.</returns>
public delegate Task Use<in T>(T value);
