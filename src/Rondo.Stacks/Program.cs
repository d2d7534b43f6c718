// Prints the managed stacks of another process: Rondo.Stacks [--dump] PROCESS [MANAGED-THREAD-ID ...]. No thread ids: all threads that run managed code.
// It attaches to the process; where that is forbidden, or with --dump, it has the runtime there write a small dump and reads that.
// Rondo.Stacks --write mini|heap|full FILE PROCESS: has the runtime of the process write a dump, and leaves it.
// Exit code 0 with stacks on stdout, or 1 with one sentence on stderr.
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Runtime;

if (args is ["--write", var kind, var into, var whose]) return await WriteAsync(kind, into, int.Parse(whose, CultureInfo.InvariantCulture));
var dumps = args is ["--dump", ..];
var numbers = args.Skip(dumps ? 1 : 0).Select(a => int.Parse(a, CultureInfo.InvariantCulture)).ToArray();
var (process, wanted) = (numbers[0], numbers.Skip(1).ToHashSet());
var refusal = "";
if (!dumps)
{
    try
    {
        return await LookAsync(isDump: false, () => DataTarget.AttachToProcess(process, suspend: true, new DataTargetOptions { FileLocator = new OnlyHere() }));
    }
    catch (Exception error)
    {
        refusal = Sentence(error) + " Nor does a dump help: ";
    }
}

// The runtime answers on a thread of its own, whatever its other threads do, and writes the dump itself: to trace a child of one's own is allowed where to attach is not.
var folder = Directory.CreateTempSubdirectory("rondo-dump-");
try
{
    var file = Path.Combine(folder.FullName, "d");
    using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
    await new DiagnosticsClient(process).WriteDumpAsync(DumpType.Normal, file, WriteDumpFlags.None, limit.Token);
    return await LookAsync(isDump: true, () => DataTarget.LoadDump(file, new DataTargetOptions { FileLocator = new OnlyHere() }));
}
catch (Exception error)
{
    Console.Error.WriteLine(refusal + Sentence(error));
    return 1;
}
finally
{
    folder.Delete(recursive: true);
}

static async Task<int> WriteAsync(string kind, string file, int process)
{
    try
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(55));
        var type = kind switch { "full" => DumpType.Full, "heap" => DumpType.WithHeap, _ => DumpType.Normal };
        await new DiagnosticsClient(process).WriteDumpAsync(type, file, WriteDumpFlags.None, limit.Token);
        return 0;
    }
    catch (Exception error)
    {
        Console.Error.WriteLine(Sentence(error));
        return 1;
    }
}

// A thread inside a helper of the runtime shows no managed frame at that instant; a moment later it does. A dump stays as it is.
async Task<int> LookAsync(bool isDump, Func<DataTarget> open)
{
    for (var look = 1; look <= 5; look++)
    {
        using (var target = open())
        {
            if (Print(target)) return 0;
            if (isDump) break;
        }

        await Task.Delay(TimeSpan.FromMilliseconds(20 * look), TimeProvider.System);
    }

    Console.Error.WriteLine("no thread of interest runs managed code.");
    return 1;
}

bool Print(DataTarget target)
{
    using var runtime = target.ClrVersions.Single().CreateRuntime();
    var found = false;
    foreach (var thread in runtime.Threads.Where(t => wanted.Count == 0 || wanted.Contains(t.ManagedThreadId)))
    {
        var frames = thread.EnumerateStackTrace().Where(f => f.Method is not null).Take(200).Select(Text).ToList();
        if (frames.Count == 0) continue;
        found = true;
        Console.WriteLine($"thread {thread.ManagedThreadId}");
        foreach (var frame in frames) Console.WriteLine("   at " + frame);
    }

    return found;
}

static string Sentence(Exception error) => error.Message.ReplaceLineEndings(" ");

static string Text(ClrStackFrame frame)
{
    var method = frame.Method!;
    var signature = method.Signature ?? method.Name ?? "?";
    return signature;
}

/// <summary>Looks for no file elsewhere: the default asks symbol servers and leaves a cache in the temporary folder, and for names of methods neither is needed.</summary>
internal sealed class OnlyHere : IFileLocator
{
    public string? FindPEImage(string fileName, int buildTimeStamp, int imageSize, bool checkProperties) => null;

    public string? FindPEImage(string fileName, SymbolProperties archivedUnder, ImmutableArray<byte> buildIdOrUUID, OSPlatform originalPlatform, bool checkProperties) => null;

    public string? FindElfImage(string fileName, SymbolProperties archivedUnder, ImmutableArray<byte> buildId, bool checkProperties) => null;

    public string? FindMachOImage(string fileName, SymbolProperties archivedUnder, ImmutableArray<byte> uuid, bool checkProperties) => null;
}
