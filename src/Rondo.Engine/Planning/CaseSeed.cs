namespace Rondo.Engine.Planning;

/// <summary>A number for each case, the same in every process and build: a seed for those who were given none.</summary>
internal static class CaseSeed
{
    /// <summary>FNV-1a over the id; not negative.</summary>
    public static int Of(string id)
    {
        var hash = 2166136261;
        foreach (var c in id) hash = unchecked((hash ^ c) * 16777619);
        return (int)(hash & int.MaxValue);
    }

    /// <summary>The seed of a run in which the case has the order of its loop that this copy of it had.</summary>
    /// <param name="seed">Of the copy's run.</param>
    public static int OfCopy(int seed, PlannedCase copy) => seed ^ Of(copy.Id) ^ Of(copy.OwnId);
}
