// Turns tests into cases. Pure: rows of data sources were read before, in a worker.
using System.Globalization;
using Rondo.Catalog;
using Rondo.Engine.Wire;
using Rondo.Loops;

namespace Rondo.Engine.Planning;

/// <summary>What reading one data source gave.</summary>
/// <param name="Rows">In order; rows given before an error count.</param>
/// <param name="Error">Why there are no more; null when the source came to its end.</param>
internal sealed record RowsFound(IReadOnlyList<Row> Rows, string? Error = null);

/// <summary>Makes plans from the catalog: all cases in order of declaration, with unique ids.</summary>
internal static class PlanBuilder
{
    /// <summary>The plan of all cases.</summary>
    /// <param name="catalog">The program's tests.</param>
    /// <param name="rows">
    /// Asked once for each test with a data source. Null: the source was not read. A skipped test then stands as one case without arguments;
    /// any other has no case, since nothing of it is wanted.
    /// </param>
    public static Plan Build(TestCatalog catalog, Func<TestNumber, RowsFound?> rows) => new(Expand(catalog, rows));

    /// <summary>All cases, numbered from 0.</summary>
    /// <param name="catalog">The program's tests.</param>
    /// <param name="rows">As for <see cref="Build"/>.</param>
    public static IReadOnlyList<PlannedCase> Expand(TestCatalog catalog, Func<TestNumber, RowsFound?> rows)
    {
        var cases = new List<PlannedCase>();
        var ids = new UniqueIds();
        foreach (var type in catalog.Classes)
        {
            foreach (var test in type.Tests)
            {
                if (test.Cases.Count == 0 && test.RowSource is null) AddVariants(test, CaseKey.NoArguments, null);
                for (var i = 0; i < test.Cases.Count; i++) AddVariants(test, new CaseKey(i, false), null);
                if (test.RowSource is null) continue;
                if (rows(test.Key) is { } found) AddRows(test, found);
                else if (test.Marks.Skip is not null) Add(test, CaseKey.NoArguments, null, Variants.None);
            }
        }

        // Ids count in order of declaration, places in the order of the run.
        var arranged = FixtureOrder.Arrange(catalog, cases);
        if (ReferenceEquals(arranged, cases)) return cases;
        for (var i = 0; i < arranged.Count; i++)
        {
            if (arranged[i].Index.Value != i) arranged[i] = arranged[i] with { Index = new CaseIndex(i) };
        }

        return arranged;

        void AddRows(TestMethod test, RowsFound found)
        {
            for (var i = 0; i < found.Rows.Count; i++) AddVariants(test, new CaseKey(i, true), found.Rows[i]);
            var error = found.Error ?? (found.Rows.Count == 0 ? NoRow(test) : null);
            if (error is not null) Add(test, new CaseKey(found.Rows.Count, true, error), null, Variants.None);
        }

        // What stands for rows that nobody has is one case: it runs nowhere.
        void AddVariants(TestMethod test, CaseKey key, Row? row)
        {
            var fixtures = catalog.VariantsOf(test);
            if (fixtures.Count > FixtureVariants.Most)
            {
                Add(test, key with { Error = TooManyVariants(test, fixtures) }, row, Variants.None);
                return;
            }

            var matrix = VariantsOf(test);
            for (var f = 0; f < fixtures.Count; f++)
            {
                var fixture = fixtures.Fixtures.Count == 0 ? -1 : f;
                if (matrix == 0) AddRepetitions(test, key, row, new Variants(fixtures, fixture, -1));
                for (var i = 0; i < matrix; i++) AddRepetitions(test, key, row, new Variants(fixtures, fixture, i));
            }
        }

        void AddRepetitions(TestMethod test, CaseKey key, Row? row, Variants variants)
        {
            if (test.Marks.Repeat is null) Add(test, key, row, variants);
            for (var n = 1; n <= test.Marks.Repeat; n++) Add(test, key, row, variants with { Repetition = n });
        }

        void Add(TestMethod test, CaseKey key, Row? row, Variants variants)
        {
            var (id, occurrence) = ids.Take(IdWithoutOccurrence(test, key, row, variants));
            cases.Add(MakeCase(cases.Count, id, occurrence, test, key, row, variants));
        }
    }

    /// <summary>What a worker needs to rebuild the plan with <see cref="FromEntries"/>.</summary>
    public static IReadOnlyList<PlanEntry> ToEntries(Plan plan)
    {
        var entries = new PlanEntry[plan.Cases.Count];
        for (var i = 0; i < entries.Length; i++)
        {
            var planned = plan.Cases[i];
            entries[i] = new PlanEntry(planned.Test.Class.Number, planned.Test.Number, planned.Key.Row, planned.Row, planned.Key.Error, planned.Occurrence, planned.Variant, planned.FixtureVariant) { Repetition = planned.Repetition, Copy = planned.Copy };
        }

        return entries;
    }

