using System.Globalization;
using System.Text;
using Rondo.Engine.Planning;
using Rondo.Engine.Report;

namespace Rondo.Adapter;

/// <summary>The text of <c>--show-settings</c>: what holds for the run and for its tests, and who said so.</summary>
internal static class SettingsListing
{
    /// <param name="settings">Without complaints.</param>
    /// <param name="plan">Of the chosen cases, with their own marks.</param>
    /// <param name="selectsAll">No test was left out: then only those are listed for which something else holds than for the run.</param>
    public static string Of(Settings settings, Plan plan, bool selectsAll)
    {
        var text = new StringBuilder("settings of this run\n");
        if (settings.Profile is { } profile) Line(text, RondoOptions.Profile, profile, settings.ProfileSource);
        var given = 0;
        foreach (var option in RondoOptions.All)
        {
            if (option.Name is RondoOptions.Profile or RondoOptions.ShowSettings || settings.Find(option.Name) is not { } found) continue;
            Line(text, option.Name, found.Value, found.Source);
            given++;
        }

        text.Append(given == 0 ? "  nobody set anything: each has its default (--help)\n" : "  the others have their defaults (--help)\n");

        var overrides = settings.Overrides();
        var all = new CaseOverrides(overrides);
        var shown = 0;
        var left = 0;
        foreach (var planned in plan.Cases)
        {
            var rows = CaseSettings.All.Select(s => (Setting: s, Value: ValueOf(settings, all, planned, s))).ToList();
            if (selectsAll && rows.TrueForAll(r => !r.Value.IsOwn)) continue;
            if (shown++ >= RunSummary.MaxNames)
            {
                left++;
                continue;
            }

            text.Append(planned.Id).Append('\n');
            foreach (var (setting, value) in rows) Line(text, setting.Name, value.Text, value.Source);
        }

        if (left > 0) text.Append(CultureInfo.InvariantCulture, $"… and {left} more; choose tests by -k, --tags or --filter-uid to see theirs\n");
        if (shown == 0 && selectsAll) text.Append("no test has a mark or an override that says something else; choose tests by -k, --tags or --filter-uid to see theirs\n");
        return text.ToString();
    }

    private static (string Text, string Source, bool IsOwn) ValueOf(Settings settings, CaseOverrides overrides, PlannedCase planned, CaseSetting setting)
    {
        var run = settings.Find(setting.Name) is { } found ? (found.Value, found.Source, false) : (setting.Default, "default", false);
        if (setting.OfMarks(planned.Marks) is { } marked) return (marked, $"the mark {setting.Mark}", true);
        return overrides.Find(planned, o => setting.OfOverride(o) is not null) is { } chosen ? (setting.OfOverride(chosen)!, $"{chosen.Source} ({chosen})", true) : run;
    }

    private static void Line(StringBuilder text, string name, string value, string source) => text.Append(CultureInfo.InvariantCulture, $"  {name,-20} {value,-10} {source}\n");
}
