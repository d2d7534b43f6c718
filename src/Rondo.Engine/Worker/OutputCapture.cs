using System.Diagnostics;
using System.Text;

namespace Rondo.Engine.Worker;

/// <summary>Sends what a test writes to Console and Trace to that test, by the ExecutionContext; what belongs to no test goes where it would have gone.</summary>
internal sealed class OutputCapture : IDisposable
{
    private readonly TextWriter _formerOut;
    private readonly TextWriter _formerError;
    private readonly TextWriterTraceListener _trace;

    /// <param name="ownsProcess">The process is a worker's: what belongs to no test goes to its standard output, also where something that ran before <c>Main</c> had given Console another writer.</param>
    public OutputCapture(bool ownsProcess)
    {
        // To ask Console for its writers makes them, which is a twelfth of a worker's start; nearly none writes outside of tests.
        var makesOwn = ownsProcess && !OperatingSystem.IsWindows();
        _formerOut = makesOwn ? new StandardWriter(Console.OpenStandardOutput) : Console.Out;
        _formerError = makesOwn ? new StandardWriter(Console.OpenStandardError) : Console.Error;
        var routedOut = new Routed(_formerOut, static output => output.Out);
        Console.SetOut(routedOut);
        Console.SetError(new Routed(_formerError, static output => output.Error));
        _trace = new TextWriterTraceListener(routedOut, "rondo");
        Trace.Listeners.Add(_trace);
    }

    public static AsyncLocal<TestOutput?> Current { get; } = new();

    public void Dispose()
    {
        Trace.Listeners.Remove(_trace);
        Console.SetOut(_formerOut);
        Console.SetError(_formerError);
    }

    /// <summary>Standard output or error, opened when something is written. Thread: any.</summary>
    private sealed class StandardWriter(Func<Stream> open) : TextWriter
    {
        private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false);

        private readonly Lock _gate = new();
        private StreamWriter? _writer;

        public override Encoding Encoding => s_utf8;

        public override void Write(char value)
        {
            lock (_gate) Opened().Write(value);
        }

        public override void Write(char[] buffer, int index, int count)
        {
            lock (_gate) Opened().Write(buffer, index, count);
        }

        public override void Write(ReadOnlySpan<char> buffer)
        {
            lock (_gate) Opened().Write(buffer);
        }

        public override void Write(string? value)
        {
            lock (_gate) Opened().Write(value);
        }

        public override void WriteLine()
        {
            lock (_gate) Opened().WriteLine();
        }

        public override void WriteLine(string? value)
        {
            lock (_gate) Opened().WriteLine(value);
        }

        // What was written is with the system already.
        public override void Flush()
        {
        }

        private StreamWriter Opened() => _writer ??= new StreamWriter(open(), s_utf8) { AutoFlush = true };
    }

    private sealed class Routed(TextWriter elsewhere, Func<TestOutput, TextWriter> choose) : TextWriter
    {
        private TextWriter Target => Current.Value is { } output ? choose(output.Target) : elsewhere;

        public override Encoding Encoding => elsewhere.Encoding;

        public override void Write(char value) => Target.Write(value);

        public override void Write(char[] buffer, int index, int count) => Target.Write(buffer, index, count);

        public override void Write(ReadOnlySpan<char> buffer) => Target.Write(buffer);

        public override void Write(string? value) => Target.Write(value);

        public override void WriteLine() => Target.WriteLine();

        public override void WriteLine(string? value) => Target.WriteLine(value);

        public override void Flush() => Target.Flush();
    }
}

/// <summary>Where one test's text goes.</summary>
internal class TestOutput(CapturedText @out, CapturedText error)
{
    public CapturedText Out { get; } = @out;

    public CapturedText Error { get; } = error;

    /// <summary>Who takes the text at this moment.</summary>
    public virtual TestOutput Target => this;
}

/// <summary>Where the text of a part of a test goes: when the part is over, what it left behind writes for the test.</summary>
internal sealed class PartOutput(CapturedText @out, CapturedText error, TestOutput whole) : TestOutput(@out, error)
{
    private volatile bool _isOver;

    public Part? Part { get; set; }

    public bool IsOver
    {
        get => _isOver;
        set => _isOver = value;
    }

    public TestOutput Whole => whole;

    public override TestOutput Target => IsOver ? whole : this;
}

/// <summary>What <see cref="TestContext.Output"/> is: the test's output, or inside a part of it the part's.</summary>
internal sealed class OutputOfFlow(TestOutput whole) : TextWriter
{
    private CapturedText Target => OutputCapture.Current.Value is PartOutput part && part.Whole == whole ? part.Target.Out : whole.Out;

    public override Encoding Encoding => whole.Out.Encoding;

    public override void Write(char value) => Target.Write(value);

    public override void Write(char[] buffer, int index, int count) => Target.Write(buffer, index, count);

    public override void Write(ReadOnlySpan<char> buffer) => Target.Write(buffer);

    public override void Write(string? value) => Target.Write(value);

    public override void WriteLine() => Target.WriteLine();

    public override void WriteLine(string? value) => Target.WriteLine(value);
}