    /// <summary>Rebuilds a plan; the same build gives the same ids in the same order, hence the same hash.</summary>
    /// <exception cref="PlanMismatchException">RND2001: an entry names something that this build does not have.</exception>
    public static Plan FromEntries(TestCatalog catalog, IReadOnlyList<PlanEntry> entries)
    {
        var cases = new PlannedCase[entries.Count];
        for (var i = 0; i < cases.Length; i++)
        {
            var entry = entries[i];
            var test = TestOf(catalog, entry, i);
            var key = KeyOf(test, entry, i);
            if (entry.Occurrence < 1) throw PlanMismatchException.OutOfRange(i, $"occurrence {entry.Occurrence} of {test.Id}", "counted from 1");
            if (entry.Variant < -1 || entry.Variant >= VariantsOf(test)) throw PlanMismatchException.OutOfRange(i, $"backend {entry.Variant} of {test.Id}", $"{VariantsOf(test)} backends in its matrix, counted from 0");
            if (entry.Repetition < 0 || entry.Repetition > (test.Marks.Repeat ?? 0)) throw PlanMismatchException.OutOfRange(i, $"repetition {entry.Repetition} of {test.Id}", $"{test.Marks.Repeat ?? 0} repetitions, counted from 1");
            var variants = new Variants(catalog.VariantsOf(test), entry.FixtureVariant, entry.Variant) { Repetition = entry.Repetition };
            // A case that stands for what cannot run has no variant.
            var combinations = variants.Fixtures.Fixtures.Count == 0 ? 0 : variants.Fixtures.Count;
            if (entry.FixtureVariant >= combinations || entry.FixtureVariant < (combinations == 0 || entry.Error is not null ? -1 : 0))
                throw PlanMismatchException.OutOfRange(i, $"combination {entry.FixtureVariant} of fixture cases of {test.Id}", $"{combinations} of them, counted from 0");
            var id = UniqueIds.WithOccurrence(IdWithoutOccurrence(test, key, entry.Row, variants), entry.Occurrence);
            var planned = MakeCase(i, id, entry.Occurrence, test, key, entry.Row, variants);
            cases[i] = entry.Copy.Length == 0 ? planned : CaseCopies.CopyOf(planned, i, entry.Copy);
        }

        return new Plan(cases);
    }

    private static TestMethod TestOf(TestCatalog catalog, PlanEntry entry, int position)
    {
        if ((uint)entry.Class >= (uint)catalog.Classes.Count)
            throw PlanMismatchException.OutOfRange(position, $"class number {entry.Class}", $"{catalog.Classes.Count} classes, counted from 0");
        var type = catalog.Classes[entry.Class];
        if ((uint)entry.Method >= (uint)type.Tests.Count)
            throw PlanMismatchException.OutOfRange(position, $"test number {entry.Method} of {type.FullName}", $"{type.Tests.Count} tests in that class, counted from 0");
        return type.Tests[entry.Method];
    }

    private static CaseKey KeyOf(TestMethod test, PlanEntry entry, int position)
    {
        // Without a source an error is that of too many variants.
        if (entry.Row is not null || (entry.Error is not null && test.RowSource is not null))
        {
            if (test.RowSource is null) throw PlanMismatchException.OutOfRange(position, $"a row of {test.Id}", "no data source for that test");
            if (entry.RowNumber < 0) throw PlanMismatchException.OutOfRange(position, $"row {entry.RowNumber} of {test.Id}", "rows counted from 0");
            return new CaseKey(entry.RowNumber, true, entry.Error);
        }

        if (entry.RowNumber == CaseKey.NoArguments.Row && (test.RowSource is null ? test.Cases.Count == 0 : test.Marks.Skip is not null)) return CaseKey.NoArguments with { Error = entry.Error };
        return (uint)entry.RowNumber < (uint)test.Cases.Count
            ? new CaseKey(entry.RowNumber, false, entry.Error)
            : throw PlanMismatchException.OutOfRange(position, $"case {entry.RowNumber} of {test.Id}", $"{test.Cases.Count} constant cases, counted from 0");
    }

    // Synchronous tests run on no loop.
    private static int VariantsOf(TestMethod test) => test.IsAsync ? test.Marks.Matrix.Count : 0;

    private static string IdWithoutOccurrence(TestMethod test, CaseKey key, Row? row, Variants variants)
    {
        var (arguments, name) = TextOf(test, key, row);
        var shown = name is not null ? ArgumentText.FormatName(name) : arguments;
        return (shown.Length == 0 ? test.Id : test.Id + "(" + shown + ")") + variants.TextFor(test);
    }

