using FsCheck;
using FsCheck.Fluent;

namespace Rondo;

/// <summary>
/// Tries a property with many generated examples, inside an ordinary test. When it fails for one, a smaller one is looked for, and the test fails with both and with the seed that brings them again.
/// </summary>
/// <remarks>
/// <para>Examples come one after the other, on the thread where the test is: after each await on the test's loop, as everything in a test. Thread: any.</para>
/// <para>The fixtures of the test are set up once, not once for each example; leaks, time limits and output are the test's. What must be new for each example is made inside the property.</para>
/// <para>A property is broken when it throws or returns false. A skip (<see cref="Skip"/>) skips the test. When the test's token is cancelled the search ends between two examples.</para>
/// </remarks>
public static class PropertyTest
{
    /// <summary>Awaits <paramref name="property"/> with each example; it must not throw.</summary>
    /// <param name="property">Is over, with all it awaits, before the next example begins. Must not change its example.</param>
    /// <param name="options">Null: <see cref="PropertyOptions.Default"/>.</param>
    /// <returns>Completed when all examples hold.</returns>
    /// <exception cref="PropertyFailedException">RND2032: the property does not hold for some example.</exception>
    /// <exception cref="RondoUsageException">RND2030: an option is out of its range. RND2031: FsCheck has no generator for the type.</exception>
    public static Task CheckAsync<T>(Func<T, Task> property, PropertyOptions? options = null) =>
        PropertySearch.RunAsync(map => map.ArbFor<T>(), async e => { await property(e); return true; }, options);

    /// <summary>Awaits <paramref name="property"/> with each example; it must return true and not throw.</summary>
    /// <param name="property">Is over, with all it awaits, before the next example begins. Must not change its example.</param>
    /// <param name="options">Null: <see cref="PropertyOptions.Default"/>.</param>
    /// <returns>Completed when all examples hold.</returns>
    /// <exception cref="PropertyFailedException">RND2032: the property does not hold for some example.</exception>
    /// <exception cref="RondoUsageException">RND2030: an option is out of its range. RND2031: FsCheck has no generator for the type.</exception>
    public static Task CheckAsync<T>(Func<T, Task<bool>> property, PropertyOptions? options = null) =>
        PropertySearch.RunAsync(map => map.ArbFor<T>(), e => new ValueTask<bool>(property(e)), options);

    /// <summary>Awaits <paramref name="property"/> with each example of 2 arguments; it must not throw.</summary>
    /// <param name="property">Is over, with all it awaits, before the next example begins. Must not change its example.</param>
    /// <param name="options">Null: <see cref="PropertyOptions.Default"/>.</param>
    /// <returns>Completed when all examples hold.</returns>
    /// <exception cref="PropertyFailedException">RND2032: the property does not hold for some example.</exception>
    /// <exception cref="RondoUsageException">RND2030: an option is out of its range. RND2031: FsCheck has no generator for the type.</exception>
    public static Task CheckAsync<T1, T2>(Func<T1, T2, Task> property, PropertyOptions? options = null) =>
        PropertySearch.RunAsync(PropertySearch.Both<T1, T2>, async e => { await property(e.Item1, e.Item2); return true; }, options);

    /// <summary>Awaits <paramref name="property"/> with each example of 2 arguments; it must return true and not throw.</summary>
    /// <param name="property">Is over, with all it awaits, before the next example begins. Must not change its example.</param>
    /// <param name="options">Null: <see cref="PropertyOptions.Default"/>.</param>
    /// <returns>Completed when all examples hold.</returns>
    /// <exception cref="PropertyFailedException">RND2032: the property does not hold for some example.</exception>
    /// <exception cref="RondoUsageException">RND2030: an option is out of its range. RND2031: FsCheck has no generator for the type.</exception>
    public static Task CheckAsync<T1, T2>(Func<T1, T2, Task<bool>> property, PropertyOptions? options = null) =>
        PropertySearch.RunAsync(PropertySearch.Both<T1, T2>, e => new ValueTask<bool>(property(e.Item1, e.Item2)), options);

    /// <summary>Awaits <paramref name="property"/> with each example of 3 arguments; it must not throw.</summary>
    /// <param name="property">Is over, with all it awaits, before the next example begins. Must not change its example.</param>
    /// <param name="options">Null: <see cref="PropertyOptions.Default"/>.</param>
    /// <returns>Completed when all examples hold.</returns>
    /// <exception cref="PropertyFailedException">RND2032: the property does not hold for some example.</exception>
    /// <exception cref="RondoUsageException">RND2030: an option is out of its range. RND2031: FsCheck has no generator for the type.</exception>
    public static Task CheckAsync<T1, T2, T3>(Func<T1, T2, T3, Task> property, PropertyOptions? options = null) =>
        PropertySearch.RunAsync(PropertySearch.Three<T1, T2, T3>, async e => { await property(e.Item1, e.Item2, e.Item3); return true; }, options);

