using System.Globalization;
using System.Text;
using Rondo.Engine.Planning;
using Rondo.Engine.Results;

namespace Rondo.Engine.History;

/// <summary>What earlier runs left: a snapshot for planning, and the way to add this run. Trouble becomes a message and never fails a run.</summary>
/// <remarks>
/// Several runs may use one folder. A reader sees a whole file, because it is only ever replaced by renaming. A writer holds the lock file,
/// reads again what others wrote meanwhile, adds its own results and replaces the file. Histories of other machines, put beside it under other names, are taken in that way too.
/// </remarks>
internal sealed class RunHistory
{
    /// <summary>A case that so many whole runs did not plan is forgotten.</summary>
    public const int KeptRuns = 50;

    /// <summary>In bytes. A larger file was not written by Rondo: a million cases need a third of it.</summary>
    public const long MaxFile = 512L * 1024 * 1024;

    private static readonly TimeSpan s_lockLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_lockPoll = TimeSpan.FromMilliseconds(20);

    private readonly HistoryFolder? _folder;
    private readonly HistoryText _text;

    private RunHistory(HistoryFolder? folder, HistoryText text)
    {
        _folder = folder;
        _text = text;
    }

    /// <summary>Knows nothing and keeps nothing.</summary>
    public static RunHistory None { get; } = new(null, HistoryText.Empty);

    /// <summary>True if no earlier run is known.</summary>
    public bool IsEmpty => _text.Cases.Count == 0;

    /// <summary>Ids of the cases that failed when they last ran.</summary>
    public IReadOnlySet<string> LastFailed
    {
        get
        {
            var failed = new HashSet<string>(StringComparer.Ordinal);
            foreach (var (id, record) in _text.Cases)
            {
                if (record.Last == Tally.Failed) failed.Add(id);
            }

            return failed;
        }
    }

    public CaseRecord? Of(string id) => _text.Cases.GetValueOrDefault(id);

    /// <summary>How long the case probably takes; null when unknown.</summary>
    public double? ExpectedMs(string id) => Of(id)?.ExpectedMs;

    /// <summary>What shards are divided by: as <see cref="ExpectedMs"/>, but what was known when the round began while one goes on.</summary>
    public double? SplitMs(string id) => _text.Round is null ? ExpectedMs(id) : Of(id)?.SplitMs;

    /// <summary>The case ran in an earlier run.</summary>
    public bool Knows(string id) => Of(id) is { Last: not null };

    /// <summary>The case is not known, or when it was last planned it neither passed nor was skipped.</summary>
    public bool IsLeft(string id) => Of(id) is not { IsLeft: false };

    /// <summary>Reads the history. A damaged, foreign or newer file is set aside, and what can be read of it is used.</summary>
    /// <param name="say">Hears about trouble.</param>
    public static async Task<RunHistory> ReadAsync(HistoryFolder? folder, TimeProvider time, Action<string> say)
    {
        if (folder is null) return None;
        var (text, trouble) = Load(folder);
        if (trouble is null) return new RunHistory(folder, WithOthers(folder, text, say));
        try
        {
            using var locked = await LockAsync(folder, time).ConfigureAwait(false);
            if (locked is not null)
            {
                // Another run may have healed it since.
                (text, trouble) = Load(folder);
                if (trouble is null) return new RunHistory(folder, WithOthers(folder, text, say));
                var aside = SetAside(folder);
                if (text.Cases.Count > 0) Replace(folder, HistoryText.Write(text.Run, text.Cases, text.Round));
                say($"The history '{folder.HistoryFile}' is damaged: {trouble}. It was set aside as '{aside}'; {text.Cases.Count.ToString(CultureInfo.InvariantCulture)} cases could be kept. [RND5004]");
                return new RunHistory(folder, WithOthers(folder, text, say));
            }
        }
        catch (Exception error) when (IsTrouble(error))
        {
            trouble += "; it could not be set aside either: " + error.Message;
        }

        say($"The history '{folder.HistoryFile}' cannot be used as it is: {trouble}. The run goes on with the {text.Cases.Count.ToString(CultureInfo.InvariantCulture)} cases that could be read. [RND5004]");
        return new RunHistory(folder, WithOthers(folder, text, say));
    }

