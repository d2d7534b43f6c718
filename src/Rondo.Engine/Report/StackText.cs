using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;

namespace Rondo.Engine.Report;

/// <summary>Makes a stack readable: no frames of the machinery, and the names that people wrote instead of the compiler's.</summary>
internal static partial class StackText
{
    private static readonly string[] s_machinery =
    [
        "System.Runtime.", "System.Threading.Tasks.", "System.Threading.ExecutionContext.", "System.Threading.ThreadPoolWorkQueue.",
        "System.Threading.PortableThreadPool.", "System.Threading.Thread.StartCallback(", "System.Threading.Thread.StartHelper.",
        "System.RuntimeMethodHandle.", "System.Reflection.MethodBaseInvoker.", "System.Reflection.RuntimeMethodInfo.", "System.Reflection.RuntimeConstructorInfo.", "Rondo.Reflection.", "Rondo.Engine.", "Rondo.Loops.", "Rondo.Catalog.",
        "Rondo.Hosting.", "RondoEntryPoint.",
    ];

    // Its files may lie in the project's obj folder, and still nobody wrote them.
    private const string Generated = "Rondo.Generated.";

    /// <summary>The same stack without frames of the runtime and of Rondo. A frame of the user's is never left out; if no frame would be left, all stay.</summary>
    /// <param name="stack">As <see cref="Exception.StackTrace"/> gives it.</param>
    /// <param name="projectDirectory">Frames in files below it belong to the user, and their paths are shown from there; null shows all paths as they are.</param>
    public static string Trim(string stack, string? projectDirectory = null)
    {
        var root = projectDirectory is null ? null : Path.TrimEndingDirectorySeparator(projectDirectory);
        var kept = new StringBuilder();
        var frames = 0;
        foreach (var line in stack.Split('\n').Select(l => l.TrimEnd('\r', ' ')))
        {
            if (line.Length == 0 || line.StartsWith("--- End of ", StringComparison.Ordinal)) continue;
            if (Frame().Match(line) is not { Success: true } frame)
            {
                kept.Append(line).Append('\n');
                continue;
            }

            var (method, place) = Split(frame.Groups["rest"].Value);
            var inProject = root is not null && IsBelow(place, root);
            if (method.StartsWith(Generated, StringComparison.Ordinal) || (!inProject && IsMachinery(method))) continue;
            frames++;
            kept.Append("   at ").Append(Readable(method)).Append(inProject ? " in " + place![(root!.Length + 1)..] : place is null ? "" : " in " + place).Append('\n');
        }

        return frames == 0 ? stack.TrimEnd() : kept.ToString().TrimEnd();
    }

    /// <summary><c>Ns.Type.&lt;Method&gt;d__3.MoveNext()</c> as <c>Ns.Type.Method()</c>; lambdas and local functions as <c>Method+lambda</c>, <c>Method+Name</c>.</summary>
    public static string Readable(string method)
    {
        if (!method.Contains('<', StringComparison.Ordinal)) return method;
        var text = method.Replace('+', '.');
        text = FileLocalType().Replace(text, "");
        text = StateMachine().Replace(text, "${name}(");
        text = Closure().Replace(text, "");
        text = TopLevel().Replace(text, "Main");
        text = LocalFunction().Replace(text, "${outer}+${name}");
        text = Lambda().Replace(text, "${outer}+lambda");
        return text;
    }

    private static bool IsMachinery(string method)
    {
        foreach (var prefix in s_machinery)
        {
            // Rondo's own tests live in namespaces below its own.
            if (method.StartsWith(prefix, StringComparison.Ordinal) && !method.AsSpan(prefix.Length).StartsWith("Tests.", StringComparison.Ordinal)) return true;
        }

        return false;
    }

    private static (string Method, string? Place) Split(string rest)
    {
        // After the parameters, which may contain " in " (a modifier) but never ") in ".
        var at = rest.IndexOf(") in ", StringComparison.Ordinal);
        return at < 0 ? (rest, null) : (rest[..(at + 1)], rest[(at + 5)..]);
    }

    private static bool IsBelow([NotNullWhen(true)] string? place, string root) =>
        place is not null && place.Length > root.Length && place[root.Length] is '/' or '\\'
        && place.StartsWith(root, OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);

    [GeneratedRegex(@"^\s*at (?<rest>.+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Frame();

    [GeneratedRegex(@"<[^<>]*>F[0-9A-F]{8,}__", RegexOptions.CultureInvariant)]
    private static partial Regex FileLocalType();

    // "<M>d__3.MoveNext(", "<<M>b__0>d.MoveNext(", "<<M>g__L|3_0>d`1.MoveNext(", "<<Main>$>d__0.MoveNext("
    [GeneratedRegex(@"<(?<name>(?:<[^<>]*>[^<>]*)|[^<>]+)>d(?:__\d+)?(?:`\d+)?(?:\[[^\]]*\])?\.MoveNext\(", RegexOptions.CultureInvariant)]
    private static partial Regex StateMachine();

    [GeneratedRegex(@"<>c(?:__DisplayClass\d+(?:_\d+)?|__\d+)?(?:`\d+)?(?:\[[^\]]*\])?\.", RegexOptions.CultureInvariant)]
    private static partial Regex Closure();

    [GeneratedRegex(@"<Main>\$", RegexOptions.CultureInvariant)]
    private static partial Regex TopLevel();

    [GeneratedRegex(@"<(?<outer>[^<>]+)>g__(?<name>[^|]+)\|\d+(?:_\d+)?", RegexOptions.CultureInvariant)]
    private static partial Regex LocalFunction();

    [GeneratedRegex(@"<(?<outer>[^<>]+)>b__\d+(?:_\d+)?", RegexOptions.CultureInvariant)]
    private static partial Regex Lambda();
}