    /// <summary>Awaits <paramref name="property"/> with each example of 3 arguments; it must return true and not throw.</summary>
    /// <param name="property">Is over, with all it awaits, before the next example begins. Must not change its example.</param>
    /// <param name="options">Null: <see cref="PropertyOptions.Default"/>.</param>
    /// <returns>Completed when all examples hold.</returns>
    /// <exception cref="PropertyFailedException">RND2032: the property does not hold for some example.</exception>
    /// <exception cref="RondoUsageException">RND2030: an option is out of its range. RND2031: FsCheck has no generator for the type.</exception>
    public static Task CheckAsync<T1, T2, T3>(Func<T1, T2, T3, Task<bool>> property, PropertyOptions? options = null) =>
        PropertySearch.RunAsync(PropertySearch.Three<T1, T2, T3>, e => new ValueTask<bool>(property(e.Item1, e.Item2, e.Item3)), options);

    /// <summary>Awaits <paramref name="property"/> with each example; it must not throw.</summary>
    /// <param name="examples">Generates the examples and makes them smaller.</param>
    /// <param name="property">Is over, with all it awaits, before the next example begins. Must not change its example.</param>
    /// <param name="options">Null: <see cref="PropertyOptions.Default"/>.</param>
    /// <returns>Completed when all examples hold.</returns>
    /// <exception cref="PropertyFailedException">RND2032: the property does not hold for some example.</exception>
    /// <exception cref="RondoUsageException">RND2030: an option is out of its range.</exception>
    public static Task CheckAsync<T>(Arbitrary<T> examples, Func<T, Task> property, PropertyOptions? options = null) =>
        PropertySearch.RunAsync(_ => examples, async e => { await property(e); return true; }, options);

    /// <summary>Awaits <paramref name="property"/> with each example; it must return true and not throw.</summary>
    /// <param name="examples">Generates the examples and makes them smaller.</param>
    /// <param name="property">Is over, with all it awaits, before the next example begins. Must not change its example.</param>
    /// <param name="options">Null: <see cref="PropertyOptions.Default"/>.</param>
    /// <returns>Completed when all examples hold.</returns>
    /// <exception cref="PropertyFailedException">RND2032: the property does not hold for some example.</exception>
    /// <exception cref="RondoUsageException">RND2030: an option is out of its range.</exception>
    public static Task CheckAsync<T>(Arbitrary<T> examples, Func<T, Task<bool>> property, PropertyOptions? options = null) =>
        PropertySearch.RunAsync(_ => examples, e => new ValueTask<bool>(property(e)), options);

    /// <summary>Calls <paramref name="property"/> with each example; it must not throw.</summary>
    /// <param name="property">Is called on the current thread. Must not change its example.</param>
    /// <param name="options">Null: <see cref="PropertyOptions.Default"/>.</param>
    /// <exception cref="PropertyFailedException">RND2032: the property does not hold for some example.</exception>
    /// <exception cref="RondoUsageException">RND2030: an option is out of its range. RND2031: FsCheck has no generator for the type.</exception>
    public static void Check<T>(Action<T> property, PropertyOptions? options = null) =>
        Finished(PropertySearch.RunAsync(map => map.ArbFor<T>(), e => { property(e); return ValueTask.FromResult(true); }, options));

    /// <summary>Calls <paramref name="property"/> with each example; it must return true and not throw.</summary>
    /// <param name="property">Is called on the current thread. Must not change its example.</param>
    /// <param name="options">Null: <see cref="PropertyOptions.Default"/>.</param>
    /// <exception cref="PropertyFailedException">RND2032: the property does not hold for some example.</exception>
    /// <exception cref="RondoUsageException">RND2030: an option is out of its range. RND2031: FsCheck has no generator for the type.</exception>
    public static void Check<T>(Func<T, bool> property, PropertyOptions? options = null) =>
        Finished(PropertySearch.RunAsync(map => map.ArbFor<T>(), e => ValueTask.FromResult(property(e)), options));

