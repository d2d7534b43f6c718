using System.Globalization;

namespace Benchmarks;

internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (arguments.Contains("--structured")) return Structured.Run();
        if (!OperatingSystem.IsLinux())
        {
            Console.Error.WriteLine("The benchmarks count processor time of process trees by Linux's wait4 and /proc, so they run on Linux only.");
            return 5;
        }

        var only = After(arguments, "--only")?.Split(',');
        var rounds = After(arguments, "--rounds") is { } number ? int.Parse(number, CultureInfo.InvariantCulture) : (int?)null;
        var reportOnly = arguments.Contains("--report");

        Projects.WriteFence();
        var results = arguments.Contains("--fresh") ? null : Results.Load();
        if (!reportOnly || results is null)
        {
            var version = Projects.Pack();
            if (results is not null && results.Version != version) Console.WriteLine($"What was measured of {results.Version} is dropped: the sources have changed.");
            if (results?.Version != version) results = new Results { Version = version };
        }

        var groups = Group.All(results.Version);
        if (!reportOnly)
        {
            foreach (var group in groups.Where(g => only is null || only.Contains(g.Name))) Rounds.Run(group, results, rounds ?? group.Rounds);
        }

        var text = Report.Of(groups, results);
        Console.WriteLine(text);
        Report.Publish(text);
        return 0;
    }

    private static string? After(string[] arguments, string option)
    {
        var index = Array.IndexOf(arguments, option);
        return index >= 0 && index + 1 < arguments.Length ? arguments[index + 1] : null;
    }
}
