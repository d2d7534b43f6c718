using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Rondo.Engine.Native;

namespace Rondo.Engine.Control;

/// <summary>
/// Reads what a worker's process writes to its stdout and stderr past the engine: native code, programs that inherited them, and what belongs to no test. It never holds the writer up. All of it goes to the tails; and until
/// somebody takes it as the output of a case it is also kept in pieces, each with the moment before it was read.
/// </summary>
/// <remarks>Thread: a reader of its own where the system lets it wait for both (POSIX), else the pool; the rest from anywhere. Bounded: of what nobody takes the newest is dropped.</remarks>
/// <param name="time">Its timestamps are those of the worker's process too.</param>
internal sealed class WorkerOutput(TimeProvider time)
{
    private const int MostKept = 512 * 1024;

    // What the controller does not take in time; it takes it within milliseconds.
    private const int MostLive = 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly List<Piece> _pieces = [];
    private int _kept;
    private bool _isHeard;
    private bool _isCut;
    private List<(bool IsError, byte[] Bytes)> _live = [];
    private int _liveLength;
    private long _liveDropped;

    // Of the controller's event loop, which alone takes it.
    private Decoder? _outDecoder;
    private Decoder? _errorDecoder;

    public OutputTail Out { get; } = new();

    public OutputTail Error { get; } = new();

    /// <summary>Called on the reader's thread when there is something to take; not again before it was taken.</summary>
    public Action? Heard { get; set; }

    /// <summary>What is read is also kept for <see cref="TakeLive"/>. Before it is read.</summary>
    public bool IsLive { get; set; }

    /// <summary>What was read since the last time, in order; it stays in the pieces and tails as it would.</summary>
    public IReadOnlyList<(bool IsError, string Text)> TakeLive()
    {
        List<(bool IsError, byte[] Bytes)> taken;
        long dropped;
        lock (_gate)
        {
            (taken, _live) = (_live, []);
            (dropped, _liveDropped, _liveLength) = (_liveDropped, 0, 0);
            _isHeard = false;
        }

        var texts = new List<(bool, string)>(taken.Count + 1);
        // A character may come in two pieces.
        foreach (var (isError, bytes) in taken)
        {
            var decoder = isError ? _errorDecoder ??= Encoding.UTF8.GetDecoder() : _outDecoder ??= Encoding.UTF8.GetDecoder();
            var characters = new char[decoder.GetCharCount(bytes, flush: false)];
            texts.Add((isError, new string(characters, 0, decoder.GetChars(bytes, characters, flush: false))));
        }

        if (dropped > 0) texts.Add((true, string.Create(CultureInfo.InvariantCulture, $"\n… {dropped} bytes that were written past the console are left out here …\n")));
        return texts;
    }

    /// <summary>Reads both until their end.</summary>
    public Task ReadAsync(Process process)
    {
        var (output, error) = (process.StandardOutput.BaseStream, process.StandardError.BaseStream);
        if (Posix.IsAvailable && output is System.IO.Pipes.PipeStream o && error is System.IO.Pipes.PipeStream e)
        {
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            new Thread(() => Read(o.SafePipeHandle, e.SafePipeHandle, ended)) { IsBackground = true, Name = "rondo output of process " + process.Id.ToString(CultureInfo.InvariantCulture) }.Start();
            return ended.Task;
        }

        return Task.WhenAll(ReadAsync(output, isError: false), ReadAsync(error, isError: true));
    }

    /// <summary>Takes what was read between two moments. What was read before belongs to nobody any more and stays in the tails only.</summary>
    /// <param name="from">A timestamp of the clock.</param>
    /// <param name="until">A later one.</param>
    public (string Output, string ErrorOutput) Take(long from, long until)
    {
        byte[] output, error;
        bool isCut;
        lock (_gate)
        {
            _isHeard = false;
            int first = 0, end;
            while (first < _pieces.Count && _pieces[first].At < from) first++;
            for (end = first; end < _pieces.Count && _pieces[end].At <= until;) end++;
            (output, error) = (Joined(first, end, isError: false), Joined(first, end, isError: true));
            for (var i = 0; i < end; i++) _kept -= _pieces[i].Bytes.Length;
            _pieces.RemoveRange(0, end);
            isCut = _isCut && end > 0;
            // Each text stands in one place, if that is known of all of it.
            if (first == 0 && end > 0 && _pieces.Count == 0 && !_isCut)
            {
                Out.Clear();
                Error.Clear();
            }

            if (_pieces.Count == 0) _isCut = false;
        }

        return (OutputTail.Clean(output) + (isCut ? "\n… more was written past the console than is kept …\n" : ""), OutputTail.Clean(error));
    }

    internal void Add(bool isError, long at, ReadOnlySpan<byte> bytes)
    {
        bool isNews;
        lock (_gate) isNews = Keep(isError, at, bytes);
        if (isNews) Heard?.Invoke();
    }

    // Under the gate.
    private bool Keep(bool isError, long at, ReadOnlySpan<byte> bytes)
    {
        (isError ? Error : Out).Append(bytes);
        var room = Math.Min(bytes.Length, MostKept - _kept);
        if (room < bytes.Length) _isCut = true;
        if (room > 0)
        {
            _pieces.Add(new Piece(isError, at, bytes[..room].ToArray()));
            _kept += room;
        }

        if (IsLive)
        {
            if (_liveLength + bytes.Length <= MostLive) _live.Add((isError, bytes.ToArray()));
            else _liveDropped += bytes.Length;
            _liveLength += bytes.Length;
        }

        var isNews = !_isHeard;
        _isHeard = true;
        return isNews;
    }

    private byte[] Joined(int first, int end, bool isError)
    {
        var joined = new List<byte>();
        for (var i = first; i < end; i++)
        {
            if (_pieces[i].IsError == isError) joined.AddRange(_pieces[i].Bytes);
        }

        return [.. joined];
    }

    private void Read(SafePipeHandle output, SafePipeHandle error, TaskCompletionSource ended)
    {
        var buffer = new byte[16 * 1024];
        SafePipeHandle?[] open = [output, error];
        while (open[0] is not null || open[1] is not null)
        {
            if (!Posix.WaitReadable(open[0], open[1], out var first, out var second)) break;
            // The moment before: what is read now was written before it, or after everything that was read so far.
            var at = time.GetTimestamp();
            if (first && !TryRead(0)) open[0] = null;
            if (second && !TryRead(1)) open[1] = null;

            bool TryRead(int which)
            {
                int read;
                var isNews = false;
                // There is something, so it does not block. Under the gate, so that whoever takes has what is no longer in the pipe.
                lock (_gate)
                {
                    read = Posix.Read(open[which]!, buffer);
                    if (read > 0) isNews = Keep(which == 1, at, buffer.AsSpan(0, read));
                }

                if (isNews) Heard?.Invoke();
                return read > 0;
            }
        }

        ended.SetResult();
    }

    private async Task ReadAsync(Stream from, bool isError)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReadAsync(buffer).ConfigureAwait(false) is > 0 and var read) Add(isError, time.GetTimestamp(), buffer.AsSpan(0, read));
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            // The pipe is gone; what was read stays.
        }
    }

    /// <param name="At">The moment before it was read.</param>
    private sealed record Piece(bool IsError, long At, byte[] Bytes);
}
