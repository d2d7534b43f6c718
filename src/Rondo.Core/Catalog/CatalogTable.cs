// Shared with the generator, which compiles this file too: one writer and one reader of the catalog's text.
// Base library of netstandard2.0 only.
using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Text;

namespace Rondo.Catalog;

/// <summary>The text tables of the catalog: a line per record, fields separated by tabs, a field is <c>key=value</c> or positional.</summary>
/// <remarks>
/// Records (positional fields after the kind, then keys):
/// <code>
/// assembly                                        marks
/// class    namespace  type  file  line            ctor=BINDINGS  static=1  plain=1  auto=FIXTURES  marks
/// test     method  line  sync|async               args=N  arguments=I J  needs=BINDINGS  auto=FIXTURES  names=a b  types=T1 T2  returns=T  rows=Member  instance=0  display=…  file=…  marks
/// case     arguments                              name=…  skip=…  xfail=…
/// values   text  text  …
/// holder   namespace  type  file
/// fixture  method  line  Scope  value|task|use    name=…  type=T  needs=BINDINGS  instance=1  args=N  auto=1  dispose=0  shared=0  timeout=MS  teardown=MS  loop=Scope  backend=…  dispatcher=T  lock=… (repeated)
/// marks:   skip=…  timeout=MS  tag=… (repeated)  group=… (repeated)  serial=1  lock=R:key or W:key (repeated)  isolated=1  loop=Scope  backend=…  dispatcher=T (empty: none)  waits=…  virtual=1  start=…  main=1
///          xfail=…  strict=0 or 1  retry=N  repeat=N  unless=MEMBER  unlessWhy=…  explicit=…  priority=N
/// BINDINGS: fixture:KEY or builtin:NAME (of another library by its managed name), separated by spaces, in the order of the parameters. KEY: Namespace.Type.Method of the fixture.
/// MEMBER: Namespace.Type.Member of a condition, which the entry's Condition asks.
/// </code>
/// In lists of words a blank within a word, as names of F# have it, is U+001F. Nested types are written with <c>+</c>; types in <c>types</c>, <c>type</c> and <c>returns</c> by their managed name without blanks: <c>System.Collections.Generic.List`1&lt;System.Int32&gt;</c>.
/// <c>file</c> of a test stands there only when it differs from that of its class (partial and base classes); a line of 0 means unknown (a base in another assembly).
/// A holder that is a generic or foreign base class is written once for the assembly that derives from it: <c>Base`1&lt;System.Int32&gt;</c>, <c>Base~Assembly</c>.
/// A test that cannot run is written without needs and as static; calling it throws the compiler's message.
/// Tests and cases follow their class and test in order of declaration, cases of a fixture their fixture. A test whose cases are a product has no <c>case</c> but one <c>values</c> for each argument.
/// <c>names</c> and <c>types</c> are those of all parameters, in their order; <c>arguments=I J</c> are the positions of the arguments where they are not the first ones.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class CatalogTable
{
    /// <summary>Stands in lists of words for a blank that is part of one.</summary>
    internal const char BlankInWord = '\u001F';

    /// <summary>Appends one record.</summary>
    /// <param name="to">Receives the line.</param>
    /// <param name="fields">Kind, positional fields, then <c>key=value</c> fields; any text is allowed in them.</param>
    public static void Append(StringBuilder to, IEnumerable<string> fields)
    {
        if (to.Length > 0) to.Append('\n');
        var first = true;
        foreach (var field in fields)
        {
            if (!first) to.Append('\t');
            first = false;
            foreach (var c in field)
            {
                switch (c)
                {
                    case '\\': to.Append("\\\\"); break;
                    case '\t': to.Append("\\t"); break;
                    case '\n': to.Append("\\n"); break;
                    case '\r': to.Append("\\r"); break;
                    default: to.Append(c); break;
                }
            }
        }
    }

    /// <summary>Reads all records.</summary>
    public static IEnumerable<CatalogRecord> Read(string table)
    {
        var start = 0;
        while (start < table.Length)
        {
            var end = table.IndexOf('\n', start);
            if (end < 0) end = table.Length;
            yield return new CatalogRecord(Split(table, start, end));
            start = end + 1;
        }
    }

    private static string[] Split(string table, int start, int end)
    {
        var fields = new List<string>();
        var from = start;
        while (true)
        {
            var tab = table.IndexOf('\t', from, end - from);
            var to = tab < 0 ? end : tab;
            fields.Add(Unescape(table, from, to));
            if (tab < 0) return fields.ToArray();
            from = tab + 1;
        }
    }

    private static string Unescape(string table, int from, int to)
    {
        if (table.IndexOf('\\', from, to - from) < 0) return table.Substring(from, to - from);
        var text = new StringBuilder(to - from);
        for (var i = from; i < to; i++)
        {
            if (table[i] != '\\' || i + 1 == to)
            {
                text.Append(table[i]);
                continue;
            }

            i++;
            text.Append(table[i] switch { 't' => '\t', 'n' => '\n', 'r' => '\r', var c => c });
        }

        return text.ToString();
    }
}

/// <summary>One record of a catalog table.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct CatalogRecord
{
    private readonly string[] _fields;

    internal CatalogRecord(string[] fields) => _fields = fields;

    /// <summary>The record's kind.</summary>
    public string Kind => _fields[0];

    /// <summary>A positional field, counted from 0 after the kind.</summary>
    public string this[int position] => _fields[position + 1];

    /// <summary>All fields after the kind, for kinds that have no keys.</summary>
    public string[] Positional
    {
        get
        {
            var fields = new string[_fields.Length - 1];
            Array.Copy(_fields, 1, fields, 0, fields.Length);
            return fields;
        }
    }

    /// <summary>The value of a key, or null.</summary>
    public string? Value(string key)
    {
        foreach (var value in Values(key)) return value;
        return null;
    }

    /// <summary>All values of a key that may be repeated, in order.</summary>
    public IEnumerable<string> Values(string key)
    {
        foreach (var field in _fields)
        {
            if (field.Length > key.Length && field[key.Length] == '=' && field.StartsWith(key, StringComparison.Ordinal))
                yield return field.Substring(key.Length + 1);
        }
    }

    /// <summary>The words of a key whose value is a list separated by spaces.</summary>
    public string[] Words(string key)
    {
        if (Value(key) is not { } value) return s_none;
        var words = value.Split(s_space, StringSplitOptions.RemoveEmptyEntries);
        if (value.IndexOf(CatalogTable.BlankInWord) < 0) return words;
        for (var i = 0; i < words.Length; i++) words[i] = words[i].Replace(CatalogTable.BlankInWord, ' ');
        return words;
    }

    private static readonly char[] s_space = { ' ' };
    private static readonly string[] s_none = Array.Empty<string>();
}
