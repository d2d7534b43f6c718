// What the pipeline carries from the compiler's symbols to the text: values only, no symbol and no syntax, so that an edit which changes
// nothing here costs nothing behind here.
using System.Globalization;

namespace Rondo.Generator.Model;

/// <summary>Marks of a method, a class with its bases, or the assembly.</summary>
internal sealed record MarkSet
{
    public static readonly MarkSet None = new();

    public string? Skip { get; init; }

    public int? TimeoutMs { get; init; }

    public EquatableArray<string> Tags { get; init; } = EquatableArray<string>.Empty;

    public EquatableArray<string> Groups { get; init; } = EquatableArray<string>.Empty;

    public bool Serial { get; init; }

    /// <summary><c>R:key</c> or <c>W:key</c>, as they stand in the catalog.</summary>
    public EquatableArray<string> Locks { get; init; } = EquatableArray<string>.Empty;

    /// <summary>A fresh process for this test, or for all of this class: the engine sees on which of both it stands.</summary>
    public bool Isolated { get; init; }

    public string? Loop { get; init; }

    public string? Backend { get; init; }

    public string? Waits { get; init; }

    public bool VirtualTime { get; init; }

    public string? TimeStart { get; init; }

    /// <summary>Backends of <c>[LoopMatrix]</c>; empty without one.</summary>
    public EquatableArray<string> Matrix { get; init; } = EquatableArray<string>.Empty;

    public bool Explore { get; init; }

    public int? Schedules { get; init; }

    public int? ExploreMs { get; init; }

    /// <summary>True if a test with these marks runs on the thread pool, alone or among others.</summary>
    public bool RunsOnPool => Matrix.Count > 0 ? Matrix.Contains("ThreadPool") : Backend == "ThreadPool";
    public bool MainThread { get; init; }

    /// <summary>Null if no mark says anything about it.</summary>
    public DispatcherModel? Dispatcher { get; init; }

    /// <summary>How many tests may overlap; null leaves it to the next wider mark.</summary>
    public int? Window { get; init; }

    public string? ExpectedFailure { get; init; }

    public bool? ExpectedStrict { get; init; }

    public int? Retry { get; init; }

    public int? Repeat { get; init; }

    public ConditionModel? Condition { get; init; }

    public string? Explicit { get; init; }

    public int? Priority { get; init; }

    /// <summary>These marks, completed per property by wider ones; tags and groups add up.</summary>
    public MarkSet Over(MarkSet wider) => ReferenceEquals(wider, None) ? this : ReferenceEquals(this, None) ? wider : new MarkSet
    {
        Skip = Skip ?? wider.Skip,
        TimeoutMs = TimeoutMs ?? wider.TimeoutMs,
        Tags = EquatableArray.Of(Tags.Concat(wider.Tags).Distinct(StringComparer.OrdinalIgnoreCase)),
        Groups = EquatableArray.Of(Groups.Concat(wider.Groups).Distinct(StringComparer.Ordinal)),
        Serial = Serial || wider.Serial,
        Locks = EquatableArray.Of(Locks.Concat(wider.Locks).Distinct(StringComparer.Ordinal)),
        Isolated = Isolated || wider.Isolated,
        Loop = Loop ?? wider.Loop,
        // One backend or several: the nearest of both decides.
        Backend = Backend ?? (Matrix.Count > 0 ? null : wider.Backend),
        Matrix = Matrix.Count > 0 || Backend is not null || Dispatcher is { Key.Length: > 0 } ? Matrix : wider.Matrix,
        Waits = Waits ?? wider.Waits,
        VirtualTime = VirtualTime || wider.VirtualTime,
        TimeStart = TimeStart ?? wider.TimeStart,
        Explore = Explore || wider.Explore,
        Schedules = Schedules ?? wider.Schedules,
        ExploreMs = ExploreMs ?? wider.ExploreMs,
        MainThread = MainThread || wider.MainThread,
        Dispatcher = Dispatcher ?? (Matrix.Count > 0 ? DispatcherModel.None : wider.Dispatcher),
        Window = Window ?? wider.Window,
        ExpectedFailure = ExpectedFailure ?? wider.ExpectedFailure,
        ExpectedStrict = ExpectedStrict ?? wider.ExpectedStrict,
        Retry = Retry ?? wider.Retry,
        Repeat = Repeat ?? wider.Repeat,
        Condition = Condition ?? wider.Condition,
        Explicit = Explicit ?? wider.Explicit,
        Priority = Priority ?? wider.Priority,
    };

