namespace Rondo;

/// <summary>Marks a method as a test: <c>void</c>, <see cref="Task"/> or <see cref="ValueTask"/>, instance or static. Its class needs no attribute.</summary>
/// <remarks>Parameters are bound from left to right: first the arguments of a <see cref="CaseAttribute"/> or a row, then fixtures and built-in values, found by type.</remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TestAttribute : Attribute;

/// <summary>One case of a test or fixture: its arguments bind the first parameters of the method, behind <see cref="Use{T}"/>.</summary>
/// <remarks>A fixture with several has one value for each, and every test that uses it, also through other fixtures, runs once with each: <c>Test[sqlite]</c>, <c>Test[postgres]</c>.</remarks>
/// <param name="arguments">Constants. A number, string or enum is converted to the parameter's type by the compiler's generator; what cannot be converted is a compile error.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class CaseAttribute(params object?[]? arguments) : Attribute
{
    /// <summary>The arguments, in the order of the parameters. A single <c>null</c> argument is a list with one null.</summary>
    public IReadOnlyList<object?> Arguments { get; } = arguments ?? [null];

    /// <summary>Replaces the arguments in the id: <c>Method(two dollars)</c>, of a fixture's case <c>Method[two dollars]</c>. Null: the arguments are shown.</summary>
    public string? Name { get; set; }

    /// <summary>Why this case is not to be run; null runs it. On a fixture: why no test runs with it.</summary>
    public string? Skip { get; set; }

    /// <summary>Why this case is expected to fail, as with <see cref="ExpectedFailureAttribute"/>; null expects it to pass.</summary>
    public string? ExpectedFailure { get; set; }
}

/// <summary>The values of one parameter of a test. The test runs with each combination of the values of all its parameters that are marked so; those of the last parameter change fastest.</summary>
/// <remarks>All arguments of a test come from <c>[Values]</c>, from <see cref="CaseAttribute"/>s or from one <see cref="CasesFromAttribute"/>; parameters without are fixtures.</remarks>
/// <param name="values">Constants, converted to the parameter's type as those of a <see cref="CaseAttribute"/>. None: all values of a <see cref="bool"/> or an enum, and null where the parameter may be.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ValuesAttribute(params object?[]? values) : Attribute
{
    /// <summary>The values in order; empty for all values of the type. A single <c>null</c> is a list with one null.</summary>
    public IReadOnlyList<object?> Values { get; } = values ?? [null];
}

/// <summary>Type arguments with which a generic test, or the tests of a generic class, are run; several marks run them with each: <c>Stack&lt;Int32&gt;.Is_empty</c>, <c>Stack&lt;String&gt;.Is_empty</c>.</summary>
/// <remarks>A generic test needs none if the constants of its <see cref="CaseAttribute"/>s say which types are meant. Each case of the test is run with each of the marks.</remarks>
/// <param name="arguments">As many types as the test or class has type parameters.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class TypeCaseAttribute(params Type[] arguments) : Attribute
{
    /// <summary>The type arguments, in the order of the type parameters.</summary>
    public IReadOnlyList<Type> Arguments { get; } = arguments;
}

/// <summary>Takes the cases of a test from a static method or property that gives <c>IEnumerable&lt;T&gt;</c> or <c>IAsyncEnumerable&lt;T&gt;</c>
/// of scalars, tuples or <see cref="CaseRow"/>s.</summary>
/// <remarks>The source is enumerated before the plan is fixed and again in each worker that runs one of its rows, so it must give the same rows each time.</remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CasesFromAttribute : Attribute
{
    /// <summary>Rows from a member of the test's own class.</summary>
    /// <param name="member">Name of a static method without parameters, or of a static property.</param>
    public CasesFromAttribute(string member) => Member = member;

    /// <summary>Rows from a member of another type.</summary>
    /// <param name="type">The type that declares the member.</param>
    /// <param name="member">Name of a static method without parameters, or of a static property.</param>
    public CasesFromAttribute(Type type, string member) => (Type, Member) = (type, member);

    /// <summary>The type that declares the member; null for the test's own class.</summary>
    public Type? Type { get; }

    /// <summary>The member's name.</summary>
    public string Member { get; }
}

/// <summary>Does not run the test, class or assembly, and says why.</summary>
/// <param name="reason">Shown in every report.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class | AttributeTargets.Assembly)]
public sealed class SkipAttribute(string reason) : Attribute
{
    /// <summary>Shown in every report.</summary>
    public string Reason { get; } = reason;
}

/// <summary>Time limit of a test's body, in real time. The nearest one wins: method, class, base class, assembly.</summary>
/// <param name="milliseconds">Milliseconds; 0 means no limit. Below 100 the compiler warns, because a bare number is often meant as seconds.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class | AttributeTargets.Assembly)]
public sealed class TimeoutAttribute(int milliseconds) : Attribute
{
    /// <summary>The limit in milliseconds; 0 means none.</summary>
    public int Milliseconds { get; } = milliseconds;
}

/// <summary>A word by which tests can be selected (<c>--tags</c>). Tags of method, class, base class and assembly add up.</summary>
/// <param name="name">Letters, digits, <c>-</c>, <c>_</c>, <c>.</c>; compared without regard to case.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class | AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class TagAttribute(string name) : Attribute
{
    /// <summary>The tag.</summary>
    public string Name { get; } = name;
}

/// <summary>Tests of one group run on the same worker under <c>--dist loadgroup</c>. Groups of method, class, base class and assembly add up, sorted and joined with <c>_</c>.</summary>
/// <param name="name">The group's name.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class | AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class GroupAttribute(string name) : Attribute
{
    /// <summary>The group's name.</summary>
    public string Name { get; } = name;
}

/// <summary>The test runs alone: while it runs, no other test of the whole run does, in any worker.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class | AttributeTargets.Assembly)]
public sealed class SerialAttribute : Attribute;

/// <summary>What people see instead of the method's name; the id stays. <c>{0}</c> or <c>{parameter}</c> stand for case arguments.</summary>
/// <param name="format">Text with optional placeholders; <c>{{</c> and <c>}}</c> are braces. A placeholder that stands for no argument of a case is a compile error (RND1053).</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DisplayNameAttribute(string format) : Attribute
{
    /// <summary>Text with optional placeholders.</summary>
    public string Format { get; } = format;
}
