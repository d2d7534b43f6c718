using System.Text.RegularExpressions;
using Rondo.Conventions.Reading;

namespace Rondo.Conventions.Rules;

/// <summary>What holds for messages with a code and for the pages in docs/errors.</summary>
internal static partial class ErrorRules
{
    private const int WordsThatTell = 4;

    /// <summary>Each code that the sources name has a page, and each page a code.</summary>
    public static IEnumerable<string> Pages(IEnumerable<string> codes, IEnumerable<string> pages)
    {
        HashSet<string> used = [.. codes], described = [.. pages];
        return used.Except(described).Order(StringComparer.Ordinal).Select(c => $"{c} is used in src but has no page. Write docs/errors/{c}.md: what it means, an example, what to do.")
            .Concat(described.Except(used).Order(StringComparer.Ordinal).Select(c => $"docs/errors/{c}.md describes a code that nothing in src uses. Remove the page, or correct the code."));
    }

    /// <summary>A page has a title with its code, says what it means, shows an example and says what to do.</summary>
    public static IEnumerable<string> PageParts(TextFile page)
    {
        var code = Path.GetFileNameWithoutExtension(page.Path);
        var text = page.Text.ReplaceLineEndings("\n");
        if (!text.StartsWith($"# {code}: ", StringComparison.Ordinal)) yield return $"{page} does not begin with '# {code}: ' and a title.";
        var example = text.IndexOf("\n```", StringComparison.Ordinal);
        var meaning = string.Join(' ', text[..(example < 0 ? text.Length : example)].Split('\n').Skip(1));
        if (meaning.Trim().Length < 40) yield return $"{page} does not say what {code} means before its example.";
        if (example < 0) yield return $"{page} has no example: a block between ``` lines with the code or the message.";
        var remedy = text.IndexOf("\n## What to do\n", StringComparison.Ordinal);
        if (remedy < 0 || text[(remedy + 15)..].Trim().Length < 20) yield return $"{page} has no part '## What to do'.";
    }

    /// <summary>A code with several messages has one page on which all of them can be found again.</summary>
    public static IEnumerable<string> OneMeaning(IEnumerable<Message> messages, Func<string, string?> page) =>
        messages.GroupBy(m => m.Code).Where(g => g.DistinctBy(m => m.Text).Skip(1).Any())
            .SelectMany(g => g.DistinctBy(m => m.Text).Where(m => page(g.Key) is { } text && !Quotes(text, m.Text))
                .Select(m => $"{m.Place}: {m.Code} has several messages, and its page does not quote this one: \"{m.Text}\" If it is another meaning, give it a code of its own."));

    /// <summary>A message says at least two things, what is wrong and the rule or what to do, and ends with its code.</summary>
    /// <param name="allowed">Starts of messages that are short for a reason.</param>
    public static IEnumerable<string> Wording(Message message, IReadOnlyDictionary<string, string> allowed)
    {
        if (!message.EndsWithCode) yield return $"{message.Place}: the message does not end with [{message.Code}]: \"{message.Text}\"";
        if (allowed.ContainsKey($"{message.Code}: {Beginning(message.Text)}")) yield break;
        if (!FullEnd().IsMatch(message.Text)) yield return $"{message.Place}: the message of {message.Code} does not end as a sentence: \"{message.Text}\"";
        if (Sentences(message.Text) < 2) yield return $"{message.Place}: the message of {message.Code} is one sentence. Say what is wrong with names and values, the rule, and what to do: \"{message.Text}\"";
    }

    /// <summary>The first words of a message, by which a list of exceptions names it.</summary>
    public static string Beginning(string text) => string.Join(' ', text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(WordsThatTell));

    // Another exception's message, put in before a new sentence, is a sentence.
    private static int Sentences(string text) => SentenceEnd().Count(text) + HoleAsSentence().Count(text);

    private static bool Quotes(string page, string message)
    {
        var there = Plain(page);
        var parts = message.Split(Message.Hole).SelectMany(p => NumberedHole().Split(p)).Select(p => Plain(p).Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        var needed = Math.Min(WordsThatTell, parts.Max(p => p.Length));
        return parts.SelectMany(p => Enumerable.Range(0, Math.Max(0, p.Length - needed + 1)).Select(i => string.Join(' ', p.Skip(i).Take(needed))))
            .Any(run => there.Contains(run, StringComparison.Ordinal));
    }

    private static string Plain(string text) => Spaces().Replace(NoLetters().Replace(text, " "), " ");

    [GeneratedRegex(@"[.!?]['""»)]*(?=\s|$)")]
    private static partial Regex SentenceEnd();

    [GeneratedRegex(@"\{\d*\} (?=[A-Z])|\{\d*\}$")]
    private static partial Regex HoleAsSentence();

    [GeneratedRegex(@"([.!?}]['"")]*|--[a-z]+ [A-Z]+\.?)$")]
    private static partial Regex FullEnd();

    [GeneratedRegex(@"\{\d+\}")]
    private static partial Regex NumberedHole();

    [GeneratedRegex(@"[^A-Za-z0-9-]+")]
    private static partial Regex NoLetters();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
