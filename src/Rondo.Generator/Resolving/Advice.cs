using Rondo.Generator.Model;

namespace Rondo.Generator.Resolving;

/// <summary>What to do about a parameter that nothing provides.</summary>
internal static class Advice
{
    public static string For(FixtureTable table, ParameterModel parameter, Place from, FixtureEntry? self)
    {
        if (self?.Fixture.Type.Key == parameter.Type.Key && parameter.From is null)
            return $"Fixture '{self.Fixture.Name}' gives a '{parameter.Type.Shown}' itself and so asks for the next outer one: write one in an outer namespace or a base class, or name a neighbour with [From(\"…\")].";
        var sameType = table.OfType(parameter.Type.Key);
        if (parameter.From is { } name)
        {
            var visible = sameType.Where(e => FixtureTable.Distance(e, from) is not null).Select(e => $"'{e.Fixture.Name}'").ToList();
            return visible.Count == 0
                ? $"No fixture of this type is visible there; write one with the name '{name}'."
                : $"No fixture has the name '{name}'; visible ones of this type are {string.Join(", ", visible)}.";
        }

        if (sameType.Count > 0)
        {
            var hidden = sameType[0];
            return hidden.Owner is not null
                ? $"Fixture '{hidden.Key}' gives one but is visible {(hidden.Fixture.IsStatic ? "in its class and those nested in it" : "on instances of its class")} only; move it to a static class of a namespace around both."
                : $"Fixture '{hidden.Key}' gives one but is visible in namespace '{hidden.Namespace}' only; move it to a namespace around both.";
        }

        var similar = table.Entries
            .Where(e => FixtureTable.Distance(e, from) is not null && e.Key != self?.Key)
            .Select(e => (Entry: e, Difference: Difference(e.Fixture.Type.Shown, parameter.Type.Shown)))
            .Where(e => e.Difference <= 3)
            .OrderBy(e => e.Difference).ThenBy(e => e.Entry.Key, StringComparer.Ordinal)
            .Take(3).Select(e => $"'{e.Entry.Fixture.Type.Shown}' from fixture '{e.Entry.Fixture.Name}'").ToList();
        return similar.Count > 0
            ? $"Did you mean {string.Join(" or ", similar)}?"
            : $"Write a fixture that returns a '{parameter.Type.Shown}' in this class or in a static class of this namespace, or give the value with [Case].";
    }

    // Levenshtein; a type whose name holds the other's (ICart, Cart, CartClient) counts as near.
    private static int Difference(string a, string b)
    {
        if (a == b) return 0;
        if (a.Length > 2 && b.Length > 2 && (a.IndexOf(b, StringComparison.OrdinalIgnoreCase) >= 0 || b.IndexOf(a, StringComparison.OrdinalIgnoreCase) >= 0)) return 1;
        if (Math.Min(a.Length, b.Length) < 5) return int.MaxValue;
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var next = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1));
                diagonal = row[j];
                row[j] = next;
            }
        }

        return row[b.Length];
    }
}
