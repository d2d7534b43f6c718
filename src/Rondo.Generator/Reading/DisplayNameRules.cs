using System.Globalization;
using Rondo.Generator.Model;

namespace Rondo.Generator.Reading;

/// <summary>Placeholders of <c>[DisplayName]</c>: each stands for an argument of a case. What fills them in stays lenient: it shows what it cannot read as it is written.</summary>
internal static class DisplayNameRules
{
    public static Finding? Check(TestModel test, IMethodSymbol method)
    {
        if (test.DisplayFormat is not { } format || test.Broken is not null || Wrong(format, test) is not var (text, what)) return null;
        return new Finding(Diagnostics.Placeholder(method.Name, text, what, Names(test)), MethodRules.At(RondoNames.Find(method, "DisplayNameAttribute"), method));
    }

    private static (string Text, string What)? Wrong(string format, TestModel test)
    {
        for (var i = 0; i < format.Length; i++)
        {
            var c = format[i];
            if (c is not ('{' or '}')) continue;
            if (i + 1 < format.Length && format[i + 1] == c)
            {
                i++;
                continue;
            }

            if (c == '}') return ("}", "closes no placeholder");
            var end = format.IndexOf('}', i);
            if (end < 0) return (format.Substring(i), "is not closed");
            var name = format.Substring(i + 1, end - i - 1);
            if (!IsArgument(name, test)) return ("{" + name + "}", What(name, test));
            i = end;
        }

        return null;
    }

    private static bool IsArgument(string name, TestModel test)
    {
        if (Number(name) is { } number) return number < test.ArgumentCount;
        return test.Parameters.Take(test.ArgumentCount).Any(p => p.Name == name);
    }

    private static string What(string name, TestModel test) =>
        Number(name) is not null ? "counts further than the arguments, which are numbered from 0"
        : test.Parameters.Any(p => p.Name == name) ? "names a parameter that gets a fixture or a built-in value, not an argument of a case"
        : "names no parameter";

    private static int? Number(string name) => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Names(TestModel test) => test.ArgumentCount == 0
        ? "This test has no cases with arguments."
        : "Here these can be named: " + string.Join(", ", test.Parameters.Take(test.ArgumentCount).Select((p, i) => "{" + i.ToString(CultureInfo.InvariantCulture) + "} or {" + p.Name + "}")) + ".";
}
