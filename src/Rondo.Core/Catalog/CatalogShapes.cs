using System.ComponentModel;
using System.Reflection;
using Rondo.Loops;

namespace Rondo.Catalog;

// The shapes that generated code fills in. Generated code is data and calls; what the data means is decided in the engine.
// One class per test class and per fixture holder, a table as text, and a switch per kind of call: ten thousand tests are then
// a few hundred methods to compile at start, and none for tests that do not run.

/// <summary>What the generator wrote for one assembly.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class AssemblyCatalog
{
    /// <summary>The assembly's simple name.</summary>
    public abstract string AssemblyName { get; }

    /// <summary>The assembly that declares the tests. It need not be the one of this class: a catalog can be made by reflection.</summary>
    public virtual Assembly Assembly => GetType().Assembly;

    /// <summary>Records of the assembly's own marks; see <see cref="CatalogTable"/>.</summary>
    public abstract string Table { get; }

    /// <summary>Makes the entries of all test classes, in ordinal order of their full names.</summary>
    public abstract TestClassEntry[] TestClasses();

    /// <summary>Makes the entries of all fixture holders, in ordinal order of their full names.</summary>
    public abstract FixtureHolderEntry[] FixtureHolders();

    /// <summary>Makes a dispatcher that the assembly's own marks name; null if they name none of this type.</summary>
    /// <param name="type">The managed name.</param>
    public virtual LoopDispatcher? Dispatcher(string type) => null;

    /// <summary>Asks a condition that the assembly's own marks name; null if they name none like this. Runs user code.</summary>
    /// <param name="member">Type and member, as the catalog writes them.</param>
    public virtual bool? Condition(string member) => null;
}

/// <summary>What the generator wrote for one test class.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class TestClassEntry
{
    /// <summary>Records of the class, its tests and their constant cases; see <see cref="CatalogTable"/>.</summary>
    public abstract string Table { get; }

    /// <summary>Makes an instance of the class.</summary>
    /// <param name="values">Values of the constructor's parameters.</param>
    public virtual object Create(object?[] values) => throw new InvalidOperationException("This is a bug in Rondo: a class without instance tests was asked for an instance.");

    /// <summary>Calls a test.</summary>
    /// <param name="test">Position of the test in the class.</param>
    /// <param name="self">The instance; null for a static test.</param>
    /// <param name="values">Values of the method's parameters: case arguments, then needs.</param>
    /// <returns>Null for a synchronous test, else its task.</returns>
    public abstract Task? Invoke(int test, object? self, object?[] values);

    /// <summary>The arguments of a constant case, converted to the parameters' types.</summary>
    /// <param name="test">Position of the test in the class.</param>
    /// <param name="row">Position of the case in the test, or in the product of its values, the last one's fastest.</param>
    public virtual object?[] CaseValues(int test, int row) => throw new InvalidOperationException("This is a bug in Rondo: a test without constant cases was asked for one.");

    /// <summary>Opens the data source of a test. Runs user code.</summary>
    /// <param name="test">Position of the test in the class.</param>
    public virtual RowSource Rows(int test) => throw new InvalidOperationException("This is a bug in Rondo: a test without a data source was asked for its rows.");

    /// <summary>Makes a dispatcher that a mark of the class or of its tests names; null if none names this type.</summary>
    /// <param name="type">The managed name.</param>
    public virtual LoopDispatcher? Dispatcher(string type) => null;

    /// <summary>Asks a condition that a mark of the class or of its tests names; null if none names it. Runs user code.</summary>
    /// <param name="member">Type and member, as the catalog writes them.</param>
    public virtual bool? Condition(string member) => null;

    /// <summary>Makes a value whose class is marked <see cref="TestValueAttribute"/>; null if no parameter has this type.</summary>
    /// <param name="type">The managed name.</param>
    /// <param name="test">Whose it is.</param>
    public virtual object? Value(string type, TestContext? test) => null;
}