    public void AddTo(List<string> fields)
    {
        if (Skip is not null) fields.Add("skip=" + Skip);
        if (TimeoutMs is { } timeout) fields.Add("timeout=" + timeout.ToString(CultureInfo.InvariantCulture));
        foreach (var tag in Tags) fields.Add("tag=" + tag);
        foreach (var group in Groups) fields.Add("group=" + group);
        if (Serial) fields.Add("serial=1");
        foreach (var key in Locks) fields.Add("lock=" + key);
        if (Isolated) fields.Add("isolated=1");
        if (Loop is not null) fields.Add("loop=" + Loop);
        if (Backend is not null) fields.Add("backend=" + Backend);
        if (Waits is not null) fields.Add("waits=" + Waits);
        if (VirtualTime) fields.Add("virtual=1");
        if (TimeStart is not null) fields.Add("start=" + TimeStart);
        if (Matrix.Count > 0) fields.Add("matrix=" + string.Join(" ", Matrix));
        if (Explore) fields.Add("explore=1");
        if (Schedules is { } schedules) fields.Add("schedules=" + schedules.ToString(CultureInfo.InvariantCulture));
        if (ExploreMs is { } ms) fields.Add("exploreMs=" + ms.ToString(CultureInfo.InvariantCulture));
        if (MainThread) fields.Add("main=1");
        if (Dispatcher is not null) fields.Add("dispatcher=" + Dispatcher.Key);
        if (Window is { } window) fields.Add("window=" + window.ToString(CultureInfo.InvariantCulture));
        if (ExpectedFailure is not null) fields.Add("xfail=" + ExpectedFailure);
        if (ExpectedStrict is { } strict) fields.Add(strict ? "strict=1" : "strict=0");
        if (Retry is { } retry) fields.Add("retry=" + retry.ToString(CultureInfo.InvariantCulture));
        if (Repeat is { } repeat) fields.Add("repeat=" + repeat.ToString(CultureInfo.InvariantCulture));
        if (Condition is not null) fields.Add("unless=" + Condition.Key);
        if (Condition is not null) fields.Add("unlessWhy=" + Condition.Reason);
        if (Explicit is not null) fields.Add("explicit=" + Explicit);
        if (Priority is { } priority) fields.Add("priority=" + priority.ToString(CultureInfo.InvariantCulture));
    }
}

/// <summary>Whose dispatcher runs the code.</summary>
/// <param name="Key">Identity of its type; empty for none, which takes back a wider mark.</param>
/// <param name="Code">For generated code; empty for none.</param>
internal sealed record DispatcherModel(string Key, string Code)
{
    public static readonly DispatcherModel None = new("", "");
}

/// <summary>What <c>[SkipUnless]</c> asks.</summary>
/// <param name="Key">Identity: the type's and the member's name.</param>
/// <param name="Code">The expression that asks it; empty if generated code cannot.</param>
internal sealed record ConditionModel(string Key, string Code, string Reason);

/// <summary>A type as three readers want it.</summary>
/// <param name="Key">Identity: the managed name, without nullability or tuple names.</param>
/// <param name="Code">For generated code: <c>global::</c> everywhere.</param>
/// <param name="Shown">For messages: as its author writes it.</param>
internal sealed record TypeModel(string Key, string Code, string Shown);

/// <param name="BuiltIn">Simple name of the built-in value of this type, or null.</param>
/// <param name="CanBeOmitted">It is optional or a <c>params</c> list: a call may leave it out.</param>
internal sealed record ParameterModel(string Name, TypeModel Type, string? From, string? BuiltIn, bool CanBeOmitted);

/// <param name="Arguments">As they stand in the id.</param>
/// <param name="Values">Of the parameters' types: C# expressions, or objects where the catalog is made by reflection.</param>
internal sealed record CaseModel(string Arguments, string? Name, string? Skip, EquatableArray<ConstantCode> Values)
{
    public string? ExpectedFailure { get; init; }
}

/// <summary>The values of one parameter of a test.</summary>
/// <param name="Parameter">Its position.</param>
/// <param name="Texts">As they stand in the id.</param>
/// <param name="Codes">As the values of a case.</param>
internal sealed record ValuesModel(int Parameter, EquatableArray<string> Texts, EquatableArray<ConstantCode> Codes);

/// <param name="Member">For messages.</param>
/// <param name="Code">The expression that opens the source.</param>
internal sealed record RowsModel(string Member, string Code);

internal enum ReturnKind
{
    Void,
    Task,
    ValueTask,
}

/// <summary>A test of a class, declared in it or inherited.</summary>
internal sealed record TestModel(string Name, int Line, string? File)
{
    /// <summary>The method's name with its type arguments, for generated code; null if it is <see cref="Name"/>.</summary>
    public string? CallCode { get; init; }

    /// <summary>The type to call it through: the declaring one.</summary>
    public string OwnerCode { get; init; } = "";

    public ReturnKind Returns { get; init; }

    public string ReturnType { get; init; } = "System.Void";

    public bool IsStatic { get; init; }

    /// <summary>True: a base class declares it.</summary>
    public bool IsInherited { get; init; }

    /// <summary>How many parameters cases give; the first ones, except with <see cref="Values"/>.</summary>
    public int ArgumentCount { get; init; }

    public EquatableArray<ParameterModel> Parameters { get; init; } = EquatableArray<ParameterModel>.Empty;

