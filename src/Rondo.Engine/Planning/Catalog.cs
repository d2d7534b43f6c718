// Reads the generated tables into the model that plans are made from. No user code runs here.
using System.Collections;
using System.Globalization;
using Rondo.Catalog;
using Rondo.Loops;

namespace Rondo.Engine.Planning;

/// <summary>All tests and fixtures of the program, in their order of declaration.</summary>
internal sealed class TestCatalog
{
    private readonly Dictionary<string, FixtureDefinition> _fixtures;
    private FixtureClaims? _claims;

    public TestCatalog(IReadOnlyList<TestClass> classes, IReadOnlyList<FixtureDefinition> fixtures)
    {
        Classes = classes;
        Fixtures = fixtures;
        _fixtures = fixtures.ToDictionary(f => f.Key, StringComparer.Ordinal);
        foreach (var fixture in fixtures)
        {
            if (fixture.Cases.Count == 0) continue;
            Cases ??= new FixtureCases(this);
            HasSharedCases |= fixture.Scope != FixtureScope.Test;
        }
    }

    /// <summary>Null if no fixture has cases.</summary>
    public FixtureCases? Cases { get; }

    /// <summary>A fixture with cases outlives a test.</summary>
    public bool HasSharedCases { get; }

    public IReadOnlyList<TestClass> Classes { get; }

    public IReadOnlyList<FixtureDefinition> Fixtures { get; }

    /// <summary>The catalog has a fixture of this key.</summary>
    public bool IsKey(string key) => _fixtures.ContainsKey(key);

    public FixtureDefinition? FindFixture(string key) => _fixtures.TryGetValue(key, out var fixture) ? fixture : Cases?.Find(key);

    /// <param name="key">Also the key of a fixture as one case uses it, once that was asked for.</param>
    public FixtureDefinition Fixture(string key) => FindFixture(key) is { } fixture
        ? fixture
        : throw new InvalidOperationException($"This is a bug in Rondo: the catalog names the fixture '{key}' but does not hold it.");

    /// <summary>A fixture as a case uses it.</summary>
    public FixtureDefinition Fixture(string key, PlannedCase planned) => planned.FixtureVariant < 0 ? Fixture(key) : Cases!.Special(key, Cases.Of(planned.Test), planned.FixtureVariant);

    /// <summary>The combinations of fixture cases that a test runs with.</summary>
    public FixtureVariants VariantsOf(TestMethod test) => Cases?.Of(test) ?? FixtureVariants.None;

    /// <summary>What the test claims through its fixtures.</summary>
    public (IReadOnlyList<string> Locks, bool Process) ClaimsOfFixtures(TestMethod test)
    {
        var reach = (_claims ??= new FixtureClaims(this)).Of(test);
        return (reach.Locks, reach.Process);
    }

    public TestMethod Test(TestNumber number) => Classes[number.Class].Tests[number.Method];

    public static TestCatalog Read(IReadOnlyList<AssemblyCatalog> assemblies)
    {
        var classes = new List<TestClass>();
        var fixtures = new List<FixtureDefinition>();
        foreach (var assembly in assemblies.Count < 2 ? assemblies : [.. assemblies.OrderBy(a => a.AssemblyName, StringComparer.Ordinal)])
        {
            var assemblyMarks = Marks.None;
            foreach (var record in CatalogTable.Read(assembly.Table))
            {
                if (record.Kind == "assembly") assemblyMarks = Marks.Read(record);
            }

            foreach (var holder in assembly.FixtureHolders()) ReadHolder(holder, fixtures);
            foreach (var entry in assembly.TestClasses()) classes.Add(ReadClass(entry, classes.Count, assembly, assemblyMarks));
        }

        return new TestCatalog(classes, fixtures);
    }