    /// <summary>Adds this run's results to whatever the file holds by now.</summary>
    /// <param name="wholeSuite">The run, or all shards together, planned everything there is, so cases that are not in it grow older. False for a filtered run.</param>
    /// <param name="split">What the plan is a part of; null if it is none.</param>
    public async Task SaveAsync(Plan plan, IReadOnlyDictionary<CaseIndex, CaseResult> results, bool wholeSuite, TimeProvider time, Action<string> say, Split? split = null)
    {
        if (_folder is null || (results.Count == 0 && split is null) || !_folder.Prepare(say)) return;
        try
        {
            using var locked = await LockAsync(_folder, time).ConfigureAwait(false);
            if (locked is null)
            {
                say($"The history '{_folder.HistoryFile}' was not written: another run has held '{_folder.LockFile}' for more than {s_lockLimit.TotalSeconds} s. This run's durations are not kept. [RND5005]");
                return;
            }

            var (text, trouble) = Load(_folder);
            if (trouble is not null) say($"The history '{_folder.HistoryFile}' was damaged while this run went on: {trouble}. It was set aside as '{SetAside(_folder)}'. [RND5004]");
            var others = OthersOf(_folder, static _ => { });
            text = HistoryText.Merged(text, others.ConvertAll(o => o.Text));
            var round = split is null ? wholeSuite ? null : text.Round : ShardRound.After(text.Round, split, plan.Cases.All(c => results.TryGetValue(c.Index, out var result) && result.Outcome is not Outcome.NotRun));
            var freezes = split is not null || round is not null;
            var run = wholeSuite ? text.Run + 1 : text.Run;
            var cases = new Dictionary<string, CaseRecord>(text.Cases, StringComparer.Ordinal);
            // A record may be frozen from a round that is over; the next one begins with what is known now.
            if (text.Round is null) Thaw(cases);
            foreach (var planned in plan.Cases)
            {
                if (!results.TryGetValue(planned.Index, out var result)) continue;
                var id = planned.Id;
                var before = cases.GetValueOrDefault(id);
                if (before is not null || result.Outcome is not Outcome.NotRun) cases[id] = CaseRecord.After(before, result, run, freezes);
            }

            foreach (var id in wholeSuite && split is not null ? split.Others : [])
            {
                if (cases.TryGetValue(id, out var before)) cases[id] = before with { Run = run };
            }

            if (wholeSuite) Prune(cases, run);
            Replace(_folder, HistoryText.Write(run, cases, round));
            foreach (var other in others) other.Remove();
        }
        catch (Exception error) when (IsTrouble(error))
        {
            say($"The history '{_folder.HistoryFile}' was not written: {error.Message} This run's durations are not kept. [RND5005]");
        }
    }

    private static void Prune(Dictionary<string, CaseRecord> cases, long run)
    {
        // The platform's dictionary may lose entries while it is enumerated.
        foreach (var (id, record) in cases)
        {
            if (run - record.Run > KeptRuns) cases.Remove(id);
        }
    }

    private static void Thaw(Dictionary<string, CaseRecord> cases)
    {
        foreach (var (id, record) in cases)
        {
            if (record.IsFrozen) cases[id] = record with { IsFrozen = false, FrozenMs = null };
        }
    }

    private static HistoryText WithOthers(HistoryFolder folder, HistoryText own, Action<string> say) => HistoryText.Merged(own, OthersOf(folder, say).ConvertAll(o => o.Text));

