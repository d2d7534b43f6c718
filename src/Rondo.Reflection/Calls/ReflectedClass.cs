using Rondo.Catalog;
using Rondo.Generator.Model;
using Rondo.Generator.Reading;
using Rondo.Generator.Resolving;
using Rondo.Generator.Writing;
using Rondo.Loops;

namespace Rondo.Reflection.Calls;

/// <summary>The entry of one test class. Thread: any; calls are made when they are first needed.</summary>
internal sealed class ReflectedClass : TestClassEntry
{
    private readonly ResolvedClass _resolved;
    private readonly IReadOnlyList<IMethodSymbol> _tests;
    private readonly Compilation _universe;
    private readonly Call? _constructor;
    private readonly Call?[] _calls;

    public ReflectedClass(ResolvedClass resolved, IReadOnlyList<IMethodSymbol> tests, IMethodSymbol? constructor, Compilation universe)
    {
        (_resolved, _tests, _universe) = (resolved, tests, universe);
        _calls = new Call?[resolved.Tests.Count];
        Table = ClassTable.Write(resolved);
        if (resolved.Model.Broken is null && constructor is not null) _constructor = new Call(constructor.Method, resolved.Constructor);
    }

    public override string Table { get; }

    private IEnumerable<MarkSet> Marks => _resolved.Tests.Select(t => t.Model.Marks).Prepend(_resolved.Model.Marks);

    public override object Create(object?[] values) => _constructor is null ? base.Create(values) : _constructor.Invoke(null, values)!;

    public override Task? Invoke(int test, object? self, object?[] values)
    {
        var resolved = _resolved.Tests[test];
        if (resolved.Broken is not null) throw new InvalidOperationException(resolved.Broken);
        var result = (_calls[test] ??= new Call(_tests[test].Method, resolved.Parameters)).Invoke(self, values);
        return resolved.Model.Returns == ReturnKind.Void ? null : Results.AsTask(result);
    }

    public override object?[] CaseValues(int test, int row)
    {
        var model = _resolved.Tests[test].Model;
        if (model.Values.Count == 0) return Cases.ValuesOf(model.Cases, row);
        var values = new object?[model.Values.Count];
        // The last parameter's values change fastest.
        for (var i = values.Length - 1; i >= 0; i--)
        {
            var codes = model.Values[i].Codes;
            values[i] = Cases.Fresh(codes[row % codes.Count].Value);
            row /= codes.Count;
        }

        return row == 0 ? values : throw new ArgumentOutOfRangeException(nameof(row));
    }

    public override RowSource Rows(int test) => _resolved.Tests[test].Model.Rows is { } rows ? RowReading.Open(_universe.Kept<RowsShape>(rows.Code)) : base.Rows(test);

    public override LoopDispatcher? Dispatcher(string type) => Named.Dispatcher(Marks.Select(m => m.Dispatcher), type, _universe);

    public override bool? Condition(string member) => Named.Condition(Marks.Select(m => m.Condition), member, _universe);

    public override object? Value(string type, TestContext? test) => Named.Value(
        Named.ValuesOf(_resolved.Model.Constructor ?? EquatableArray<ParameterModel>.Empty, _resolved.Constructor).Concat(_resolved.Tests.SelectMany(t => Named.ValuesOf(t.Model.Parameters, t.Parameters))),
        type, test, _universe);
}

/// <summary>Arguments of constant cases.</summary>
internal static class Cases
{
    public static object?[] ValuesOf(EquatableArray<CaseModel> cases, int row) => [.. cases[row].Values.Select(v => Fresh(v.Value))];

    /// <summary>An array is a new one each time: a test may write into it.</summary>
    public static object? Fresh(object? value)
    {
        if (value is not Array array) return value;
        var copy = (Array)array.Clone();
        for (var i = 0; i < copy.Length; i++)
        {
            if (copy.GetValue(i) is Array inner) copy.SetValue(Fresh(inner), i);
        }

        return copy;
    }
}