    private static TestClass ReadClass(TestClassEntry entry, int number, AssemblyCatalog assembly, Marks assemblyMarks)
    {
        TestClass? type = null;
        var tests = new List<TestMethod>();
        var cases = new ConstantCases();
        foreach (var record in CatalogTable.Read(entry.Table))
        {
            switch (record.Kind)
            {
                case "class":
                    type = new TestClass(entry, number, assembly.AssemblyName, record[0], record[1], record[2], CatalogWords.Number(record[3]), Marks.Read(record).Over(assemblyMarks), tests)
                    {
                        Catalog = assembly,
                        ConstructorNeeds = Binding.ReadAll(record.Words("ctor")),
                        IsPlain = record.Value("plain") == "1",
                        AutoUse = record.Words("auto"),
                    };
                    break;
                case "test":
                    cases = new ConstantCases();
                    tests.Add(new TestMethod(type!, tests.Count, record[0], CatalogWords.Number(record[1]), record[2] == "async", cases)
                    {
                        IsInstance = record.Value("instance") != "0",
                        ArgumentCount = CatalogWords.Number(record.Value("args") ?? "0"),
                        ArgumentPlaces = record.Value("arguments") is null ? [] : [.. record.Words("arguments").Select(CatalogWords.Number)],
                        Needs = Binding.ReadAll(record.Words("needs")),
                        AutoUse = record.Words("auto"),
                        ParameterNames = record.Words("names"),
                        ParameterTypes = record.Words("types"),
                        ReturnType = record.Value("returns") ?? "System.Void",
                        RowSource = record.Value("rows"),
                        DisplayFormat = record.Value("display"),
                        Marks = Marks.Read(record).Over(type!.Marks),
                    });
                    break;
                case "case":
                    cases.Add(new ConstantCase(record[0], record.Value("name"), record.Value("skip")) { ExpectedFailure = record.Value("xfail") });
                    break;
                case "values":
                    cases.Multiply(record.Positional);
                    break;
            }
        }

        return type ?? throw new InvalidOperationException($"This is a bug in Rondo: the catalog entry {entry.GetType().FullName} has no class record.");
    }

    private static void ReadHolder(FixtureHolderEntry entry, List<FixtureDefinition> fixtures)
    {
        string space = "", type = "", file = "";
        var position = 0;
        var cases = new ConstantCases();
        foreach (var record in CatalogTable.Read(entry.Table))
        {
            if (record.Kind == "holder")
            {
                (space, type, file) = (record[0], record[1], record[2]);
            }
            else if (record.Kind == "fixture")
            {
                var key = (space.Length == 0 ? "" : space + ".") + type + "." + record[0];
                cases = new ConstantCases();
                fixtures.Add(new FixtureDefinition(entry, position++, fixtures.Count, key, space)
                {
                    Cases = cases,
                    Name = record.Value("name") ?? record[0],
                    Scope = CatalogWords.FixtureScope(record[2]),
                    Shape = record[3] switch { "value" => FixtureShape.Value, "task" => FixtureShape.Task, "use" => FixtureShape.Use, var s => throw new InvalidOperationException($"This is a bug in Rondo: fixture shape '{s}'.") },
                    ValueType = record.Value("type") ?? "?",
                    Needs = Binding.ReadAll(record.Words("needs")),
                    IsInstance = record.Value("instance") == "1",
                    DisposesValue = record.Value("dispose") != "0",
                    IsShared = record.Value("shared") != "0",
                    IsAutoUse = record.Value("auto") == "1",
                    File = file,
                    Line = CatalogWords.Number(record[1]),
                    TimeoutMs = CatalogWords.Number(record.Value("timeout") ?? "300000"),
                    TeardownTimeoutMs = CatalogWords.Number(record.Value("teardown") ?? "60000"),
                    LoopScope = record.Value("loop") is { } loop ? CatalogWords.LoopScope(loop) : null,
                    Backend = record.Value("backend") is { } backend ? CatalogWords.Backend(backend) : null,
                    Dispatcher = record.Value("dispatcher"),
                    Locks = [.. record.Values("lock")],
                });
            }
            else if (record.Kind == "case")
            {
                cases.Add(new ConstantCase(record[0], record.Value("name"), record.Value("skip")));
            }
        }
    }

}

