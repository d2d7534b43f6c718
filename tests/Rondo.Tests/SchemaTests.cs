using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Rondo.Adapter;

namespace Rondo.Tests;

/// <summary>The schema that editors use for <c>testconfig.json</c>: made of the options, kept as a file, and of one mind with what the program accepts.</summary>
[TestClass]
public sealed partial class SchemaTests
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string s_file = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", "schema", "testconfig.rondo.schema.json"));

    [TestMethod]
    public void The_file_has_every_option_as_it_is_now()
    {
        var expected = Make().ToJsonString(s_indented).ReplaceLineEndings("\n") + "\n";
        if (Environment.GetEnvironmentVariable("RONDO_WRITE_SCHEMA") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(s_file)!);
            File.WriteAllText(s_file, expected);
        }

        Assert.IsTrue(File.Exists(s_file), $"'{s_file}' is not there.");
        Assert.AreEqual(expected, File.ReadAllText(s_file).ReplaceLineEndings("\n"), "An option was added or changed. Run this test with RONDO_WRITE_SCHEMA=1, read the difference, and commit the file with the change.");
    }

    [TestMethod]
    public void Schema_and_program_are_of_one_mind_about_every_value()
    {
        string[] samples = ["", "0", "1", "4", "1000", "1001", "-1", "100000", "100001", "x", "auto", "logical", "no", "none", "class", "test", "fail", "warn", "off", "plan", "random", "fifo", "worksteal", "loadgroup", "place", "process", "mini", "full",
            "500ms", "2s", "1m30s", "1h", "90", "2s1m", "1.5s", "cart and not slow", "true", "True", "false", "ci", "out/tests.xml", "s1.0-3-1"];
        var schema = Make();
        var compared = 0;
        foreach (var option in RondoOptions.All)
        {
            foreach (var sample in samples)
            {
                // Grammars and the limits of the machine are beyond a schema.
                if (option.Explain is not null) continue;
                var accepted = option.ComplaintInFile(sample, "X") is null;

                var fits = Complaints(schema, JsonNode.Parse($$"""{ "rondo": { "{{option.Name}}": {{JsonSerializer.Serialize(sample)}} } }""")!).Count == 0;

                Assert.AreEqual(accepted || (sample.Length == 0 && accepted), fits, $"'{option.Name}': '{sample}'");
                compared++;
            }
        }

        Assert.IsGreaterThan(500, compared);
    }

    [TestMethod]
    [DataRow("""{ "rondo": { "n": 4, "leaks": "fail", "test-timeout": "2m", "x": true } }""")]
    [DataRow("""{ "platformOptions": { "x": 1 }, "rondo": { "profile": "ci", "profiles": { "ci": { "retries": 2, "overrides": [ { "tags": "slow", "test-timeout": "5m", "retries": "1" } ] }, "mine": { } } } }""")]
    [DataRow("""{ "rondo": { "overrides": [ { "k": "cart", "tags": "slow or network", "isolate": "test" } ] } }""")]
    [DataRow("""{ "$schema": "x.json" }""")]
    public void Good_files_fit(string text)
    {
        Assert.AreEqual("", string.Join("; ", Complaints(Make(), JsonNode.Parse(text)!)));
    }

    [TestMethod]
    [DataRow("""{ "rondo": { "retrys": 2 } }""")]
    [DataRow("""{ "rondo": { "n": [4] } }""")]
    [DataRow("""{ "rondo": { "profiles": { "ci": { "x": "perhaps" } } } }""")]
    [DataRow("""{ "rondo": { "profiles": [] } }""")]
    [DataRow("""{ "rondo": { "profiles": { "ci": { "profile": "other" } } } }""")]
    [DataRow("""{ "rondo": { "overrides": [ { "retries": 2 } ] } }""")]
    [DataRow("""{ "rondo": { "overrides": [ { "tags": "slow" } ] } }""")]
    [DataRow("""{ "rondo": { "overrides": [ { "tags": "slow", "n": 3 } ] } }""")]
    [DataRow("""{ "rondo": { "overrides": [ { "tags": "slow", "isolate": "none" } ] } }""")]
    public void Bad_files_do_not_fit_and_the_program_refuses_them_too(string text)
    {
        using var file = new TemporaryFile(text);

        Assert.AreNotEqual(0, Complaints(Make(), JsonNode.Parse(text)!).Count);
        Assert.AreNotEqual(0, SettingsOf.File(file.Path).Complaints().Count);
    }

    private static JsonObject Make()
    {
        var settings = new JsonObject();
        foreach (var option in RondoOptions.All.OrderBy(o => o.Name, StringComparer.Ordinal)) settings[option.Name] = Of(option);
        var inProfile = (JsonObject)settings.DeepClone();
        inProfile.Remove(RondoOptions.Profile);
        inProfile[ConfigFile.Overrides] = Reference("overrides");
        settings[ConfigFile.Profiles] = new JsonObject { ["type"] = "object", ["description"] = "Settings by name; --profile NAME, RONDO_PROFILE or the setting 'profile' chooses one.", ["additionalProperties"] = Reference("profile") };
        settings[ConfigFile.Overrides] = Reference("overrides");

        var one = new JsonObject();
        foreach (var name in (IEnumerable<string>)[.. CaseSettings.Choosers, .. CaseSettings.Names])
            one[name] = name == RondoOptions.Isolate ? new JsonObject { ["description"] = RondoOptions.Find(name)!.Help, ["enum"] = new JsonArray("class", "test") } : Of(RondoOptions.Find(name)!);
        return new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = "testconfig.json with settings of Rondo",
            ["type"] = "object",
            ["properties"] = new JsonObject
            {
                ["rondo"] = new JsonObject { ["type"] = "object", ["description"] = "Settings of Rondo, by the names of the command line without dashes.", ["properties"] = settings, ["additionalProperties"] = false },
            },
            ["definitions"] = new JsonObject
            {
                ["profile"] = new JsonObject { ["type"] = "object", ["properties"] = inProfile, ["additionalProperties"] = false },
                ["overrides"] = new JsonObject
                {
                    ["type"] = "array",
                    ["description"] = "What holds for some of the tests; of several that choose a test the first that says something counts. Marks in the code are nearer.",
                    ["items"] = new JsonObject
                    {
                        ["type"] = "object",
                        ["properties"] = one,
                        ["additionalProperties"] = false,
                        ["allOf"] = new JsonArray(AnyOf(CaseSettings.Choosers), AnyOf(CaseSettings.Names)),
                    },
                },
            },
        };

        static JsonObject Reference(string name) => new() { ["$ref"] = "#/definitions/" + name };

        static JsonObject AnyOf(IEnumerable<string> names) => new() { ["anyOf"] = new JsonArray([.. names.Select(n => (JsonNode)new JsonObject { ["required"] = new JsonArray(n) })]) };
    }

    // What an option takes is said in words; there are few shapes of them.
    private static JsonObject Of(Option option)
    {
        JsonObject value;
        if (option.IsSwitch) value = Either(new JsonObject { ["type"] = "boolean" }, Pattern("^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])$"));
        else if (option.Wants!.StartsWith("a length of time", StringComparison.Ordinal)) value = Either(new JsonObject { ["const"] = 0 }, Pattern("^(0|(?=.)([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?)$"));
        else if (option.Wants == "a whole number") value = Either(new JsonObject { ["type"] = "integer" }, Pattern("^[+-]?[0-9]+$"));
        else if (option.Name == RondoOptions.Workers) value = Either(new JsonObject { ["type"] = "integer", ["minimum"] = 0 }, Pattern("^([0-9]+|auto|logical)$"));
        else if (NumberRange().Match(option.Wants) is { Success: true } range)
        {
            var number = new JsonObject { ["type"] = "integer", ["minimum"] = int.Parse(range.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) };
            if (range.Groups[2].Success) number["maximum"] = int.Parse(range.Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture);
            var isFromOne = range.Groups[1].Value == "1";
            value = Either(number, Pattern(range.Groups[2].Success ? UpTo(range.Groups[2].Value, isFromOne) : isFromOne ? "^0*[1-9][0-9]*$" : "^[0-9]+$"));
        }
        else if (Words().Match(option.Wants) is { Success: true } words) value = new JsonObject { ["enum"] = new JsonArray([.. words.Groups[1].Captures.Select(c => (JsonNode)c.Value)]) };
        else if (option.Wants.StartsWith("one of ", StringComparison.Ordinal)) value = new JsonObject { ["enum"] = new JsonArray([.. option.Wants["one of ".Length..].Split(", ").Select(n => (JsonNode)n)]) };
        else value = new JsonObject { ["type"] = "string", ["minLength"] = 1 };
        var described = new JsonObject { ["description"] = option.Help };
        foreach (var (name, part) in value.ToArray())
        {
            value.Remove(name);
            described[name] = part;
        }

        return described;

        static JsonObject Either(JsonObject one, JsonObject other) => new() { ["anyOf"] = new JsonArray(one, other) };

        static JsonObject Pattern(string pattern) => new() { ["type"] = "string", ["pattern"] = pattern };

        // 1000 and 100000: a number with fewer digits, or that one.
        static string UpTo(string power, bool isFromOne) => (isFromOne ? "^0*[1-9]" : "^0*[0-9]") + $"[0-9]{{0,{power.Length - 2}}}$|^0*{power}$";
    }

    // As much of the standard as the schema uses.
    private static List<string> Complaints(JsonObject root, JsonNode? value)
    {
        var complaints = new List<string>();
        Check(root, value, "");
        return complaints;

        void Check(JsonObject schema, JsonNode? node, string path)
        {
            if (schema["$ref"] is { } reference) schema = (JsonObject)root["definitions"]![reference.GetValue<string>()["#/definitions/".Length..]]!;
            foreach (var (keyword, rule) in schema)
            {
                var fits = keyword switch
                {
                    "description" or "$schema" or "title" or "definitions" => true,
                    "type" => IsOf(rule!.GetValue<string>(), node),
                    "const" => JsonNode.DeepEquals(rule, node),
                    "enum" => rule!.AsArray().Any(r => JsonNode.DeepEquals(r, node)),
                    "pattern" => node?.GetValueKind() != JsonValueKind.String || Regex.IsMatch(node.GetValue<string>(), rule!.GetValue<string>()),
                    "minLength" => node?.GetValueKind() != JsonValueKind.String || node.GetValue<string>().Length >= rule!.GetValue<int>(),
                    "minimum" => node?.GetValueKind() != JsonValueKind.Number || node.GetValue<decimal>() >= rule!.GetValue<int>(),
                    "maximum" => node?.GetValueKind() != JsonValueKind.Number || node.GetValue<decimal>() <= rule!.GetValue<int>(),
                    "required" => node is JsonObject o && rule!.AsArray().All(r => o.ContainsKey(r!.GetValue<string>())),
                    "anyOf" => rule!.AsArray().Any(r => Fits((JsonObject)r!, node)),
                    "allOf" => rule!.AsArray().All(r => Fits((JsonObject)r!, node)),
                    "properties" or "additionalProperties" or "items" => true,
                    _ => throw new NotSupportedException(keyword),
                };
                if (!fits) complaints.Add($"{path}: {keyword}");
            }

            if (node is JsonArray list && schema["items"] is JsonObject items)
            {
                foreach (var item in list) Check(items, item, path + "[]");
            }

            if (node is not JsonObject properties) return;
            foreach (var (name, property) in properties)
            {
                if (schema["properties"]?[name] is JsonObject known) Check(known, property, path + "/" + name);
                else if (schema["additionalProperties"] is JsonObject others) Check(others, property, path + "/" + name);
                else if (schema["additionalProperties"] is not null) complaints.Add($"{path}/{name}: unknown");
            }
        }

        bool Fits(JsonObject schema, JsonNode? node)
        {
            var before = complaints.Count;
            Check(schema, node, "");
            var fits = complaints.Count == before;
            complaints.RemoveRange(before, complaints.Count - before);
            return fits;
        }

        static bool IsOf(string type, JsonNode? node) => type switch
        {
            "object" => node is JsonObject,
            "array" => node is JsonArray,
            "string" => node?.GetValueKind() == JsonValueKind.String,
            "integer" => node?.GetValueKind() == JsonValueKind.Number && node.ToJsonString().All(c => char.IsAsciiDigit(c) || c == '-'),
            "boolean" => node?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
            _ => throw new NotSupportedException(type),
        };
    }

    [GeneratedRegex("^a number from ([0-9]+)(?: to ([0-9]+))?$")]
    private static partial Regex NumberRange();

    [GeneratedRegex("^'(?:([a-z]+)'(?:, '| or '|$))+$")]
    private static partial Regex Words();
}
