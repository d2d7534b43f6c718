using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Rondo.Acceptance.Projects;

/// <summary>What a user project must do: the content of its <c>expected.json</c>.</summary>
/// <remarks>
/// Ids may hold <c>*</c> and <c>?</c>. Outcomes: passed, failed, skipped, notrun, error, error:TYPE, any, or several joined by <c>-or-</c>.
/// Texts: <c>!text</c> must not appear, <c>~expression</c> is a regular expression.
/// </remarks>
internal sealed record Expected
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNameCaseInsensitive = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>The behaviour, as a sentence.</summary>
    public string About { get; init; } = "";

    /// <summary>The test class that runs the project in all its modes; empty: only tests written by hand use it.</summary>
    public string Subject { get; init; } = "";

    /// <summary>Values of <c>-n</c>.</summary>
    public IReadOnlyList<int> Modes { get; init; } = [0, 1, 2, 4];

    public IReadOnlyList<string> Arguments { get; init; } = [];

    public int ExitCode { get; init; }

    /// <summary>When several exit codes are right.</summary>
    public IReadOnlyList<int> ExitCodes { get; init; } = [];

    public IReadOnlyDictionary<string, string> Outcomes { get; init; } = new Dictionary<string, string>();

    /// <summary>Cases in all; null: as many as there are outcomes.</summary>
    public int? Count { get; init; }

    /// <summary>Ids that stand in the report beside the account.</summary>
    public IReadOnlyList<string> Beside { get; init; } = [];

    /// <summary>Texts of the failure, error or skip of a case.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Messages { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Texts of a case's captured output.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> TestOutput { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Texts anywhere in the report of a case.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Everything { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Texts of the console.</summary>
    public IReadOnlyList<string> Console { get; init; } = [];

    public Events Events { get; init; } = new();

    public int WithinSeconds { get; init; } = 30;

    /// <summary>Largest resident memory of the controller; 0: not checked.</summary>
    public int PeakMegabytes { get; init; }

    /// <summary>Largest JUnit file; 0: not checked.</summary>
    public int JunitMegabytes { get; init; }

    /// <summary>Killed processes leave the runtime's own diagnostic sockets behind.</summary>
    public bool LeavesDiagnosticSockets { get; init; }

    /// <summary>A failed test keeps its temporary directory.</summary>
    public bool KeepsTempDirectory { get; init; }

    /// <summary>What is different with <c>-n 0</c>: replaces the properties that it names.</summary>
    public JsonObject? InProcess { get; init; }

    public static Expected Read(string file, int mode)
    {
        var json = JsonNode.Parse(File.ReadAllText(file), documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true })!.AsObject();
        if (mode == 0 && json["inProcess"] is JsonObject different)
        {
            foreach (var (name, value) in different) json[name] = value?.DeepClone();
        }

        return json.Deserialize<Expected>(s_options) ?? throw new InvalidDataException($"'{file}' is empty.");
    }
}

/// <summary>Facts about the journals that the processes of a run wrote.</summary>
internal sealed record Events
{
    /// <summary>Lines that appear exactly once in the run.</summary>
    public IReadOnlyList<string> Once { get; init; } = [];

    /// <summary>Lines that appear in the run, and at most once in each process.</summary>
    public IReadOnlyList<string> OncePerProcess { get; init; } = [];

    public IReadOnlyList<string> Never { get; init; } = [];

    /// <summary>Lines that appear in this order in one process.</summary>
    public IReadOnlyList<IReadOnlyList<string>> InOrder { get; init; } = [];

    /// <summary>Spans (<c>begin X</c> … <c>end X</c>) that overlap with no other span of the run.</summary>
    public IReadOnlyList<string> Alone { get; init; } = [];
}