    public EquatableArray<CaseModel> Cases { get; init; } = EquatableArray<CaseModel>.Empty;

    public RowsModel? Rows { get; init; }

    /// <summary>Values of parameters, whose product is the cases; empty for other tests.</summary>
    public EquatableArray<ValuesModel> Values { get; init; } = EquatableArray<ValuesModel>.Empty;

    /// <summary>True: a case gives the parameter's value.</summary>
    public bool IsArgument(int parameter)
    {
        if (Values.Count == 0) return parameter < ArgumentCount;
        foreach (var one in Values)
        {
            if (one.Parameter == parameter) return true;
        }

        return false;
    }

    public string? DisplayFormat { get; init; }

    public MarkSet Marks { get; init; } = MarkSet.None;

    /// <summary>Why it cannot run. The compiler refuses it; should its errors be switched off, the test fails with this text: no test is dropped in silence.</summary>
    public string? Broken { get; init; }
}

/// <summary>Where fixtures are looked for, from near to far.</summary>
/// <param name="Types">Keys of the class, its bases, its containing classes and their bases.</param>
/// <param name="OwnCount">How many of them are the class and its bases: instance fixtures of others have no instance here.</param>
/// <param name="Namespace">Namespace of the declaration, or null when namespaces do not count (a base class of another assembly).</param>
internal sealed record Place(EquatableArray<string> Types, int OwnCount, string? Namespace)
{
    /// <summary>Name of the other assembly whose namespaces are meant; null for this one's.</summary>
    public string? Library { get; init; }
}

internal sealed record TestClassModel(string Namespace, string TypeName, string Code, string File, int Line, Place Place)
{
    public string FullName => Namespace.Length == 0 ? TypeName : Namespace + "." + TypeName;

    public bool IsStatic { get; init; }

    /// <summary>Null if no test needs an instance.</summary>
    public EquatableArray<ParameterModel>? Constructor { get; init; }

    /// <summary>To make an instance runs no code of the user.</summary>
    public bool IsPlain { get; init; }

    public EquatableArray<TestModel> Tests { get; init; } = EquatableArray<TestModel>.Empty;

    public MarkSet Marks { get; init; } = MarkSet.None;

    /// <summary>Fixtures of base classes that nobody else writes an entry for: of other assemblies, and of constructed generic classes.</summary>
    public EquatableArray<HolderModel> Borrowed { get; init; } = EquatableArray<HolderModel>.Empty;

    /// <summary>Why none of its tests can run.</summary>
    public string? Broken { get; init; }
}

internal enum FixtureShape
{
    Value,
    Task,
    Use,
}

internal sealed record FixtureModel(string Method, string Name, int Line)
{
    public string Scope { get; init; } = "Test";

    public FixtureShape Shape { get; init; }

    public TypeModel Type { get; init; } = new("?", "object", "?");

    public bool IsStatic { get; init; }

    public bool AutoUse { get; init; }

    public bool Dispose { get; init; } = true;

    public int TimeoutMs { get; init; } = 300_000;

    public int TeardownTimeoutMs { get; init; } = 60_000;

    public string? Loop { get; init; }

    public string? Backend { get; init; }

    public DispatcherModel? Dispatcher { get; init; }

    public EquatableArray<CaseModel> Cases { get; init; } = EquatableArray<CaseModel>.Empty;

    /// <summary>How many of the first parameters cases give.</summary>
    public int ArgumentCount { get; init; }

    /// <summary>False: its class need not stay whole.</summary>
    public bool Shared { get; init; } = true;

    /// <summary>Of a fixture of the whole run: what its value is made of, the whole first; else empty.</summary>
    public EquatableArray<CarriedType> Carried { get; init; } = EquatableArray<CarriedType>.Empty;

    /// <summary>As in <see cref="MarkSet.Locks"/>.</summary>
    public EquatableArray<string> Locks { get; init; } = EquatableArray<string>.Empty;

    /// <summary>Without <c>Use</c>.</summary>
    public EquatableArray<ParameterModel> Parameters { get; init; } = EquatableArray<ParameterModel>.Empty;

    public string? Broken { get; init; }
}

/// <summary>A class that declares fixtures.</summary>
/// <param name="Owner">Key of the class whose tests see its fixtures; null: every test of the namespace and of those below sees them.</param>
internal sealed record HolderModel(string Namespace, string TypeName, string Code, string File, Place Place, string? Owner, EquatableArray<FixtureModel> Fixtures)
{
    public string FullName => Namespace.Length == 0 ? TypeName : Namespace + "." + TypeName;
}

/// <summary>A fixture as those see it who look for it: without its line, so that an edit above it disturbs nobody.</summary>
/// <param name="IsImported">Visible to the whole assembly, farther than everything else.</param>
internal sealed record FixtureEntry(string Key, string Holder, string Namespace, string? Owner, Place Place, FixtureModel Fixture, bool IsImported);

internal sealed record AssemblyModel(string Name, MarkSet Marks);
