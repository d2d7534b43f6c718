namespace Rondo;

/// <summary>A row of a data source with marks of its own. Make one of the generic kinds.</summary>
public abstract class CaseRow
{
    private protected CaseRow(object?[] values) => Values = values;

    internal object?[] Values { get; }

    /// <summary>Replaces the arguments in the id; null shows the arguments.</summary>
    public string? Name { get; init; }

    /// <summary>Why this row is not to be run; null runs it.</summary>
    public string? Skip { get; init; }

    /// <summary>Why this row is expected to fail, as with <see cref="ExpectedFailureAttribute"/>; null leaves it to the test.</summary>
    public string? ExpectedFailure { get; init; }

    /// <summary>Tags added to those of the test.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Time limit of this row in milliseconds; 0 means none, null leaves it to the test.</summary>
    public int? TimeoutMs { get; init; }
}

/// <summary>A row with one argument.</summary>
public sealed class CaseRow<T1>(T1 value) : CaseRow([value]);

/// <summary>A row with two arguments.</summary>
public sealed class CaseRow<T1, T2>(T1 value1, T2 value2) : CaseRow([value1, value2]);

/// <summary>A row with three arguments.</summary>
public sealed class CaseRow<T1, T2, T3>(T1 value1, T2 value2, T3 value3) : CaseRow([value1, value2, value3]);

/// <summary>A row with four arguments.</summary>
public sealed class CaseRow<T1, T2, T3, T4>(T1 value1, T2 value2, T3 value3, T4 value4) : CaseRow([value1, value2, value3, value4]);

/// <summary>A row with five arguments.</summary>
public sealed class CaseRow<T1, T2, T3, T4, T5>(T1 value1, T2 value2, T3 value3, T4 value4, T5 value5)
    : CaseRow([value1, value2, value3, value4, value5]);

/// <summary>A row with six arguments.</summary>
public sealed class CaseRow<T1, T2, T3, T4, T5, T6>(T1 value1, T2 value2, T3 value3, T4 value4, T5 value5, T6 value6)
    : CaseRow([value1, value2, value3, value4, value5, value6]);
