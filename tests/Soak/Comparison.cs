// The same suite with different numbers of workers must say the same, round after round, and every account must add up.
using System.Globalization;

namespace Soak;

internal static class Comparison
{
    /// <returns>Exit code: 1 on any difference.</returns>
    public static int Of(string folder)
    {
        var files = Directory.GetFiles(folder, "shop-n*-*.xml").Order(StringComparer.Ordinal).ToList();
        if (files.Count == 0)
        {
            Console.WriteLine($"No file shop-n<N>-<round>.xml is in '{folder}'.");
            return 1;
        }

        var complaints = new List<string>();
        var outcomes = new SortedDictionary<string, Dictionary<string, List<string>>>(StringComparer.Ordinal);
        var rows = new SortedDictionary<string, (int Rounds, HashSet<Account> Accounts)>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            var round = Path.GetFileNameWithoutExtension(file);
            var junit = JUnit.Read(file);
            complaints.AddRange(junit.Complaints.Select(c => round + ": " + c));
            foreach (var twice in junit.Cases.GroupBy(c => c.Id).Where(g => g.Count() > 1)) complaints.Add(string.Create(CultureInfo.InvariantCulture, $"{round}: {twice.Key} is reported {twice.Count()} times"));
            foreach (var one in junit.Cases)
            {
                if (!outcomes.TryGetValue(one.Id, out var seen)) outcomes.Add(one.Id, seen = []);
                if (!seen.TryGetValue(one.Outcome, out var where)) seen.Add(one.Outcome, where = []);
                where.Add(round);
            }

            var counted = Account.Of(junit.Cases);
            var text = Path.ChangeExtension(file, ".txt");
            var said = File.Exists(text) ? Account.Find(File.ReadAllText(text)) : null;
            if (said is null) complaints.Add(round + ": the text has no account");
            else if (!said.AddsUp) complaints.Add($"{round}: the account does not add up: {said}");
            else if (said != counted) complaints.Add($"{round}: the text says {said}, the JUnit file {counted}");

            var mode = round.Split('-')[1];
            var row = rows.GetValueOrDefault(mode, (0, []));
            row.Accounts.Add(counted);
            rows[mode] = (row.Rounds + 1, row.Accounts);
        }

        foreach (var (id, seen) in outcomes)
        {
            var total = seen.Values.Sum(w => w.Count);
            if (total != files.Count) complaints.Add(string.Create(CultureInfo.InvariantCulture, $"{id} is in {total} of {files.Count} files"));
            if (seen.Count > 1) complaints.Add($"{id} ended differently: {string.Join("; ", seen.Select(s => $"{s.Key} in {string.Join(", ", s.Value.Take(5))}{(s.Value.Count > 5 ? ", …" : "")}"))}");
        }

        Console.WriteLine("mode  rounds  planned  passed  failed  skipped  not run");
        foreach (var (mode, (rounds, accounts)) in rows)
        {
            foreach (var a in accounts) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"-{mode,-4} {rounds,6} {a.Planned,8} {a.Passed,7} {a.Failed,7} {a.Skipped,8} {a.NotRun,8}"));
        }

        foreach (var complaint in complaints) Console.WriteLine("DIFFERENT: " + complaint);
        Console.WriteLine(complaints.Count == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{outcomes.Count} ids have the same outcome in all {files.Count} rounds")
            : string.Create(CultureInfo.InvariantCulture, $"{complaints.Count} differences in {files.Count} rounds"));
        return complaints.Count == 0 ? 0 : 1;
    }
}