    private static PlannedCase MakeCase(int index, string id, int occurrence, TestMethod test, CaseKey key, Row? row, Variants variants)
    {
        var suffix = variants.TextFor(test);
        var display = test.DisplayFormat is { } format
            ? DisplayText.Fill(format, TextOf(test, key, row).Arguments, test) + (suffix.Length == 0 ? "" : " " + suffix)
            : id[(test.Class.FullName.Length + 1)..];
        return new PlannedCase(new CaseIndex(index), id, display, test, key, MarksOf(test, key, row, variants)) { Row = row, Occurrence = occurrence, Variant = variants.Matrix, FixtureVariant = variants.Fixture, Repetition = variants.Repetition };
    }

    private static (string Arguments, string? Name) TextOf(TestMethod test, CaseKey key, Row? row) =>
        row is not null ? (row.Arguments, row.Name)
        : key is { FromSource: false, Row: >= 0 } ? (test.Cases[key.Row].Arguments, test.Cases[key.Row].Name)
        : ("", null);

    private static Marks MarksOf(TestMethod test, CaseKey key, Row? row, Variants variants)
    {
        var own = row is not null ? new Marks { Skip = row.Skip, Tags = row.Tags, TimeoutMs = row.TimeoutMs, ExpectedFailure = row.ExpectedFailure }
            : key is { FromSource: false, Row: >= 0 } && test.Cases[key.Row] is { } one && (one.Skip ?? one.ExpectedFailure) is not null ? new Marks { Skip = one.Skip, ExpectedFailure = one.ExpectedFailure }
            : Marks.None;
        var marks = own is { Skip: null, TimeoutMs: null, Tags.Count: 0, ExpectedFailure: null } ? test.Marks : own.Over(test.Marks);
        if (variants.Fixture >= 0 && marks.Skip is null && variants.Fixtures.SkipOf(variants.Fixture) is { } reason) marks = marks with { Skip = reason };
        return variants.Matrix < 0 ? marks : marks with { Backend = CatalogWords.Backend(test.Marks.Matrix[variants.Matrix]) };
    }

    private static string TooManyVariants(TestMethod test, FixtureVariants variants) =>
        $"The fixtures of {test.Id} have together more than {FixtureVariants.Most} combinations of cases ({string.Join(" × ", variants.Fixtures.Select(f => $"{f.Cases.Count} of '{f.Name}'"))}). A test runs once with each combination. " +
        "Give the fixtures fewer cases, or let the test use fewer of them. [RND2020]";

    /// <summary>What multiplies a case beside its arguments, in the order in which it stands in the id.</summary>
    /// <param name="Fixtures">Of the case's test.</param>
    /// <param name="Fixture">Number of the combination of fixture cases; -1 without one.</param>
    /// <param name="Matrix">Position of the backend; -1 without a matrix.</param>
    private readonly record struct Variants(FixtureVariants Fixtures, int Fixture, int Matrix)
    {
        public static Variants None => new(FixtureVariants.None, -1, -1);

        /// <summary>Which of the cases that a repetition makes of one, from 1; 0 without one.</summary>
        public int Repetition { get; init; }

        public string TextFor(TestMethod test) =>
            (Fixture < 0 ? "" : Fixtures.TextOf(Fixture)) + (Matrix < 0 ? "" : "[" + test.Marks.Matrix[Matrix] + "]") + (Repetition == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"[{Repetition}]"));
    }

    private static string NoRow(TestMethod test) =>
        $"The data source '{test.RowSource}' of {test.Id} gave no row. A data source must give at least one, or its test would silently not run. " +
        "Give a row, or remove the test. [RND2004]";

    /// <summary>Gives each id once: the second of equal ones is <c>#2</c>, also if some name already ends like that.</summary>
    private sealed class UniqueIds
    {
        private readonly Dictionary<string, int> _lastOccurrence = new(StringComparer.Ordinal);

        public (string Id, int Occurrence) Take(string id)
        {
            if (_lastOccurrence.TryAdd(id, 1)) return (id, 1);
            for (var n = _lastOccurrence[id] + 1; ; n++)
            {
                var numbered = WithOccurrence(id, n);
                if (!_lastOccurrence.TryAdd(numbered, 1)) continue;
                _lastOccurrence[id] = n;
                return (numbered, n);
            }
        }

        public static string WithOccurrence(string id, int n) => n == 1 ? id : id + "#" + n;
    }
}

/// <summary>RND2001: controller and worker do not have the same build.</summary>
internal sealed class PlanMismatchException : Exception
{
    private PlanMismatchException(string message)
        : base(message)
    {
    }

    public static PlanMismatchException OutOfRange(int position, string named, string has) =>
        new($"Entry {position} of the plan names {named}, but this process has {has}. Controller and workers must run the same build. " +
            "Build again, and do not replace files while a run is going on. [RND2001]");
}
