using System.Globalization;
using System.Text;

namespace Rondo.Engine.Report;

/// <summary>What every worker does now, as text: a block of lines for whoever asks, a line for a log, a few lines of a given width for a terminal.</summary>
internal static class NowText
{
    /// <summary>Workers named in one line of a log; the rest is counted.</summary>
    private const int MostInOneLine = 8;

    // Narrower columns would show nothing but dots.
    private const int NarrowestColumn = 28;

    private const string BetweenColumns = "  ";

    /// <summary>A line about the run and one for each worker, or for each case of a worker that runs several.</summary>
    public static IReadOnlyList<string> Lines(RunSnapshot now)
    {
        var lines = new List<string> { Totals(now) };
        foreach (var worker in now.Workers)
        {
            var name = worker.ProcessId is { } id ? string.Create(CultureInfo.InvariantCulture, $"{worker.Name} (process {id})") : worker.Name;
            if (worker.Running.Count == 0) lines.Add($"  {name}: {Idle(worker)}");
            foreach (var running in worker.Running) lines.Add($"  {name}: {Safe(running.Id)}, {Elapsed(running.Elapsed)}{Doing(running)}");
        }

        return lines;
    }

    /// <summary><c>12 of 40 done, 1 failed, 26 waiting, after 1m 05s; w0: Shop.Tests.Cart.Adds_up, 31.0 s, setup of 'Shop'; w1: idle, 3.2 s</c>.</summary>
    public static string OneLine(RunSnapshot now)
    {
        var text = new StringBuilder(Totals(now));
        var shown = 0;
        foreach (var worker in now.Workers)
        {
            if (shown++ == MostInOneLine)
            {
                text.Append(CultureInfo.InvariantCulture, $"; and {now.Workers.Count - MostInOneLine} more workers");
                break;
            }

            text.Append("; ").Append(worker.Name).Append(": ");
            if (worker.Running.Count == 0)
            {
                text.Append(Idle(worker));
                continue;
            }

            var oldest = worker.Running[0];
            text.Append(Safe(oldest.Id)).Append(", ").Append(Elapsed(oldest.Elapsed)).Append(Doing(oldest)).Append(Others(worker));
        }

        return text.ToString();
    }

    /// <summary>For a part of a terminal that is drawn again and again: the totals, then a line for each worker, in columns when there are more workers than lines.</summary>
    /// <param name="now">What to show.</param>
    /// <param name="width">Cells of a line; no line is wider.</param>
    /// <param name="most">Lines there are; 0 gives none.</param>
    public static IReadOnlyList<string> Fitted(RunSnapshot now, int width, int most)
    {
        if (most <= 0 || width <= 0) return [];
        var lines = new List<string> { TextWidth.CutMiddle(Totals(now), width) };
        var rows = most - 1;
        if (rows == 0 || now.Workers.Count == 0) return lines;

        var columns = Math.Clamp((now.Workers.Count + rows - 1) / rows, 1, Math.Max(1, (width + BetweenColumns.Length) / (NarrowestColumn + BetweenColumns.Length)));
        var room = rows * columns;
        var shown = Shown(now.Workers, room);
        var left = now.Workers.Count - shown.Count;
        var cellWidth = (width - BetweenColumns.Length * (columns - 1)) / columns;
        var cells = new List<string>(room);
        foreach (var worker in shown) cells.Add(Cell(worker, cellWidth));
        if (left > 0) cells.Add(TextWidth.CutMiddle(string.Create(CultureInfo.InvariantCulture, $"… and {left} more workers"), cellWidth));

        rows = (cells.Count + columns - 1) / columns;
        for (var row = 0; row < rows; row++)
        {
            var line = new StringBuilder();
            // Down, then across: a worker keeps its place while others come and go behind it.
            for (var column = 0; column < columns && column * rows + row < cells.Count; column++)
            {
                var cell = cells[column * rows + row];
                if (column > 0) line.Append(BetweenColumns);
                line.Append(cell);
                if (column + 1 < columns) line.Append(' ', Math.Max(0, cellWidth - TextWidth.Of(cell)));
            }

            lines.Add(line.ToString().TrimEnd());
        }

        return lines;
    }

    /// <summary><c>0.4 s</c>, <c>12.4 s</c>, <c>2m 05s</c>: as long as a second before, so that a line that is drawn again does not jump.</summary>
    public static string Elapsed(TimeSpan elapsed) =>
        elapsed.TotalSeconds < 59.95 ? Math.Max(0, elapsed.TotalSeconds).ToString("0.0", CultureInfo.InvariantCulture) + " s" : DurationText.Of(elapsed);

    private static string Totals(RunSnapshot now) => now.IsPlanning
        ? $"reading data sources, {Elapsed(now.Elapsed)}"
        : string.Create(CultureInfo.InvariantCulture, $"{now.Done} of {now.Planned} done, {now.Failed} failed, {now.Waiting} waiting, after {Elapsed(now.Elapsed)}");

    private static string Idle(WorkerNow worker) => $"{Safe(worker.Doing)}, {Elapsed(worker.Elapsed)}";

    private static string Doing(CaseNow running) => running.Doing.Length == 0 ? "" : ", " + Safe(running.Doing);

    private static string Others(WorkerNow worker) => worker.Running.Count < 2 ? "" : string.Create(CultureInfo.InvariantCulture, $" (+{worker.Running.Count - 1})");

    // Those that have done something longest are who the reader looks for; the order stays that of the workers.
    private static List<WorkerNow> Shown(IReadOnlyList<WorkerNow> workers, int room)
    {
        if (workers.Count <= room) return [.. workers];
        var longest = new List<WorkerNow>(workers);
        longest.Sort(static (a, b) => LengthOf(b).CompareTo(LengthOf(a)));
        var chosen = new HashSet<WorkerNow>(longest.GetRange(0, room - 1), ReferenceEqualityComparer.Instance);
        var shown = new List<WorkerNow>(room);
        foreach (var worker in workers)
        {
            if (chosen.Contains(worker)) shown.Add(worker);
        }

        return shown;
    }

    private static TimeSpan LengthOf(WorkerNow worker) => worker.Running.Count > 0 ? worker.Running[0].Elapsed : TimeSpan.Zero;

    // The id gives way: its two ends tell most. What is done in a fixture gives way before that.
    private static string Cell(WorkerNow worker, int width)
    {
        var name = worker.Name.PadRight(4);
        if (worker.Running.Count == 0) return TextWidth.CutMiddle($"{name}{Idle(worker)}", width);
        var oldest = worker.Running[0];
        var end = $"  {Elapsed(oldest.Elapsed)}{Others(worker)}";
        var doing = oldest.Doing.Length == 0 ? "" : "  " + Safe(oldest.Doing);
        var room = width - TextWidth.Of(name) - TextWidth.Of(end);
        if (doing.Length > 0 && room - TextWidth.Of(doing) < Math.Min(TextWidth.Of(oldest.Id), NarrowestColumn)) doing = room > 2 * NarrowestColumn ? TextWidth.CutMiddle(doing, room - NarrowestColumn) : "";
        return TextWidth.CutMiddle(name + TextWidth.CutMiddle(Safe(oldest.Id), Math.Max(1, room - TextWidth.Of(doing))) + end + doing, width);
    }

    private static string Safe(string text) => SafeText.OneLine(text).Replace('\t', ' ');
}