internal sealed record TestClass(TestClassEntry Entry, int Number, string Assembly, string Namespace, string Type, string File, int Line, Marks Marks, IReadOnlyList<TestMethod> Tests)
{
    /// <summary><c>Namespace.Type</c>, nested types with <c>+</c>.</summary>
    public string FullName { get; } = Namespace.Length == 0 ? Type : Namespace + "." + Type;

    /// <summary>What it was read from; null in tests of the engine.</summary>
    public AssemblyCatalog? Catalog { get; init; }

    public IReadOnlyList<Binding> ConstructorNeeds { get; init; } = [];

    /// <summary>To make an instance runs no code of the user, so it may be done on any thread.</summary>
    public bool IsPlain { get; init; }

    /// <summary>Keys of fixtures that every test of the class uses without asking.</summary>
    public IReadOnlyList<string> AutoUse { get; init; } = [];
}

internal sealed record TestMethod(TestClass Class, int Number, string Name, int Line, bool IsAsync, IReadOnlyList<ConstantCase> Cases)
{
    public bool IsInstance { get; init; } = true;

    public int ArgumentCount { get; init; }

    /// <summary>Positions of the arguments among the parameters; empty if they are the first ones.</summary>
    public IReadOnlyList<int> ArgumentPlaces { get; init; } = [];

    public IReadOnlyList<Binding> Needs { get; init; } = [];

    public IReadOnlyList<string> AutoUse { get; init; } = [];

    public IReadOnlyList<string> ParameterNames { get; init; } = [];

    public IReadOnlyList<string> ParameterTypes { get; init; } = [];

    public string ReturnType { get; init; } = "System.Void";

    /// <summary>The member that gives the rows; null if the test has none.</summary>
    public string? RowSource { get; init; }

    public string? DisplayFormat { get; init; }

    /// <summary>Method over class over assembly.</summary>
    public Marks Marks { get; init; } = Marks.None;

    /// <summary>Type of somebody's dispatcher on whose thread it runs; null if there is none, also when a nearer mark took it back.</summary>
    public string? Dispatcher => Marks.Backend != LoopBackend.ThreadPool && Marks.Dispatcher is { Length: > 0 } type ? type : null;

    public TestNumber Key { get; } = new(Class.Number, Number);

    /// <summary>The id without arguments.</summary>
    public string Id => Class.FullName + "." + Name;
}

/// <summary>A <c>[Case]</c>, as the generator wrote it.</summary>
internal sealed record ConstantCase(string Arguments, string? Name, string? Skip)
{
    public string? ExpectedFailure { get; init; }

    /// <summary>As it stands in an id.</summary>
    public string Shown => Name is null ? Arguments : ArgumentText.FormatName(Name);
}

/// <summary>The constant cases of a test or fixture: a list, or the product of lists of values, whose cases are made when they are looked at.</summary>
internal sealed class ConstantCases : IReadOnlyList<ConstantCase>
{
    private readonly List<ConstantCase> _listed = [];
    private readonly List<IReadOnlyList<string>> _values = [];

    public int Count { get; private set; }