/// <summary>What the generator wrote for one class that declares fixtures.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class FixtureHolderEntry
{
    /// <summary>Records of the holder and its fixtures; see <see cref="CatalogTable"/>.</summary>
    public abstract string Table { get; }

    /// <summary>Calls a fixture.</summary>
    /// <param name="fixture">Position of the fixture in the holder.</param>
    /// <param name="self">The test's instance for an instance fixture, else null.</param>
    /// <param name="values">Values of the method's parameters without <c>Use</c>: case arguments, then needs.</param>
    /// <param name="use">Gives the <see cref="Use{T}"/> to call, for the shape <c>use</c>.</param>
    /// <returns>Shape <c>value</c>: the value. Shape <c>task</c>: a <c>Task&lt;object?&gt;</c> made by <see cref="FixtureCall.Box{T}(Task{T})"/>. Shape <c>use</c>: the fixture's <see cref="Task"/>.</returns>
    public abstract object? Start(int fixture, object? self, object?[] values, FixtureCall use);

    /// <summary>The arguments of a case of a fixture, converted to the parameters' types.</summary>
    /// <param name="fixture">Position of the fixture in the holder.</param>
    /// <param name="row">Position of the case in the fixture.</param>
    public virtual object?[] CaseValues(int fixture, int row) => throw new InvalidOperationException("This is a bug in Rondo: a fixture without cases was asked for one.");

    /// <summary>Writes the value of a fixture of the whole run, to be carried to the workers.</summary>
    /// <param name="fixture">Position of the fixture in the holder.</param>
    /// <param name="value">What the fixture gave.</param>
    /// <param name="to">Receives it.</param>
    public virtual void WriteValue(int fixture, object? value, ValueWriter to) => throw new InvalidOperationException("This is a bug in Rondo: a holder without fixtures of the whole run was asked to write a value.");

    /// <summary>Reads what <see cref="WriteValue"/> wrote: a copy.</summary>
    /// <param name="fixture">Position of the fixture in the holder.</param>
    /// <param name="from">Holds it.</param>
    public virtual object? ReadValue(int fixture, ValueReader from) => throw new InvalidOperationException("This is a bug in Rondo: a holder without fixtures of the whole run was asked to read a value.");

    /// <summary>Makes a dispatcher that a mark of a fixture names; null if none names this type.</summary>
    /// <param name="type">The managed name.</param>
    public virtual LoopDispatcher? Dispatcher(string type) => null;

    /// <summary>Makes a value whose class is marked <see cref="TestValueAttribute"/>; null if no parameter has this type.</summary>
    /// <param name="type">The managed name.</param>
    /// <param name="test">Whose it is; null for a fixture wider than one.</param>
    public virtual object? Value(string type, TestContext? test) => null;
}

/// <summary>
/// On a public class of a library: tests and fixtures may ask for it by parameter, as for a built-in value. Each test has one, which its fixtures of scope <see cref="FixtureScope.Test"/> share; each wider fixture has its own.
/// The class has a public constructor with one parameter, the <see cref="TestContext"/> or null for a wider fixture; it runs no code that blocks. If it is <see cref="IDisposable"/>, it is disposed of when the test or fixture is over.
/// A fixture of that type goes before it.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class TestValueAttribute : Attribute;

/// <summary>Connects generated fixture calls with the engine.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class FixtureCall
{
    /// <summary>The delegate a fixture of shape <c>use</c> calls with its value.</summary>
    public Use<T> Use<T>() => value => GiveValue(value);

    /// <summary>Receives the value.</summary>
    protected abstract Task GiveValue(object? value);

    /// <summary>Turns a typed task into one of object.</summary>
    public static async Task<object?> Box<T>(Task<T> task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return await task.ConfigureAwait(false);
    }

    /// <summary>Turns a typed task into one of object.</summary>
    public static async Task<object?> Box<T>(ValueTask<T> task) => await task.ConfigureAwait(false);
}

/// <summary>Where generated code announces its catalog, from a module initializer: it only stores a reference.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class CatalogRegistry
{
    private static readonly Lock s_gate = new();
    private static readonly List<AssemblyCatalog> s_catalogs = [];

    /// <summary>Announces a catalog.</summary>
    public static void Add(AssemblyCatalog catalog)
    {
        lock (s_gate) s_catalogs.Add(catalog);
    }

    internal static IReadOnlyList<AssemblyCatalog> All
    {
        get
        {
            lock (s_gate) return [.. s_catalogs];
        }
    }
}
