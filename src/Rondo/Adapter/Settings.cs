using System.Globalization;
using Microsoft.Testing.Platform.CommandLine;
using Microsoft.Testing.Platform.Configurations;

namespace Rondo.Adapter;

/// <summary>Values of our options: from the command line, else from the section <c>rondo</c> of <c>testconfig.json</c> (or a variable such as <c>rondo__n</c>).</summary>
internal sealed class Settings(ICommandLineOptions commandLine, IConfiguration configuration)
{
    /// <summary>What is wrong in the configuration, one sentence each; the command line was already checked by the platform.</summary>
    public IReadOnlyList<string> Complaints()
    {
        var complaints = new List<string>();
        foreach (var option in RondoOptions.All)
        {
            if (Configured(option.Name) is not { } value) continue;
            var source = SourceOf(option.Name, value);
            var complaint = option.IsSwitch
                ? bool.TryParse(value, out _) ? null : $"{source} was given '{value}', but it takes true or false. Correct the value. [RND2050]"
                : option.Complaint(value, source);
            // What explains an expression speaks of the expression alone.
            if (complaint is not null) complaints.Add(complaint.StartsWith(source, StringComparison.Ordinal) ? complaint : source + ": " + complaint);
        }

        // A value that is wrong in itself may only look like a contradiction.
        return complaints.Count > 0 ? complaints : Contradictions.In(this);
    }

    public bool IsOn(string name) => commandLine.IsOptionSet(name) || (Configured(name) is { } value && bool.TryParse(value, out var on) && on);

    public string? Text(string name) => commandLine.TryGetOptionArgumentList(name, out var arguments) && arguments.Length > 0 ? arguments[0] : Configured(name);

    public int? Number(string name) => Text(name) is { } text ? int.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : null;

    public TimeSpan? Duration(string name) => Text(name) is { } text && Durations.TryParse(text, out var duration) ? duration : null;

    /// <summary>A path, made absolute against the current directory.</summary>
    public string? FullPath(string name) => Text(name) is { } text ? Path.GetFullPath(text) : null;

    /// <summary>Where the platform puts what a run leaves behind (<c>--results-directory</c>).</summary>
    public string ResultsDirectory => configuration.GetTestResultDirectory();

    // The platform does not tell where a value came from.
    private string SourceOf(string name, string value)
    {
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (string.Equals((string)variable.Key, "rondo__" + name, StringComparison.OrdinalIgnoreCase) && (string?)variable.Value == value) return $"The variable '{variable.Key}'";
        }

        var file = commandLine.TryGetOptionArgumentList("config-file", out var files) && files is [var named, ..]
            ? Path.GetFullPath(named)
            : Path.Combine(AppContext.BaseDirectory, (System.Reflection.Assembly.GetEntryAssembly()?.GetName().Name ?? "") + ".testconfig.json");
        return $"The setting 'rondo:{name}' in '{file}'";
    }

    private string? Configured(string name) => configuration["rondo:" + name] is { Length: > 0 } value ? value : null;
}
