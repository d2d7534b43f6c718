// A catalog written by hand, as the generator would write it, with delegates for bodies.
using Rondo.Catalog;
using Rondo.Engine.Planning;

namespace Rondo.Engine.Tests.Worker;

internal delegate object? FixtureBody(object? self, object?[] values, FixtureCall use);

internal delegate Task? TestBody(object? self, object?[] values);

/// <summary>Fixtures and tests for a worker. Keys of fixtures are <c>Namespace.Fixtures.Name</c>.</summary>
internal sealed class WrittenCatalog : AssemblyCatalog
{
    private readonly Dictionary<string, (List<string> Lines, List<FixtureBody> Bodies)> _holders = new(StringComparer.Ordinal);
    private readonly List<WrittenClass> _classes = [];

    public override string AssemblyName => "Written";

    public override string Table => "assembly";

    public TestCatalog Read() => TestCatalog.Read([this]);

    /// <summary>Adds a fixture of shape use: the body gives its value by <c>use.Use&lt;T&gt;()</c>.</summary>
    public WrittenCatalog Use<T>(string name, FixtureScope scope, Func<Use<T>, object?[], Task> body, string needs = "", string more = "", string space = "N") =>
        Add(name, scope, "use", needs, more, space, (_, values, use) => body(use.Use<T>(), values));

    /// <summary>Adds a synchronous fixture that returns its value.</summary>
    public WrittenCatalog Value(string name, FixtureScope scope, Func<object?[], object?> body, string needs = "", string more = "", string space = "N") =>
        Add(name, scope, "value", needs, more, space, (_, values, _) => body(values));

    /// <summary>Adds an asynchronous fixture that returns its value.</summary>
    public WrittenCatalog Async(string name, FixtureScope scope, Func<object?[], Task<object?>> body, string needs = "", string more = "", string space = "N") =>
        Add(name, scope, "task", needs, more, space, (_, values, _) => body(values));

    /// <summary>Gives the fixture that was added last one case for each word; the word is its argument.</summary>
    public WrittenCatalog Cases(string words, string space = "N")
    {
        var (lines, _) = _holders[space];
        lines[^1] += "\targs=1";
        lines.AddRange(words.Split(' ').Select(w => $"case\t{w}"));
        return this;
    }

    public WrittenCatalog Add(string name, FixtureScope scope, string shape, string needs, string more, string space, FixtureBody body)
    {
        if (!_holders.TryGetValue(space, out var holder)) _holders.Add(space, holder = ([$"holder\t{space}\tFixtures\tf.cs"], []));
        holder.Lines.Add($"fixture\t{name}\t1\t{scope}\t{shape}" + Needs("needs", needs) + (more.Length == 0 ? "" : "\t" + more.Replace('|', '\t')));
        holder.Bodies.Add(body);
        return this;
    }

    public WrittenClass Class(string name, string space = "N", string ctor = "", string more = "", Func<object?[], object>? create = null, Func<string, bool?>? conditions = null)
    {
        var type = new WrittenClass(this, $"class\t{space}\t{name}\tf.cs\t1" + Needs("ctor", ctor) + (more.Length == 0 ? "" : "\t" + more.Replace('|', '\t')), create) { Conditions = conditions };
        _classes.Add(type);
        return type;
    }

    public override TestClassEntry[] TestClasses() => [.. _classes];

    public override FixtureHolderEntry[] FixtureHolders() => [.. _holders.OrderBy(h => h.Key, StringComparer.Ordinal).Select(h => new Holder(string.Join('\n', h.Value.Lines), h.Value.Bodies))];

    // "A M:B #Token" -> fixture:N.Fixtures.A, fixture:M.Fixtures.B, builtin:Token
    private static string Needs(string key, string words)
    {
        if (words.Length == 0) return "";
        var bindings = words.Split(' ').Select(w => w[0] == '#' ? "builtin:" + w[1..] : w.Contains(':', StringComparison.Ordinal) ? $"fixture:{w.Replace(":", ".Fixtures.", StringComparison.Ordinal)}" : $"fixture:N.Fixtures.{w}");
        return $"\t{key}={string.Join(' ', bindings)}";
    }

    internal sealed class WrittenClass(WrittenCatalog catalog, string header, Func<object?[], object>? create) : TestClassEntry
    {
        private readonly List<string> _lines = [header];
        private readonly List<TestBody> _bodies = [];
        private readonly Dictionary<int, Func<RowSource>> _rows = [];

        public override string Table => string.Join('\n', _lines);

        /// <summary>Adds an asynchronous test.</summary>
        public WrittenClass Test(string name, Func<object?[], Task> body, string needs = "", string more = "") => Add(name, "async", needs, more, (_, values) => body(values));

        /// <summary>Adds a synchronous test.</summary>
        public WrittenClass Sync(string name, Action<object?[]> body, string needs = "", string more = "") => Add(name, "sync", needs, more, (_, values) =>
        {
            body(values);
            return null;
        });

        /// <summary>Adds a test on an instance of the class.</summary>
        public WrittenClass On(string name, Func<object, object?[], Task> body, string needs = "", string more = "") => Add(name, "async", needs, more, (self, values) => body(self!, values), isInstance: true);

        public WrittenClass Rows(string name, Func<RowSource> rows, Func<object?[], Task> body, string needs = "", string more = "")
        {
            _rows.Add(_bodies.Count, rows);
            return Test(name, body, needs, "args=1|rows=Rows" + (more.Length == 0 ? "" : "|" + more));
        }

        public WrittenCatalog End() => catalog;

        /// <summary>What <c>unless=</c> of the class and its tests asks.</summary>
        public Func<string, bool?>? Conditions { get; init; }

        public override bool? Condition(string member) => Conditions?.Invoke(member);

        public override object Create(object?[] values) => create!(values);

        public override Task? Invoke(int test, object? self, object?[] values) => _bodies[test](self, values);

        public override RowSource Rows(int test) => _rows[test]();

        private WrittenClass Add(string name, string kind, string needs, string more, TestBody body, bool isInstance = false)
        {
            _lines.Add($"test\t{name}\t1\t{kind}\tinstance={(isInstance ? 1 : 0)}" + Needs("needs", needs) + (more.Length == 0 ? "" : "\t" + more.Replace('|', '\t')));
            _bodies.Add(body);
            return this;
        }
    }

    private sealed class Holder(string table, List<FixtureBody> bodies) : FixtureHolderEntry
    {
        public override string Table => table;

        public override object? Start(int fixture, object? self, object?[] values, FixtureCall use) => bodies[fixture](self, values, use);

        public override object?[] CaseValues(int fixture, int row)
        {
            var cases = CatalogTable.Read(table).SkipWhile(r => r.Kind != "fixture" || fixture-- > 0).Skip(1).TakeWhile(r => r.Kind == "case");
            return [cases.ElementAt(row)[0]];
        }

        // Fixtures of the whole run give texts here.
        public override void WriteValue(int fixture, object? value, ValueWriter to) => to.WriteString((string?)value);

        public override object? ReadValue(int fixture, ValueReader from) => from.ReadString();
    }
}
