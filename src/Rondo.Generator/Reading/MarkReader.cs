using System.Globalization;
using System.Collections.Immutable;
using Rondo.Generator.Model;

namespace Rondo.Generator.Reading;

/// <summary>Reads the marks that test, class and assembly share.</summary>
internal static class MarkReader
{
    public const int LargestWindow = 100_000;
    public const int MostRetries = 1_000;
    public const int MostRepetitions = 100_000;

    private static readonly string[] s_moments =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF",
        "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
    ];

    /// <param name="attributes">Of one declaration.</param>
    /// <param name="within">Whose generated code will use what they name.</param>
    public static MarkSet Read(ImmutableArray<AttributeData> attributes, IAssemblySymbol within)
    {
        MarkSet? marks = null;
        List<string>? tags = null, groups = null, locks = null;
        foreach (var attribute in attributes)
        {
            switch (RondoNames.Mark(attribute))
            {
                case "SkipAttribute" when Text(attribute) is { } reason:
                    marks = (marks ?? new MarkSet()) with { Skip = reason };
                    break;
                case "TimeoutAttribute" when attribute.ConstructorArguments is [{ Value: int milliseconds }]:
                    marks = (marks ?? new MarkSet()) with { TimeoutMs = milliseconds };
                    break;
                case "TagAttribute" when Text(attribute) is { } tag:
                    (tags ??= []).Add(tag);
                    break;
                case "GroupAttribute" when Text(attribute) is { } group:
                    (groups ??= []).Add(group);
                    break;
                case "SerialAttribute":
                    marks = (marks ?? new MarkSet()) with { Serial = true };
                    break;
                case "ResourceLockAttribute" when Lock(attribute) is { } key:
                    (locks ??= []).Add(key);
                    break;
                case "IsolatedAttribute":
                    marks = (marks ?? new MarkSet()) with { Isolated = true };
                    break;
                case "LoopAttribute":
                    marks = (marks ?? new MarkSet()) with { Loop = LoopScope(attribute), Backend = Backend(attribute), Dispatcher = Dispatcher(attribute) };
                    break;
                case "VirtualTimeAttribute":
                    marks = (marks ?? new MarkSet()) with { VirtualTime = true, TimeStart = Start(attribute) };
                    break;
                case "LoopMatrixAttribute":
                    marks = (marks ?? new MarkSet()) with { Matrix = EquatableArray.Of(Matrix(attribute).OfType<string>()) };
                    break;
                case "ExploreAttribute":
                    marks = (marks ?? new MarkSet()) with { Explore = true, Schedules = Number(attribute, "Schedules"), ExploreMs = Number(attribute, "TimeMs") };
                    break;
                case "MainThreadAttribute":
                    marks = (marks ?? new MarkSet()) with { MainThread = true };
                    break;
                case "CooperativeAttribute":
                    marks = (marks ?? new MarkSet()) with { Window = Window(attribute) };
                    break;
                case "ExpectedFailureAttribute" when Text(attribute) is { } reason:
                    marks = (marks ?? new MarkSet()) with { ExpectedFailure = reason, ExpectedStrict = Flag(attribute, "Strict") };
                    break;
                case "RetryAttribute" when attribute.ConstructorArguments is [{ Value: int times }]:
                    marks = (marks ?? new MarkSet()) with { Retry = Math.Min(Math.Max(times, 0), MostRetries) };
                    break;
                case "RepeatAttribute" when attribute.ConstructorArguments is [{ Value: int times }]:
                    marks = (marks ?? new MarkSet()) with { Repeat = Math.Min(Math.Max(times, 1), MostRepetitions) };
                    break;
                case "SkipUnlessAttribute" when ConditionRules.Read(attribute, within) is { } condition:
                    marks = (marks ?? new MarkSet()) with { Condition = condition };
                    break;
                case "ExplicitAttribute" when Text(attribute) is { } reason:
                    marks = (marks ?? new MarkSet()) with { Explicit = reason };
                    break;
                case "PriorityAttribute" when attribute.ConstructorArguments is [{ Value: int level }]:
                    marks = (marks ?? new MarkSet()) with { Priority = level };
                    break;
                case "BlockingWaitsAttribute" when attribute.ConstructorArguments is [var policy]:
                    marks = (marks ?? new MarkSet()) with { Waits = EnumMember(policy) };
                    break;
            }
        }

        if (tags is not null) marks = (marks ?? new MarkSet()) with { Tags = EquatableArray.Of(tags) };
        if (groups is not null) marks = (marks ?? new MarkSet()) with { Groups = EquatableArray.Of(groups) };
        if (locks is not null) marks = (marks ?? new MarkSet()) with { Locks = EquatableArray.Of(locks) };
        return marks ?? MarkSet.None;
    }

    /// <summary>Marks of the class over those of its bases.</summary>
    public static MarkSet ReadWithBases(INamedTypeSymbol type)
    {
        var marks = Read(type.GetAttributes(), type.ContainingAssembly);
        for (var up = type.BaseType; up is { SpecialType: SpecialType.None }; up = up.BaseType) marks = marks.Over(Read(up.GetAttributes(), type.ContainingAssembly));
        return marks;
    }

    /// <summary>As it stands in the catalog; null if the compiler refuses it.</summary>
    public static string? Lock(AttributeData resourceLock) =>
        resourceLock.ConstructorArguments is [{ Value: string key }, { Kind: TypedConstantKind.Enum } mode] && key.Trim().Length > 0 ? (EnumMember(mode) == "Read" ? "R:" : "W:") + key : null;

    public static string? LoopScope(AttributeData loop) => loop.ConstructorArguments is [var scope] ? EnumMember(scope) : null;

    /// <summary>Null if the text is no moment.</summary>
    public static DateTimeOffset? Moment(string text) =>
        DateTimeOffset.TryParseExact(text, s_moments, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : null;

    /// <summary>As written; null if it is not.</summary>
    public static string? Start(AttributeData virtualTime)
    {
        foreach (var named in virtualTime.NamedArguments)
        {
            if (named.Key == "Start") return named.Value.Value as string;
        }

        return null;
    }

    /// <summary>How many tests may overlap.</summary>
    public static int Window(AttributeData cooperative)
    {
        foreach (var named in cooperative.NamedArguments)
        {
            if (named.Key == "Window" && named.Value.Value is int window) return window;
        }

        return 256;
    }

    /// <summary>As written; a dispatcher has a thread of its own, so it takes back a backend of a wider mark.</summary>
    public static string? Backend(AttributeData loop)
    {
        foreach (var named in loop.NamedArguments)
        {
            if (named.Key == "Backend") return EnumMember(named.Value);
        }

        return DispatcherType(loop) is null ? null : "SingleThread";
    }

    /// <summary>The type that a mark names; null if it names none.</summary>
    public static ITypeSymbol? DispatcherType(AttributeData loop)
    {
        foreach (var named in loop.NamedArguments)
        {
            if (named.Key == "Dispatcher") return named.Value.Value as ITypeSymbol;
        }

        return null;
    }

    /// <summary>The backends of a matrix in order; null for a number that is none.</summary>
    public static IReadOnlyList<string?> Matrix(AttributeData matrix) =>
        matrix.ConstructorArguments is [{ Kind: TypedConstantKind.Array, Values: { IsDefault: false } backends }] ? [.. backends.Select(EnumMember)] : [];

    /// <summary>A number as written; null if it is not.</summary>
    public static int? Number(AttributeData attribute, string name)
    {
        foreach (var named in attribute.NamedArguments)
        {
            if (named.Key == name) return named.Value.Value as int?;
        }

        return null;
    }

    private static bool? Flag(AttributeData attribute, string name)
    {
        foreach (var named in attribute.NamedArguments)
        {
            if (named.Key == name) return named.Value.Value as bool?;
        }

        return null;
    }

    /// <summary>What a mark says about the dispatcher; null if nothing. A mark that sets SingleThread alone says: none. The thread pool rules one out whoever names it.</summary>
    public static DispatcherModel? Dispatcher(AttributeData loop)
    {
        if (DispatcherType(loop) is INamedTypeSymbol type) return DispatcherRules.IsUsable(type) ? new DispatcherModel(TypeText.Key(type), TypeText.Code(type)) : null;
        return Backend(loop) == "SingleThread" ? DispatcherModel.None : null;
    }

    /// <summary>The name of an enum constant; null if none has the value.</summary>
    public static string? EnumMember(TypedConstant constant)
    {
        if (constant.Kind != TypedConstantKind.Enum || constant.Type is null) return null;
        foreach (var member in constant.Type.GetMembers())
        {
            if (member is IFieldSymbol { HasConstantValue: true } field && Equals(field.ConstantValue, constant.Value)) return field.Name;
        }

        return null;
    }

    private static string? Text(AttributeData attribute) => attribute.ConstructorArguments is [{ Value: string text }] ? text : null;
}
