using System.Globalization;

namespace Rondo.Engine.Control;

/// <summary>
/// Shares the machine between runs that go on at once, as several test programs under one <c>dotnet test</c> do: each <c>auto</c> worker beyond the first holds a slot,
/// a locked file. First come, first served; nobody waits, and everybody gets one worker at least.
/// </summary>
/// <remarks>The system gives a lock back when its holder dies, so nothing has to be cleaned up after a crash.</remarks>
internal sealed class MachineSlots : IDisposable
{
    private readonly List<FileStream> _held = [];

    private MachineSlots()
    {
    }

    public int Count => Math.Max(1, _held.Count);

    /// <summary>Takes up to <paramref name="wanted"/> of the machine's slots.</summary>
    /// <param name="folder">Where the slots of this user are; null shares nothing. A folder that cannot be used shares nothing either: that costs speed, not correctness.</param>
    /// <param name="total">How many slots the machine has: its processors.</param>
    public static MachineSlots Take(string? folder, int wanted, int total)
    {
        var slots = new MachineSlots();
        if (folder is null)
        {
            for (var i = 0; i < wanted; i++) slots._held.Add(null!);
            return slots;
        }

        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Take(null, wanted, total);
        }

        // A run that wants more than the machine has (RONDO_AUTO_WORKERS) gets what it wants beyond that: somebody decided so.
        for (var i = 0; i < Math.Max(total, wanted) && slots._held.Count < wanted; i++)
        {
            try
            {
                slots._held.Add(new FileStream(Path.Combine(folder, i.ToString(CultureInfo.InvariantCulture)), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Taken.
            }
        }

        return slots;
    }

    public void Dispose()
    {
        foreach (var file in _held) file?.Dispose();
        _held.Clear();
    }
}
