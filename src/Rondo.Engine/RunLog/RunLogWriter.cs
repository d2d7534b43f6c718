using System.Diagnostics;
using Rondo.Engine.History;
using Rondo.Engine.Planning;
using Rondo.Engine.Wire;

namespace Rondo.Engine.RunLog;

/// <summary>Appends to the run's log. The controller alone writes; it is an aid, so that no trouble with it ever fails a run.</summary>
/// <remarks>Thread: any, one call at a time is enforced. What was added is with the system after <see cref="Flush"/>, so it outlives this process.</remarks>
[DebuggerDisplay("{_files.Count} files, {_waiting.Length} bytes wait")]
internal sealed class RunLogWriter : IDisposable
{
    private const int IdsInALine = 1000;
    private const int FlushAbove = 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly List<LogFile> _files = [];
    private readonly List<string> _untold = [];
    private readonly TimeProvider _time;
    private readonly long _opened;
    private readonly Action<string> _say;
    private readonly string? _live; // the file in the history folder, which moves when the run ends well
    private readonly string? _last;
    private JsonWriter _waiting = new(4096);
    private Plan? _plan;
    private long _number;
    private bool _ended;

    private RunLogWriter(TimeProvider time, Action<string> say, string? live, string? last)
    {
        _time = time;
        _opened = time.GetTimestamp();
        _say = say;
        _live = live;
        _last = last;
    }

    /// <param name="folder">Where the log of every run is; null keeps none.</param>
    /// <param name="file">The <c>--runlog</c> option: a second copy; an existing file is replaced. Null for none.</param>
    /// <param name="say">Hears, once for each file, why that file is not written any more. Called outside all locks of the writer's caller, must not throw.</param>
    public static RunLogWriter Open(string runId, HistoryFolder? folder, string? file, TimeProvider time, Action<string> say)
    {
        var ready = folder is not null && folder.Prepare(say) ? folder : null;
        var log = new RunLogWriter(time, say, ready?.RunFile(runId), ready?.LastRunFile);
        if (log._live is not null) log.OpenFile(log._live);
        if (file is not null) log.OpenFile(Path.GetFullPath(file));
        return log;
    }

    /// <summary>The first event. Flushed at once, so that a later run can tell whose log this is.</summary>
    public void Started(string runId, IReadOnlyList<KeyValuePair<string, string>> options, string assembly = "", string build = "", int? seed = null)
    {
        Add(new RunLogEvent.Started(runId, ProcessIdentity.Current, _time.GetUtcNow(), options)
        {
            Assembly = assembly,
            Build = build,
            System = Environment.OSVersion.VersionString,
            Processors = Environment.ProcessorCount,
            Seed = seed,
        });
        Flush();
    }

    /// <summary>The whole plan, in as many lines as it needs.</summary>
    public void Planned(Plan plan)
    {
        lock (_lock) _plan = plan;
        for (var first = 0; first < Math.Max(1, plan.Cases.Count); first += IdsInALine)
        {
            var ids = new string[Math.Min(IdsInALine, plan.Cases.Count - first)];
            for (var i = 0; i < ids.Length; i++) ids[i] = plan.Cases[first + i].Id;
            Add(new RunLogEvent.Planned(plan.Hash, plan.Cases.Count, first, ids) { Tests = TestsOf(plan, first, ids.Length), Words = WordsOf(plan, first, ids.Length) });
        }
    }

    private static List<PlannedTest> TestsOf(Plan plan, int first, int count)
    {
        var tests = new List<PlannedTest>();
        for (var i = first; i < first + count;)
        {
            var test = plan.Cases[i].Test;
            var from = i;
            while (i < first + count && ReferenceEquals(plan.Cases[i].Test, test)) i++;
            tests.Add(new PlannedTest(test.Class.Assembly, test.Class.Namespace, test.Class.Type, test.Class.File, test.Name, test.Line, i - from));
        }

        return tests;
    }

    private static List<PlannedWords> WordsOf(Plan plan, int first, int count)
    {
        var all = new List<PlannedWords>();
        for (var i = first; i < first + count; i++)
        {
            var planned = plan.Cases[i];
            var tags = planned.Marks.Tags;
            var isPlain = planned.Id.AsSpan(planned.Test.Class.FullName.Length + 1).SequenceEqual(planned.DisplayName);
            if (!isPlain || tags.Count > 0) all.Add(new PlannedWords(i, isPlain ? "" : planned.DisplayName, tags));
        }

        return all;
    }

    /// <summary>Adds an event; its time is set here.</summary>
    public void Add(RunLogEvent what)
    {
        var full = false;
        lock (_lock)
        {
            if (_files.Count == 0) return;
            RunLogJson.Write(what with { AtMs = (long)_time.GetElapsedTime(_opened).TotalMilliseconds }, _number++, _plan, _waiting);
            _ended |= what is RunLogEvent.Ended;
            full = _waiting.Length > FlushAbove;
        }

        if (full) HandOver();
    }

    /// <summary>Hands everything to the system, once per batch of events, and tells of files that cannot be written any more.</summary>
    public void Flush()
    {
        HandOver();
        List<string> troubles;
        lock (_lock)
        {
            if (_untold.Count == 0) return;
            troubles = [.. _untold];
            _untold.Clear();
        }

        troubles.ForEach(_say);
    }

    /// <summary>Hands everything to the system and tells nobody, for user code that could end this very process is next; <see cref="Flush"/> tells.</summary>
    public void HandOver()
    {
        lock (_lock)
        {
            if (_waiting.Length == 0) return;
            for (var i = _files.Count - 1; i >= 0; i--)
            {
                var (path, stream) = _files[i];
                try
                {
                    stream.Write(_waiting.Written);
                    stream.Flush();
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException or ObjectDisposedException or NotSupportedException)
                {
                    _files.RemoveAt(i);
                    CloseQuietly(stream);
                    _untold.Add(Trouble(path, error));
                }
            }

            if (_waiting.Capacity > 4 * FlushAbove) _waiting = new JsonWriter(4096);
            else _waiting.Clear();
        }
    }

    /// <summary>After <see cref="RunLogEvent.Ended"/> the log is kept as the last run's; without it, the next run reports a crash.</summary>
    public void Dispose()
    {
        Flush();
        lock (_lock)
        {
            var live = _files.Exists(f => f.Path == _live);
            foreach (var (_, stream) in _files) CloseQuietly(stream);
            _files.Clear();
            if (!live || !_ended) return;
        }

        try
        {
            File.Move(_live!, _last!, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _say(Trouble(_last!, error));
        }
    }

    private void OpenFile(string path)
    {
        try
        {
            if (Path.GetDirectoryName(path) is { Length: > 0 } parent) Directory.CreateDirectory(parent);
            _files.Add(new LogFile(path, new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            _say(Trouble(path, error));
        }
    }

    private static void CloseQuietly(FileStream stream)
    {
        try
        {
            stream.Dispose();
        }
        catch (IOException)
        {
        }
    }

    private static string Trouble(string path, Exception error) =>
        $"The run log '{path}' is not written any more: {error.Message} The run goes on without it; results are not affected. [RND5001]";

    private sealed record LogFile(string Path, FileStream Stream);
}
