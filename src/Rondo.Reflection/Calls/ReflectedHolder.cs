using System.Reflection;
using Rondo.Catalog;
using Rondo.Generator.Model;
using Rondo.Generator.Writing;
using Rondo.Loops;

namespace Rondo.Reflection.Calls;

/// <summary>The entry of one class that declares fixtures. Thread: any.</summary>
internal sealed class ReflectedHolder : FixtureHolderEntry
{
    private static readonly MethodInfo s_use = typeof(FixtureCall).GetMethod(nameof(FixtureCall.Use))!;

    private readonly BoundHolder _holder;
    private readonly Compilation _universe;
    private readonly Type _type;
    private readonly (MethodInfo Method, Call Call)?[] _calls;
    private readonly CarriedValue?[] _carried;

    public ReflectedHolder(BoundHolder holder, Compilation universe)
    {
        (_holder, _universe) = (holder, universe);
        _type = universe.Kept<Type>(holder.Model.Code);
        _calls = new (MethodInfo, Call)?[holder.Fixtures.Count];
        _carried = new CarriedValue?[holder.Fixtures.Count];
        Table = HolderTable.Write(holder);
    }

    public override string Table { get; }

    public override object? Start(int fixture, object? self, object?[] values, FixtureCall use)
    {
        var bound = _holder.Fixtures[fixture];
        if (bound.Broken is not null) throw new InvalidOperationException(bound.Broken);
        var isUse = bound.Model.Shape == FixtureShape.Use;
        var (method, call) = _calls[fixture] ??= Find(bound, isUse ? 1 : 0);
        if (isUse) values = [s_use.MakeGenericMethod(_universe.Kept<Type>(bound.Model.Type.Code)).Invoke(use, null), .. values];
        var result = call.Invoke(self, values);
        return bound.Model.Shape switch
        {
            FixtureShape.Use => Results.AsTask(result),
            FixtureShape.Task => Results.Boxed(result, method.ReturnType),
            _ => result,
        };
    }

    public override object?[] CaseValues(int fixture, int row) => Cases.ValuesOf(_holder.Fixtures[fixture].Model.Cases, row);

    public override void WriteValue(int fixture, object? value, ValueWriter to) => Carried(fixture).Write(to, value);

    public override object? ReadValue(int fixture, ValueReader from) => Carried(fixture).Read(from);

    public override LoopDispatcher? Dispatcher(string type) => Named.Dispatcher(_holder.Fixtures.Select(f => f.Model.Dispatcher), type, _universe);

    public override object? Value(string type, TestContext? test) => Named.Value(_holder.Fixtures.SelectMany(f => Named.ValuesOf(f.Model.Parameters, f.Parameters)), type, test, _universe);

    // Two fixtures of one class have different names: the readers refuse others.
    private (MethodInfo, Call) Find(BoundFixture bound, int given)
    {
        lock (_universe)
        {
            var method = _type.GetMethods(INamedTypeSymbol.Declared).First(m => m.IsDefined(typeof(FixtureAttribute), false) && _universe.MethodOf(m).Name == bound.Model.Method);
            return (method, new Call(method, bound.Parameters, given));
        }
    }

    private CarriedValue Carried(int fixture) => _carried[fixture] ??= CarriedValue.Of(_holder.Fixtures[fixture].Model.Carried, _universe);
}
