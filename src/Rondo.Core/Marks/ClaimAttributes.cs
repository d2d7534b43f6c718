namespace Rondo;

/// <summary>How a test uses a resource that others use too.</summary>
public enum ResourceMode
{
    /// <summary>Beside other readers, but not beside a writer.</summary>
    Read,

    /// <summary>Alone: beside no other user of the resource.</summary>
    Write,
}

/// <summary>
/// Says that a test uses something that not everybody can use at once: a database, a port, a file. A test begins only when everything it claims is free in the whole run, in every worker process and also among
/// tests that overlap on one thread: readers of a key share it, a writer has it alone.
/// </summary>
/// <remarks>
/// <para>Marks of method, class, base class and assembly add up; one key claimed twice by a test is claimed for writing if one of them writes. On a fixture the claim is added to every test that uses the fixture,
/// also through another fixture or an <see cref="FixtureAttribute.AutoUse"/>.</para>
/// <para>A claim is taken and given back by the scheduler, all claims of a test at once, so locks cannot deadlock. It lasts from before the first setup of the test until its last teardown of scope Test, all attempts
/// included; a fixture of a wider scope that holds the resource itself outlives it. Locks hold within one run: two test programs that run at once do not see each other's.</para>
/// </remarks>
/// <param name="key">Names the resource. Not empty (RND1060); compared exactly.</param>
/// <param name="mode">How the test uses it; default <see cref="ResourceMode.Write"/>.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class | AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class ResourceLockAttribute(string key, ResourceMode mode = ResourceMode.Write) : Attribute
{
    // Source of the idea: JUnit 5's @ResourceLock.

    /// <summary>The resource's name.</summary>
    public string Key { get; } = key;

    /// <summary>How the test uses it.</summary>
    public ResourceMode Mode { get; } = mode;
}

/// <summary>
/// Runs in a fresh worker process that runs nothing else and ends afterwards. On a method each of its cases has a process of its own; on a class the class has one for all its tests. With <c>-n 0</c> too, but
/// not under a debugger.
/// </summary>
/// <remarks>
/// For code that changes its process for good: statics, native libraries, environment. Fixtures of scope Class and wider are set up in that process again. A start costs some tenths of a second. <c>--isolate</c> does
/// the same for tests without the mark.
/// </remarks>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)]
public sealed class IsolatedAttribute : Attribute;