    public ConstantCase this[int index]
    {
        get
        {
            if (_values.Count == 0) return _listed[index];
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count);
            var arguments = new string[_values.Count];
            for (var i = arguments.Length - 1; i >= 0; i--)
            {
                arguments[i] = _values[i][index % _values[i].Count];
                index /= _values[i].Count;
            }

            return new ConstantCase(string.Join(", ", arguments), null, null);
        }
    }

    public void Add(ConstantCase one)
    {
        _listed.Add(one);
        Count++;
    }

    /// <summary>Each case so far with each of these values as one more argument.</summary>
    public void Multiply(IReadOnlyList<string> values)
    {
        Count = checked(values.Count * (_values.Count == 0 ? 1 : Count));
        _values.Add(values);
    }

    public IEnumerator<ConstantCase> GetEnumerator()
    {
        for (var i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

internal enum FixtureShape
{
    Value,
    Task,
    Use,
}

internal sealed record FixtureDefinition(FixtureHolderEntry Entry, int Position, int Number, string Key, string Namespace)
{
    public required string Name { get; init; }

    public required FixtureScope Scope { get; init; }

    public required FixtureShape Shape { get; init; }

    public string ValueType { get; init; } = "?";

    /// <summary>Those of its <c>[Case]</c> marks; empty for a fixture that is not parametrised.</summary>
    public IReadOnlyList<ConstantCase> Cases { get; init; } = [];

    /// <summary>The case of this value; -1 if it has none, and for the fixture as the catalog has it.</summary>
    public int Row { get; init; } = -1;

    /// <summary>True for the value of one case, and for a fixture as it is with the cases behind it.</summary>
    public bool IsSpecial { get; init; }

    /// <summary>1, or n for a case that is the n-th with the same text.</summary>
    public int TwinOf(int row)
    {
        var twin = 1;
        for (var i = 0; i < row; i++)
        {
            if (Cases[i].Shown == Cases[row].Shown) twin++;
        }

        return twin;
    }

    public IReadOnlyList<Binding> Needs { get; init; } = [];

    public bool IsInstance { get; init; }

    public bool DisposesValue { get; init; } = true;

    /// <summary>False: of a Class fixture; the class need not stay whole because of it.</summary>
    public bool IsShared { get; init; } = true;

    public bool IsAutoUse { get; init; }

    public string File { get; init; } = "";

    public int Line { get; init; }

    public int TimeoutMs { get; init; }

    public int TeardownTimeoutMs { get; init; }

    public LoopScope? LoopScope { get; init; }

    public LoopBackend? Backend { get; init; }

    /// <summary>Type of somebody's dispatcher on whose thread it runs; null for the worker's own pump.</summary>
    public string? Dispatcher { get; init; }

    /// <summary>What it adds to the claims of every test that uses it, as in <see cref="Marks.Locks"/>.</summary>
    public IReadOnlyList<string> Locks { get; init; } = [];
}

/// <summary>What a parameter is bound to.</summary>
/// <param name="Fixture">Key of a fixture, or null.</param>
/// <param name="BuiltIn">Simple type name of a built-in value, or null.</param>
internal sealed record Binding(string? Fixture, string? BuiltIn)
{
    public static IReadOnlyList<Binding> ReadAll(string[] words)
    {
        if (words.Length == 0) return [];
        var bindings = new Binding[words.Length];
        for (var i = 0; i < words.Length; i++)
        {
            bindings[i] = words[i].StartsWith("fixture:", StringComparison.Ordinal) ? new Binding(words[i]["fixture:".Length..], null)
                : words[i].StartsWith("builtin:", StringComparison.Ordinal) ? new Binding(null, words[i]["builtin:".Length..])
                : throw new InvalidOperationException($"This is a bug in Rondo: unknown binding '{words[i]}' in the catalog.");
        }

        return bindings;
    }
}

/// <summary>What <c>[SkipUnless]</c> asks.</summary>
/// <param name="Member">Type and member; generated code knows how to ask it.</param>
/// <param name="Reason">Why the test is skipped when it does not hold.</param>
internal sealed record Condition(string Member, string Reason);

/// <summary>Who has a fresh process to itself.</summary>
internal enum Isolation
{
    None,

    /// <summary>All cases of a class together.</summary>
    Class,

    /// <summary>Each case.</summary>
    Test,
}

/// <summary>Marks of a test, a class or an assembly; <see cref="Over"/> merges them, nearest first, per property.</summary>
internal sealed record Marks
{
    public static Marks None { get; } = new();

    public string? Skip { get; init; }

    /// <summary>0 means no limit; null leaves it to the next wider mark.</summary>
    public int? TimeoutMs { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public IReadOnlyList<string> Groups { get; init; } = [];

    public bool Serial { get; init; }

    /// <summary>Resources it claims: <c>R:key</c> for reading, <c>W:key</c> for writing.</summary>
    public IReadOnlyList<string> Locks { get; init; } = [];

    /// <summary>Who has a fresh process to itself; null leaves it to the next wider mark, and at last to nobody.</summary>
    public Isolation? Isolation { get; init; }

    public LoopScope? LoopScope { get; init; }

    public LoopBackend? Backend { get; init; }

    public BlockingWaits? BlockingWaits { get; init; }

    /// <summary>Type of somebody's dispatcher on whose thread the test runs; empty takes back that of a wider mark.</summary>
    public string? Dispatcher { get; init; }

    public bool MainThread { get; init; }

    public bool VirtualTime { get; init; }

    /// <summary>Where virtual time starts; null for the clock's own start.</summary>
    public DateTimeOffset? TimeStart { get; init; }

    /// <summary>Names of the backends of a matrix, in order; empty without one.</summary>
    public IReadOnlyList<string> Matrix { get; init; } = [];

    public bool Explore { get; init; }

    /// <summary>Null for the default.</summary>
    public int? Schedules { get; init; }

    /// <summary>Real time of an exploration; null for the default.</summary>
    public int? ExploreMs { get; init; }

    /// <summary>How many tests may run at once beside this one; null leaves it to the next wider mark, and at last to one at a time.</summary>
    public int? Window { get; init; }

    /// <summary>Why the test is expected to fail; null expects it to pass.</summary>
    public string? ExpectedFailure { get; init; }

    /// <summary>Passing is then a failure. Null leaves it to the next wider mark.</summary>
    public bool? ExpectedStrict { get; init; }

    /// <summary>Extra attempts after a failed one; null leaves it to the next wider mark, and at last to <c>--retries</c>.</summary>
    public int? Retry { get; init; }

    /// <summary>Cases to make of one; null makes one, without a number in its id.</summary>
    public int? Repeat { get; init; }

    /// <summary>What must hold where the test runs; null asks nothing.</summary>
    public Condition? Condition { get; init; }

    /// <summary>Why it is not part of an ordinary run; null: it is.</summary>
    public string? Explicit { get; init; }

    /// <summary>Higher runs first; null leaves it to the next wider mark, and at last is 0.</summary>
    public int? Priority { get; init; }

    /// <summary>Why time cannot start where the mark says; the tests fail with it. Null, the rule: the compiler has refused such a mark, unless its analyzers are off.</summary>
    public string? TimeProblem { get; init; }

    public static Marks Read(CatalogRecord record)
    {
        DateTimeOffset moment = default;
        var start = record.Value("start");
        var isMoment = start is not null && DateTimeOffset.TryParse(start, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out moment);
        var marks = new Marks
        {
            Skip = record.Value("skip"),
            TimeoutMs = record.Value("timeout") is { } timeout ? CatalogWords.Number(timeout) : null,
            Tags = [.. record.Values("tag")],
            Groups = [.. record.Values("group")],
            Serial = record.Value("serial") == "1",
            Locks = [.. record.Values("lock")],
            Isolation = record.Value("isolated") != "1" ? null : record.Kind == "class" ? Planning.Isolation.Class : Planning.Isolation.Test,
            LoopScope = record.Value("loop") is { } loop ? CatalogWords.LoopScope(loop) : null,
            Backend = record.Value("backend") is { } backend ? CatalogWords.Backend(backend) : null,
            BlockingWaits = record.Value("waits") is { } waits ? CatalogWords.BlockingWaits(waits) : null,
            Dispatcher = record.Value("dispatcher"),
            MainThread = record.Value("main") == "1",
            VirtualTime = record.Value("virtual") == "1",
            TimeStart = isMoment ? moment : null,
            TimeProblem = start is null || isMoment ? null
                : $"[VirtualTime(Start = \"{start}\")] is no moment. It is written as ISO 8601, a date with or without a time and an offset; without an offset it is UTC. Write for example \"2026-02-28\" or \"2026-02-28T23:59:00+01:00\". [RND1035]",
            Matrix = record.Words("matrix"),
            Explore = record.Value("explore") == "1",
            Schedules = record.Value("schedules") is { } schedules ? CatalogWords.Number(schedules) : null,
            ExploreMs = record.Value("exploreMs") is { } ms ? CatalogWords.Number(ms) : null,
            Window = record.Value("window") is { } window ? CatalogWords.Number(window) : null,
            ExpectedFailure = record.Value("xfail"),
            ExpectedStrict = record.Value("strict") is { } strict ? strict == "1" : null,
            Retry = record.Value("retry") is { } retry ? CatalogWords.Number(retry) : null,
            Repeat = record.Value("repeat") is { } repeat ? CatalogWords.Number(repeat) : null,
            Condition = record.Value("unless") is { } unless ? new Condition(unless, record.Value("unlessWhy") ?? "") : null,
            Explicit = record.Value("explicit"),
            Priority = record.Value("priority") is { } priority ? CatalogWords.Number(priority) : null,
        };
        return marks == None ? None : marks;
    }

    /// <summary>These marks, completed by wider ones.</summary>
    public Marks Over(Marks wider) => ReferenceEquals(wider, None) ? this : ReferenceEquals(this, None) ? wider : new Marks
    {
        Skip = Skip ?? wider.Skip,
        TimeoutMs = TimeoutMs ?? wider.TimeoutMs,
        Tags = [.. Tags.Concat(wider.Tags).Distinct(StringComparer.OrdinalIgnoreCase)],
        Groups = [.. Groups.Concat(wider.Groups).Distinct(StringComparer.Ordinal)],
        Serial = Serial || wider.Serial,
        Locks = Locks.Count == 0 ? wider.Locks : wider.Locks.Count == 0 ? Locks : [.. Locks.Concat(wider.Locks).Distinct(StringComparer.Ordinal)],
        Isolation = Isolation ?? wider.Isolation,
        LoopScope = LoopScope ?? wider.LoopScope,
        // One backend or several: the nearest of both decides.
        Backend = Backend ?? (Matrix.Count > 0 ? null : wider.Backend),
        Matrix = Matrix.Count > 0 || Backend is not null || Dispatcher is { Length: > 0 } ? Matrix : wider.Matrix,
        BlockingWaits = BlockingWaits ?? wider.BlockingWaits,
        Dispatcher = Dispatcher ?? (Matrix.Count > 0 ? "" : wider.Dispatcher),
        MainThread = MainThread || wider.MainThread,
        VirtualTime = VirtualTime || wider.VirtualTime,
        TimeStart = TimeStart ?? wider.TimeStart,
        Explore = Explore || wider.Explore,
        Schedules = Schedules ?? wider.Schedules,
        ExploreMs = ExploreMs ?? wider.ExploreMs,
        Window = Window ?? wider.Window,
        ExpectedFailure = ExpectedFailure ?? wider.ExpectedFailure,
        ExpectedStrict = ExpectedStrict ?? wider.ExpectedStrict,
        Retry = Retry ?? wider.Retry,
        Repeat = Repeat ?? wider.Repeat,
        Condition = Condition ?? wider.Condition,
        Explicit = Explicit ?? wider.Explicit,
        Priority = Priority ?? wider.Priority,
        // A nearer mark that says where time starts takes the place of one that cannot.
        TimeProblem = TimeProblem ?? (TimeStart is null ? wider.TimeProblem : null),
    };
}