    /// <summary>Calls <paramref name="property"/> with each example of 2 arguments; it must not throw.</summary>
    /// <param name="property">Is called on the current thread. Must not change its example.</param>
    /// <param name="options">Null: <see cref="PropertyOptions.Default"/>.</param>
    /// <exception cref="PropertyFailedException">RND2032: the property does not hold for some example.</exception>
    /// <exception cref="RondoUsageException">RND2030: an option is out of its range. RND2031: FsCheck has no generator for the type.</exception>
    public static void Check<T1, T2>(Action<T1, T2> property, PropertyOptions? options = null) =>
        Finished(PropertySearch.RunAsync(PropertySearch.Both<T1, T2>, e => { property(e.Item1, e.Item2); return ValueTask.FromResult(true); }, options));

    /// <summary>Calls <paramref name="property"/> with each example of 2 arguments; it must return true and not throw.</summary>
    /// <param name="property">Is called on the current thread. Must not change its example.</param>
    /// <param name="options">Null: <see cref="PropertyOptions.Default"/>.</param>
    /// <exception cref="PropertyFailedException">RND2032: the property does not hold for some example.</exception>
    /// <exception cref="RondoUsageException">RND2030: an option is out of its range. RND2031: FsCheck has no generator for the type.</exception>
    public static void Check<T1, T2>(Func<T1, T2, bool> property, PropertyOptions? options = null) =>
        Finished(PropertySearch.RunAsync(PropertySearch.Both<T1, T2>, e => ValueTask.FromResult(property(e.Item1, e.Item2)), options));

    /// <summary>Calls <paramref name="property"/> with each example of 3 arguments; it must not throw.</summary>
    /// <param name="property">Is called on the current thread. Must not change its example.</param>
    /// <param name="options">Null: <see cref="PropertyOptions.Default"/>.</param>
    /// <exception cref="PropertyFailedException">RND2032: the property does not hold for some example.</exception>
    /// <exception cref="RondoUsageException">RND2030: an option is out of its range. RND2031: FsCheck has no generator for the type.</exception>
    public static void Check<T1, T2, T3>(Action<T1, T2, T3> property, PropertyOptions? options = null) =>
        Finished(PropertySearch.RunAsync(PropertySearch.Three<T1, T2, T3>, e => { property(e.Item1, e.Item2, e.Item3); return ValueTask.FromResult(true); }, options));

    /// <summary>Calls <paramref name="property"/> with each example of 3 arguments; it must return true and not throw.</summary>
    /// <param name="property">Is called on the current thread. Must not change its example.</param>
    /// <param name="options">Null: <see cref="PropertyOptions.Default"/>.</param>
    /// <exception cref="PropertyFailedException">RND2032: the property does not hold for some example.</exception>
    /// <exception cref="RondoUsageException">RND2030: an option is out of its range. RND2031: FsCheck has no generator for the type.</exception>
    public static void Check<T1, T2, T3>(Func<T1, T2, T3, bool> property, PropertyOptions? options = null) =>
        Finished(PropertySearch.RunAsync(PropertySearch.Three<T1, T2, T3>, e => ValueTask.FromResult(property(e.Item1, e.Item2, e.Item3)), options));

    /// <summary>Calls <paramref name="property"/> with each example; it must not throw.</summary>
    /// <param name="examples">Generates the examples and makes them smaller.</param>
    /// <param name="property">Is called on the current thread. Must not change its example.</param>
    /// <param name="options">Null: <see cref="PropertyOptions.Default"/>.</param>
    /// <exception cref="PropertyFailedException">RND2032: the property does not hold for some example.</exception>
    /// <exception cref="RondoUsageException">RND2030: an option is out of its range.</exception>
    public static void Check<T>(Arbitrary<T> examples, Action<T> property, PropertyOptions? options = null) =>
        Finished(PropertySearch.RunAsync(_ => examples, e => { property(e); return ValueTask.FromResult(true); }, options));

    /// <summary>Calls <paramref name="property"/> with each example; it must return true and not throw.</summary>
    /// <param name="examples">Generates the examples and makes them smaller.</param>
    /// <param name="property">Is called on the current thread. Must not change its example.</param>
    /// <param name="options">Null: <see cref="PropertyOptions.Default"/>.</param>
    /// <exception cref="PropertyFailedException">RND2032: the property does not hold for some example.</exception>
    /// <exception cref="RondoUsageException">RND2030: an option is out of its range.</exception>
    public static void Check<T>(Arbitrary<T> examples, Func<T, bool> property, PropertyOptions? options = null) =>
        Finished(PropertySearch.RunAsync(_ => examples, e => ValueTask.FromResult(property(e)), options));

    // Nothing in it awaited, so it has ended; this only throws what it found.
    private static void Finished(Task search) => search.GetAwaiter().GetResult();
}
