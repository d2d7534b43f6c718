using System.Globalization;
using Microsoft.Testing.Platform.CommandLine;
using Microsoft.Testing.Platform.Configurations;
using Rondo.Engine.Planning;

namespace Rondo.Adapter;

/// <summary>
/// Values of our options. Who is nearer wins: the command line, a variable such as <c>rondo__n</c>, the chosen profile of <c>testconfig.json</c>, its section <c>rondo</c>.
/// </summary>
internal sealed class Settings
{
    private readonly ICommandLineOptions _commandLine;
    private readonly IConfiguration _configuration;
    private readonly Func<string, string?> _environment;
    private readonly ConfigFile? _file;

    /// <param name="commandLine">Checked by the platform.</param>
    /// <param name="configuration">The platform's: the file, and variables over it.</param>
    /// <param name="environment">The value of a variable; null for those of this process.</param>
    public Settings(ICommandLineOptions commandLine, IConfiguration configuration, Func<string, string?>? environment = null)
    {
        (_commandLine, _configuration, _environment) = (commandLine, configuration, environment ?? Environment.GetEnvironmentVariable);
        // Without a file nothing is loaded that reads one.
        _file = File.Exists(FilePath) ? ConfigFile.Read(FilePath) : null;
        (Profile, ProfileSource) = ChosenProfile();
    }

    /// <summary>The name of the chosen profile; null without one.</summary>
    public string? Profile { get; }

    /// <summary>Who chose it.</summary>
    public string ProfileSource { get; }

    // The platform does not tell where it found its file.
    private string FilePath => _commandLine.TryGetOptionArgumentList("config-file", out var files) && files is [var named, ..]
        ? Path.GetFullPath(named)
        : Path.Combine(AppContext.BaseDirectory, (System.Reflection.Assembly.GetEntryAssembly()?.GetName().Name ?? "") + ".testconfig.json");

    /// <summary>What is wrong in the configuration, one sentence each; the command line was already checked by the platform.</summary>
    public IReadOnlyList<string> Complaints()
    {
        var complaints = new List<string>(_file?.Complaints ?? []);
        if (Profile is not null && _file?.ProfileNames.Contains(Profile, StringComparer.OrdinalIgnoreCase) != true) complaints.Add(NoProfile());
        foreach (var option in RondoOptions.All)
        {
            // What stands in a profile was judged when the file was read.
            if (Configured(option.Name) is { } found && found.Place != Place.Profile && option.ComplaintInFile(found.Value, Capital(found.Source)) is { } complaint) complaints.Add(complaint);
        }

        // A value that is wrong in itself may only look like a contradiction.
        return complaints.Count > 0 ? complaints : Contradictions.In(this);
    }

    public bool IsOn(string name) => _commandLine.IsOptionSet(name) || (Configured(name) is { } found && bool.TryParse(found.Value, out var on) && on);

    public string? Text(string name) => FromCommandLine(name) ?? Configured(name)?.Value;

    /// <summary>All values of an option that takes several; empty if it was not given.</summary>
    public IReadOnlyList<string> Texts(string name) => _commandLine.TryGetOptionArgumentList(name, out var arguments) && arguments.Length > 0 ? arguments : Configured(name) is { } one ? [one.Value] : [];

    public int? Number(string name) => Text(name) is { } text ? int.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : null;

    public TimeSpan? Duration(string name) => Text(name) is { } text && Durations.TryParse(text, out var duration) ? duration : null;

    /// <summary>A path, made absolute against the current directory.</summary>
    public string? FullPath(string name) => Text(name) is { } text ? Path.GetFullPath(text) : null;

    /// <summary>Where the platform puts what a run leaves behind (<c>--results-directory</c>).</summary>
    public string ResultsDirectory => _configuration.GetTestResultDirectory();

    /// <summary>True if it stands on the command line itself.</summary>
    public bool IsOnCommandLine(string name) => _commandLine.IsOptionSet(name);