    /// <summary>Histories of other machines that somebody put into the folder.</summary>
    private static List<Other> OthersOf(HistoryFolder folder, Action<string> say)
    {
        var others = new List<Other>();
        try
        {
            if (!Directory.Exists(folder.Path)) return others;
            foreach (var path in Directory.GetFiles(folder.Path, HistoryFolder.OtherHistories))
            {
                var (text, trouble) = Load(path);
                others.Add(new Other(path, text, trouble is not null));
                if (trouble is not null)
                    say($"The history '{path}', which is beside this folder's own, is damaged: {trouble}. The {text.Cases.Count.ToString(CultureInfo.InvariantCulture)} cases that could be read are used; it stays where it is. Delete it, or put a good copy in its place. [RND5030]");
            }
        }
        catch (Exception error) when (IsTrouble(error))
        {
            say($"The folder '{folder.Path}' cannot be listed: {error.Message} Histories of other machines in it are not used. [RND5030]");
        }

        return others;
    }

    /// <param name="Path">Where it is.</param>
    /// <param name="Text">What could be read.</param>
    /// <param name="IsDamaged">Not all of it.</param>
    private sealed record Other(string Path, HistoryText Text, bool IsDamaged)
    {
        /// <summary>All of it is in the folder's own history by now. What is damaged stays, for whoever wants to look.</summary>
        public void Remove()
        {
            if (!IsDamaged) File.Delete(Path);
        }
    }

    private static (HistoryText Text, string? Trouble) Load(HistoryFolder folder) => Load(folder.HistoryFile);

    private static (HistoryText Text, string? Trouble) Load(string path)
    {
        try
        {
            if (Directory.Exists(path)) return (HistoryText.Empty, "it is a folder");
            var file = new FileInfo(path);
            if (!file.Exists) return (HistoryText.Empty, null);
            if (file.Length > MaxFile) return (HistoryText.Empty, $"it has {file.Length} bytes, more than any history of Rondo");
            var text = HistoryText.Read(ReadAll(path));
            return (text, text.Damage);
        }
        catch (FileNotFoundException)
        {
            return (HistoryText.Empty, null);
        }
        catch (Exception error) when (IsTrouble(error))
        {
            return (HistoryText.Empty, error.Message);
        }
    }

    private static string ReadAll(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static string SetAside(HistoryFolder folder)
    {
        const int Most = 9;
        for (var n = 1; ; n++)
        {
            var aside = folder.HistoryFile + ".damaged-" + n.ToString(CultureInfo.InvariantCulture);
            if (n < Most && (File.Exists(aside) || Directory.Exists(aside))) continue;
            if (Directory.Exists(aside)) Directory.Delete(aside, recursive: true);
            if (Directory.Exists(folder.HistoryFile)) Directory.Move(folder.HistoryFile, aside);
            else File.Move(folder.HistoryFile, aside, overwrite: true);
            return aside;
        }
    }

    // Only with the lock: then a temporary file found here belongs to a run that died.
    private static void Replace(HistoryFolder folder, byte[] bytes)
    {
        foreach (var left in Directory.EnumerateFiles(folder.Path, "history.jsonl.tmp-*")) File.Delete(left);
        var temporary = folder.HistoryFile + ".tmp-" + Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        try
        {
            File.WriteAllBytes(temporary, bytes);
            File.Move(temporary, folder.HistoryFile, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    // What the system says when somebody else holds the lock; a full disk or a missing folder is no reason to wait.
    private const int WindowsSharing = unchecked((int)0x80070020);
    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;

    /// <summary>Null if the lock was not free within its limit.</summary>
    private static async Task<FileStream?> LockAsync(HistoryFolder folder, TimeProvider time)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                // The file stays: deleting it would let two runs hold locks on different files of one name.
                return new FileStream(folder.LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException error) when (error.HResult is WindowsSharing or LinuxWouldBlock or MacWouldBlock)
            {
                if (time.GetElapsedTime(began) > s_lockLimit) return null;
            }

            await Task.Delay(s_lockPoll, time).ConfigureAwait(false);
        }
    }

    private static bool IsTrouble(Exception error) => error is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException;
}
