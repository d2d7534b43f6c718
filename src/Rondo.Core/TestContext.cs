using System.Collections.Concurrent;
using Rondo.Loops;

namespace Rondo;

/// <summary>What a running test can ask about itself. Flows with the ExecutionContext, so it is right inside concurrent tests too.</summary>
/// <remarks>Thread: any. Null outside a test, also in fixtures wider than <see cref="FixtureScope.Test"/>.</remarks>
public sealed class TestContext
{
    private static readonly AsyncLocal<TestContext?> s_current = new();
    private readonly List<TestAttachment> _attachments = [];
    private IDictionary<string, string>? _properties;

    internal TestContext(string id, string displayName, int attempt, TextWriter output, EventLoop loop, WorkerInfo worker, CancellationToken stop)
    {
        Id = id;
        DisplayName = displayName;
        Attempt = attempt;
        Output = output;
        Loop = loop;
        Worker = worker;
        CancellationToken = stop;
    }

    /// <summary>The context of the test that this code belongs to; null outside a test.</summary>
    public static TestContext? Current
    {
        get => s_current.Value;
        internal set => s_current.Value = value;
    }

    /// <summary>The case's id: readable, stable between builds, the same in every process.</summary>
    public string Id { get; }

    /// <summary>What people see.</summary>
    public string DisplayName { get; }

    /// <summary>Which execution of the case this is, counted from 1.</summary>
    public int Attempt { get; }

    /// <summary>
    /// The run's seed: what <c>--seed</c> gave, or was drawn because something of the run is random; null if neither. For tests that draw numbers of their own. One that drew its seed itself
    /// writes it into <see cref="Properties"/> as <c>rondo.seed</c>: then the line that runs the failed test again carries it.
    /// </summary>
    public int? Seed { get; internal init; }

    /// <summary>Text for this test's report; inside a part of <see cref="Subtests"/>, for the part's. Safe from any thread.</summary>
    public TextWriter Output { get; }

    /// <summary>Notes of the test's own, carried into its result as text.</summary>
    public IDictionary<string, string> Properties => _properties ?? Interlocked.CompareExchange(ref _properties, new ConcurrentDictionary<string, string>(StringComparer.Ordinal), null) ?? _properties;

    /// <summary>Null, the rule: nobody asked for them.</summary>
    internal IDictionary<string, string>? PropertiesOrNull => Volatile.Read(ref _properties);

    /// <summary>Cancelled when the test's time is over, when the run is stopped, when a fixture it uses dies, or when a child of <see cref="Tasks"/> fails.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>The test's own loop.</summary>
    public EventLoop Loop { get; }

    /// <summary>Where the test runs.</summary>
    public WorkerInfo Worker { get; }

    /// <summary>
    /// The task group of the test: what is started in it ends with the test's body. Children that still run when the body has ended are awaited, those in the background cancelled;
    /// all are cancelled when the body fails or its time is over. A child that fails cancels the body, and the test fails with the child's exception. As a parameter: <see cref="TaskGroup"/>.
    /// </summary>
    /// <remarks>Opened by the first who asks; children run on the test's loop. <see cref="TaskGroup.Cancel"/> ends the children only. In fixtures of scope Test it is this same group.</remarks>
    /// <exception cref="RondoUsageException">RND3043: asked for the first time after the body had ended.</exception>
    public TaskGroup Tasks => TaskSource?.Group ?? throw new InvalidOperationException("This is a bug in Rondo: a test without tasks.");

    internal ITaskGroupSource? TaskSource { get; set; }

    /// <summary>Adds a file to the test's result.</summary>
    /// <param name="path">An existing file; it is referred to, not copied. A <see cref="TempDirectory"/> of the test with a file that is attached stays.</param>
    /// <param name="description">What it is; null shows the file name.</param>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    public void Attach(string path, string? description = null)
    {
        var full = System.IO.Path.GetFullPath(path);
        if (!File.Exists(full)) throw new FileNotFoundException($"Cannot attach '{full}' to test '{Id}': there is no such file. Write it first, then attach it. [RND3010]", full);
        lock (_attachments) _attachments.Add(new TestAttachment(full, description));
    }

    internal bool HasAttachmentBelow(string directory)
    {
        var root = Path.TrimEndingDirectorySeparator(directory) + Path.DirectorySeparatorChar;
        lock (_attachments) return _attachments.Exists(attachment => attachment.Path.StartsWith(root, StringComparison.Ordinal));
    }

    internal IReadOnlyList<TestAttachment> TakeAttachments()
    {
        lock (_attachments) return [.. _attachments];
    }
}

/// <summary>Opens the task group of a test when somebody asks for it.</summary>
internal interface ITaskGroupSource
{
    TaskGroup Group { get; }
}

internal sealed record TestAttachment(string Path, string? Description);