    /// <summary>The value of an option and who set it; null if nobody did.</summary>
    public Found? Find(string name) => _commandLine.IsOptionSet(name) ? new Found(FromCommandLine(name) ?? "true", "the command line", Place.Nearer) : Configured(name);

    /// <summary>What holds for some of the tests, in order. What stands on the command line or in a variable is nearer than what any of them says.</summary>
    public IReadOnlyList<CaseOverride> Overrides()
    {
        if (_file is null) return [];
        var overrides = _file.OverridesOf(Profile);
        if (overrides.Count == 0) return [];
        var (retries, timeout, isolate) = (IsNearer(RondoOptions.Retries), IsNearer(RondoOptions.TestTimeout), IsNearer(RondoOptions.Isolate));
        return [.. overrides.Select(o => o with { Retries = retries ? null : o.Retries, TestTimeoutMs = timeout ? null : o.TestTimeoutMs, Isolation = isolate ? null : o.Isolation })];

        bool IsNearer(string name) => Find(name) is { Place: Place.Nearer };
    }

    private (string?, string) ChosenProfile()
    {
        if (FromCommandLine(RondoOptions.Profile) is { } given) return (given, "the command line");
        if (_environment("RONDO_PROFILE") is { Length: > 0 } variable) return (variable, "the variable 'RONDO_PROFILE'");
        return _configuration["rondo:" + RondoOptions.Profile] is { Length: > 0 } configured ? (configured, SourceOf(RondoOptions.Profile, configured)) : (null, "");
    }

    private string NoProfile()
    {
        var there = _file switch
        {
            null => $"There is no section 'rondo' in '{FilePath}', where profiles stand.",
            { ProfileNames.Count: 0 } => $"'{_file.Path}' has no profiles.",
            _ => $"'{_file.Path}' has: {string.Join(", ", _file.ProfileNames.Order(StringComparer.Ordinal))}.",
        };
        return $"The profile '{Profile}' was chosen by {ProfileSource}, but it does not exist. {there} Correct the name, or add it to \"profiles\" in the section \"rondo\" of testconfig.json. [RND2082]";
    }

    private string? FromCommandLine(string name) => _commandLine.TryGetOptionArgumentList(name, out var arguments) && arguments.Length > 0 ? arguments[0] : null;

    private Found? Configured(string name)
    {
        var value = _configuration["rondo:" + name] is { Length: > 0 } configured ? configured : null;
        var inProfile = Profile is null ? null : _file?.Value(Profile, name);
        if (value is not null && VariableOf(name, value) is { } variable) return new Found(value, variable, Place.Nearer);
        if (inProfile is not null) return new Found(inProfile, $"the profile '{Profile}' in '{_file!.Path}'", Place.Profile);
        return value is null ? null : new Found(value, SourceOf(name, value), Place.Section);
    }

    private string SourceOf(string name, string value) => VariableOf(name, value) ?? $"the setting 'rondo:{name}' in '{FilePath}'";

    // The platform does not tell where a value came from.
    private string? VariableOf(string name, string value)
    {
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (string.Equals((string)variable.Key, "rondo__" + name, StringComparison.OrdinalIgnoreCase) && (string?)variable.Value == value) return $"the variable '{variable.Key}'";
        }

        return null;
    }

    private static string Capital(string sentence) => char.ToUpperInvariant(sentence[0]) + sentence[1..];

    /// <param name="Value">As text.</param>
    /// <param name="Place">Where it stands.</param>
    /// <param name="Source">Who set it, as part of a sentence.</param>
    internal sealed record Found(string Value, string Source, Place Place);

    internal enum Place
    {
        /// <summary>The section of the file.</summary>
        Section,

        /// <summary>The chosen profile in it.</summary>
        Profile,

        /// <summary>A variable or the command line.</summary>
        Nearer,
    }
}
