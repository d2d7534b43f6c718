// Prints the managed stacks of another process: Rondo.Stacks PROCESS [MANAGED-THREAD-ID ...]. No thread ids: all threads that run managed code.
// Exit code 0 with stacks on stdout, or 1 with one sentence on stderr.
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Diagnostics.Runtime;

try
{
    var process = int.Parse(args[0], CultureInfo.InvariantCulture);
    var wanted = args.Skip(1).Select(a => int.Parse(a, CultureInfo.InvariantCulture)).ToHashSet();
    // A thread inside a helper of the runtime shows no managed frame at that instant; a moment later it does.
    for (var look = 1; look <= 5; look++)
    {
        if (Print(process, wanted)) return 0;
        await Task.Delay(TimeSpan.FromMilliseconds(20 * look), TimeProvider.System);
    }

    Console.Error.WriteLine("no thread of interest runs managed code.");
    return 1;
}
catch (Exception error)
{
    Console.Error.WriteLine(error.Message.ReplaceLineEndings(" "));
    return 1;
}

static bool Print(int process, HashSet<int> wanted)
{
    using var target = DataTarget.AttachToProcess(process, suspend: true, new DataTargetOptions { FileLocator = new OnlyHere() });
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
