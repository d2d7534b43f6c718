// Types that break the rules of layers on purpose: LayerTests finds each of them. Nothing here runs.
#pragma warning disable IDE0130 // The namespaces are the point.
#pragma warning disable CA1852, CA1823, CA1812, IDE0065, IDE0051, CS0169, CA1805 // Unused on purpose.
namespace Rondo.Conventions.Samples.There
{
    internal class Thing
    {
        public static int Count => 0;
    }

    [AttributeUsage(AttributeTargets.Class)]
    internal sealed class MarkAttribute : Attribute;
}

namespace Rondo.Conventions.Samples.Here
{
    using There;

    internal sealed class BaseType : Thing;

    internal abstract class Signature
    {
        protected abstract void Take(Thing?[] things);
    }

    internal abstract class TypeArgument
    {
        protected abstract Dictionary<string, List<Thing>> Things { get; }
    }

    internal static class Body
    {
        public static int Number() => Thing.Count;
    }

    internal static class AsyncBody
    {
        public static async Task<int> NumberAsync()
        {
            await Task.Yield();
            return Thing.Count;
        }
    }

    internal static class Closure
    {
        public static Func<int> Number(int more) => () => Thing.Count + more;
    }

    [Mark]
    internal sealed class Marked;
}

namespace Rondo.Conventions.Samples.Impure
{
    internal static class Clock
    {
        public static object Now(TimeProvider time) => time;
    }

    internal static class Chance
    {
        public static object Number() => new Random(1);
    }

    internal static class Work
    {
        public static object Start() => Task.CompletedTask;
    }

    internal static class Program
    {
        public static object Start() => new System.Diagnostics.Process();
    }
}

namespace Rondo.Conventions.Samples.Pure
{
    internal static class Sum
    {
        public static TimeSpan Of(IEnumerable<TimeSpan> times) => times.Aggregate(TimeSpan.Zero, (a, b) => a + b);
    }
}
