using System.Text.Json;
using Rondo.Engine.Planning;

namespace Rondo.Adapter;

/// <summary>The section <c>rondo</c> of <c>testconfig.json</c>, as it is written there: the platform gives values by their paths and tells of no names, so neither a profile nor a misspelt setting could be seen.</summary>
/// <remarks>Read only where the file is; a run without one loads nothing of this.</remarks>
internal sealed class ConfigFile
{
    public const string Profiles = "profiles";
    public const string Overrides = "overrides";

    private readonly Dictionary<string, Dictionary<string, JsonElement>> _profiles = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, JsonElement> _section = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _complaints = [];

    private ConfigFile(string path) => Path = path;

    public string Path { get; }

    /// <summary>What is wrong in it, one sentence each.</summary>
    public IReadOnlyList<string> Complaints => _complaints;

    public IReadOnlyCollection<string> ProfileNames => _profiles.Keys;

    /// <summary>Null if there is no file, it has no section <c>rondo</c>, or it cannot be read: then the platform has said so.</summary>
    public static ConfigFile? Read(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("rondo", out var section)) return null;
            var file = new ConfigFile(path);
            file.Take(section.Clone());
            return file;
        }
        catch (Exception unreadable) when (unreadable is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>What a profile says about an option; null for nothing.</summary>
    public string? Value(string profile, string option) => _profiles.TryGetValue(profile, out var settings) && settings.TryGetValue(option, out var value) ? Text(value) : null;

    /// <summary>Those of the profile, then those of the section. Only when there are no complaints.</summary>
    public IReadOnlyList<CaseOverride> OverridesOf(string? profile)
    {
        var all = new List<CaseOverride>();
        if (profile is not null && _profiles.TryGetValue(profile, out var settings) && settings.TryGetValue(Overrides, out var own)) Add(own, $"of profile '{profile}'");
        if (_section.TryGetValue(Overrides, out var common)) Add(common, "of the section");
        return all;

        void Add(JsonElement list, string whose)
        {
            var i = 0;
            foreach (var item in list.EnumerateArray()) all.Add(CaseSettings.OverrideOf(name => item.TryGetProperty(name, out var value) ? Text(value) : null) with { Source = $"overrides[{i++}] {whose} in {Path}" });
        }
    }

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private void Take(JsonElement section)
    {
        if (!Is(section, JsonValueKind.Object, "rondo", "an object with settings")) return;
        foreach (var property in section.EnumerateObject())
        {
            var path = "rondo:" + property.Name;
            if (Same(property.Name, Profiles))
            {
                if (!Is(property.Value, JsonValueKind.Object, path, "an object with a profile for each name")) continue;
                foreach (var profile in property.Value.EnumerateObject()) TakeProfile(profile, path + ":" + profile.Name);
            }
            else if (Same(property.Name, Overrides))
            {
                TakeOverrides(property.Value, path);
                _section[Overrides] = property.Value;
            }
            else
            {
                // Its value is judged with the variables that may replace it.
                TakeOption(property, path, [Profiles, Overrides], judgesValue: false);
            }
        }
    }

    private void TakeProfile(JsonProperty profile, string path)
    {
        if (!Is(profile.Value, JsonValueKind.Object, path, "an object with settings")) return;
        var settings = new Dictionary<string, JsonElement>(StringComparer.OrdinalIgnoreCase);
        foreach (var property in profile.Value.EnumerateObject())
        {
            settings[property.Name] = property.Value;
            if (Same(property.Name, Overrides)) TakeOverrides(property.Value, path + ":" + property.Name);
            else if (Same(property.Name, RondoOptions.Profile)) Unknown(property.Name, path, [.. RondoOptions.All.Select(o => o.Name).Where(n => n != RondoOptions.Profile), Overrides]);
            else TakeOption(property, path + ":" + property.Name, [Overrides], judgesValue: true);
        }

        _profiles[profile.Name] = settings;
    }

    private void TakeOption(JsonProperty property, string path, string[] others, bool judgesValue)
    {
        if (RondoOptions.Find(property.Name) is not { } option)
        {
            Unknown(property.Name, path[..^(property.Name.Length + 1)], [.. RondoOptions.All.Select(o => o.Name), .. others]);
            return;
        }

        if (property.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Null)
        {
            WrongType(path, property.Value, option.IsSwitch ? "true or false" : option.Wants!);
            return;
        }

        if (judgesValue && option.ComplaintInFile(Text(property.Value), Where(path)) is { } complaint) _complaints.Add(complaint);
    }

    private void TakeOverrides(JsonElement list, string path)
    {
        if (!Is(list, JsonValueKind.Array, path, "a list of objects")) return;
        var i = 0;
        foreach (var item in list.EnumerateArray())
        {
            var here = $"{path}:{i++}";
            if (!Is(item, JsonValueKind.Object, here, "an object that chooses tests and says what holds for them")) continue;
            var (chooses, says, isUnknown) = (false, false, false);
            foreach (var property in item.EnumerateObject())
            {
                if (!CaseSettings.Choosers.Contains(property.Name) && !CaseSettings.Names.Contains(property.Name))
                {
                    Unknown(property.Name, here, [.. CaseSettings.Choosers, .. CaseSettings.Names]);
                    isUnknown = true;
                    continue;
                }

                chooses |= CaseSettings.Choosers.Contains(property.Name);
                says |= CaseSettings.Names.Contains(property.Name);
                var option = RondoOptions.Find(property.Name)!;
                if (property.Value.ValueKind is not (JsonValueKind.String or JsonValueKind.Number)) WrongType($"{here}:{property.Name}", property.Value, option.Wants!);
                else if (CaseSettings.Complaint(option, Text(property.Value), Where($"{here}:{property.Name}")) is { } complaint) _complaints.Add(complaint);
            }

            // What is misspelt may be what is missing.
            if (!isUnknown && (!chooses || !says)) _complaints.Add($"{Where(here)} {(chooses ? "says nothing about" : "does not choose")} its tests. An override has an expression that chooses tests ({Listed(CaseSettings.Choosers)}) and what holds for them ({Listed(CaseSettings.Names)}). Add what is missing. [RND2083]");
        }
    }

    private bool Is(JsonElement value, JsonValueKind kind, string path, string wants)
    {
        if (value.ValueKind == kind) return true;
        WrongType(path, value, wants);
        return false;
    }

    private void WrongType(string path, JsonElement value, string wants)
    {
        var what = value.ValueKind switch { JsonValueKind.Object => "an object", JsonValueKind.Array => "a list", JsonValueKind.Null => "null", _ => value.GetRawText() };
        _complaints.Add($"{Where(path)} is {what}, but it takes {wants}. Correct the value. [RND2081]");
    }

    private void Unknown(string name, string path, IReadOnlyList<string> known)
    {
        var near = known.MinBy(k => Distance(name, k))!;
        var meant = Distance(name, near) <= 2 ? $" Is '{near}' meant?" : "";
        _complaints.Add($"{Where(path)} has '{name}', which is no setting there.{meant} There are: {Listed(known.Order(StringComparer.Ordinal))}. Names are those of the command line without dashes. [RND2080]");
    }

    private string Where(string path) => $"The setting '{path}' in '{Path}'";

    private static string Listed(IEnumerable<string> names) => string.Join(", ", names);

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    // Letters to insert, leave out or change.
    private static int Distance(string one, string other)
    {
        var row = new int[other.Length + 1];
        for (var j = 0; j <= other.Length; j++) row[j] = j;
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (char.ToLowerInvariant(one[i - 1]) == char.ToLowerInvariant(other[j - 1]) ? 0 : 1));
                diagonal = above;
            }
        }

        return row[other.Length];
    }
}
