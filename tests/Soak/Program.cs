using System.Globalization;

namespace Soak;

internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["compare", var folder]:
                return Comparison.Of(folder);
            case ["kill", var runs]:
                return await Killing.Runs(int.Parse(runs, CultureInfo.InvariantCulture), Environment.TickCount & 0x3fffffff);
            case ["kill", var runs, var seed]:
                return await Killing.Runs(int.Parse(runs, CultureInfo.InvariantCulture), int.Parse(seed, CultureInfo.InvariantCulture));
            case ["chaos", var runs]:
                return await Chaos.Runs(int.Parse(runs, CultureInfo.InvariantCulture), Environment.TickCount & 0x3fffffff);
            case ["chaos", var runs, var seed]:
                return await Chaos.Runs(int.Parse(runs, CultureInfo.InvariantCulture), int.Parse(seed, CultureInfo.InvariantCulture));
            default:
                await Console.Error.WriteLineAsync("Soak compare FOLDER: do the files shop-n<N>-<round>.xml and .txt agree? Soak kill RUNS [SEED]: kills workers of SoakSuite. Soak chaos RUNS [SEED]: ChaosSuite under faults of all kinds.");
                return 5;
        }
    }
}
