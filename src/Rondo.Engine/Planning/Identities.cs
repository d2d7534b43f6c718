namespace Rondo.Engine.Planning;

/// <summary>Position of a case in the plan: what a case is on the wire.</summary>
internal readonly record struct CaseIndex(int Value) : IComparable<CaseIndex>
{
    public int CompareTo(CaseIndex other) => Value.CompareTo(other.Value);

    public override string ToString() => "#" + Value;
}

/// <summary>Number of a worker process in its run; a replacement gets a new one, so a number never means two processes.</summary>
internal readonly record struct WorkerNumber(int Value)
{
    /// <summary>As people see it.</summary>
    public string Name => Value >= 0 ? "w" + Value : Value == InProcess.Value ? "main" : Value == -2 ? "host" : "host" + (-Value - 1);

    /// <summary>The worker that lives in the controller's own process (<c>-n 0</c>).</summary>
    public static WorkerNumber InProcess => new(-1);

    /// <summary>A process that holds the fixtures of the whole run and runs no case.</summary>
    /// <param name="earlier">How many there were before it.</param>
    public static WorkerNumber Host(int earlier) => new(-2 - earlier);

    public override string ToString() => Name;
}

/// <summary>A test in the catalog: class number and method number, the same in every process of one build.</summary>
/// <remarks>An object, so that what is kept by test is in images compiled ahead of time; see docs/design/start-up.md.</remarks>
internal sealed record TestNumber(int Class, int Method);
