using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace Rondo.Catalog;

/// <summary>The rows of one data source, read lazily. Every step runs user code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class RowSource
{
    private protected RowSource()
    {
    }

    /// <summary>True if steps may suspend; else they run to their end on the calling thread.</summary>
    public abstract bool IsAsync { get; }

    /// <summary>Reads the rows.</summary>
    public abstract IAsyncEnumerable<RowValues> ReadAsync(CancellationToken stop);

    /// <summary>Rows from a synchronous source.</summary>
    /// <param name="rows">The user's sequence.</param>
    /// <param name="split">Gives the arguments of an element; null if the elements are <see cref="CaseRow"/>s.</param>
    public static RowSource Of<T>(IEnumerable<T> rows, Func<T, object?[]>? split) => new SyncRows<T>(rows, split);

    /// <summary>Rows from an asynchronous source.</summary>
    /// <param name="rows">The user's sequence.</param>
    /// <param name="split">Gives the arguments of an element; null if the elements are <see cref="CaseRow"/>s.</param>
    public static RowSource Of<T>(IAsyncEnumerable<T> rows, Func<T, object?[]>? split) => new AsyncRows<T>(rows, split);

    private static RowValues ValuesOf<T>(T element, Func<T, object?[]>? split) => element is CaseRow row
        ? new RowValues(row.Values, row.Name, row.Skip, row.Tags, row.TimeoutMs) { ExpectedFailure = row.ExpectedFailure }
        : new RowValues(split!(element), null, null, [], null);

    private sealed class SyncRows<T>(IEnumerable<T> rows, Func<T, object?[]>? split) : RowSource
    {
        public override bool IsAsync => false;

#pragma warning disable CS1998 // Synchronous by nature; one reading contract serves both kinds.
        public override async IAsyncEnumerable<RowValues> ReadAsync([EnumeratorCancellation] CancellationToken stop)
#pragma warning restore CS1998
        {
            foreach (var element in rows)
            {
                stop.ThrowIfCancellationRequested();
                yield return ValuesOf(element, split);
            }
        }
    }

    private sealed class AsyncRows<T>(IAsyncEnumerable<T> rows, Func<T, object?[]>? split) : RowSource
    {
        public override bool IsAsync => true;

        public override async IAsyncEnumerable<RowValues> ReadAsync([EnumeratorCancellation] CancellationToken stop)
        {
            await foreach (var element in rows.WithCancellation(stop)) yield return ValuesOf(element, split);
        }
    }
}

/// <summary>One row: arguments and marks.</summary>
/// <param name="Values">Arguments in the order of the parameters.</param>
/// <param name="Name">Replaces the arguments in the id; null shows them.</param>
/// <param name="Skip">Why it is not to be run; null runs it.</param>
/// <param name="Tags">Tags of its own.</param>
/// <param name="TimeoutMs">Limit in milliseconds; 0 means none, null leaves it to the test.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record RowValues(object?[] Values, string? Name, string? Skip, IReadOnlyList<string> Tags, int? TimeoutMs)
{
    /// <summary>Why it is expected to fail; null leaves it to the test.</summary>
    public string? ExpectedFailure { get; init; }
}
