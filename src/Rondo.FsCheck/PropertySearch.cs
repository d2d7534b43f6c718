using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;

namespace Rondo;

/// <summary>Tries a property with one example after the other, and looks for a smaller one when it fails.</summary>
/// <remarks>
/// FsCheck's own runner is synchronous: it would block the thread of the test's loop on each async example, and the continuation it waits for is queued behind it. So only its generators
/// and shrinkers are used, and each example is awaited here, where the test is.
/// </remarks>
internal static class PropertySearch
{
    // Read by the engine: the line that runs a failed test again carries this seed.
    private const string SeedProperty = "rondo.seed";

    /// <summary>Completes when all examples hold. Without an await in <paramref name="holds"/> it has completed when it returns.</summary>
    public static async Task RunAsync<T>(Func<IArbMap, Arbitrary<T>> examples, Func<T, ValueTask<bool>> holds, PropertyOptions? given)
    {
        var options = given ?? PropertyOptions.Default;
        Check(options);
        var arbitrary = Find(examples, options);
        var test = TestContext.Current;
        var stop = test?.CancellationToken ?? CancellationToken.None;
        var seed = options.Seed ?? test?.Seed ?? RandomNumberGenerator.GetInt32(int.MaxValue);

        for (var number = 1; number <= options.MaxTest; number++)
        {
            stop.ThrowIfCancellationRequested();
            if (await TryAsync(holds, Draw(arbitrary, options, seed, number), skips: true, stop) is not { } failure) continue;

            if (options.Seed is null && test is not null) test.Properties[SeedProperty] = seed.ToString(CultureInfo.InvariantCulture);
            // Drawn again: the property may have changed what it was given.
            var first = Draw(arbitrary, options, seed, number);
            var firstText = ExampleText.Of(first);
            var (text, steps, tried, smallest) = await ShrinkAsync(arbitrary, holds, first, firstText, failure, options.MaxShrinks, stop);
            throw new PropertyFailedException(text, firstText, number, options.MaxTest, steps, tried, seed, smallest.Error);
        }
    }

    /// <summary>The examples of several arguments; each is made smaller by itself.</summary>
    public static Arbitrary<(T1, T2)> Both<T1, T2>(IArbMap map) => Arb.Zip(map.ArbFor<T1>(), map.ArbFor<T2>());

    public static Arbitrary<(T1, T2, T3)> Three<T1, T2, T3>(IArbMap map) =>
        Arb.Convert(Arb.Zip(Both<T1, T2>(map), map.ArbFor<T3>()), all => (all.Item1.Item1, all.Item1.Item2, all.Item2), all => ((all.Item1, all.Item2), all.Item3));

    // Greedy, as FsCheck does it: the first smaller example that fails is the next to be made smaller. Ends when none fails, at the limit, or with the test.
    private static async Task<(string Text, int Steps, int Tried, Failure Failure)> ShrinkAsync<T>(
        Arbitrary<T> arbitrary, Func<T, ValueTask<bool>> holds, T first, string firstText, Failure failure, int limit, CancellationToken stop)
    {
        var (text, steps, tried) = (firstText, 0, 0);
        var candidates = arbitrary.Shrinker(first).GetEnumerator();
        try
        {
            while (tried < limit && !stop.IsCancellationRequested && candidates.MoveNext())
            {
                tried++;
                var candidate = candidates.Current;
                // Before the property sees it, for the same reason as above.
                var candidateText = ExampleText.Of(candidate);
                if (await TryAsync(holds, candidate, skips: false, stop) is not { } smaller) continue;
                (text, failure) = (candidateText, smaller);
                steps++;
                candidates.Dispose();
                candidates = arbitrary.Shrinker(candidate).GetEnumerator();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The test's time is over: what was found so far is worth more than nothing.
        }
        finally
        {
            candidates.Dispose();
        }

        return (text, steps, tried, failure);
    }

    /// <returns>Null: it holds.</returns>
    private static async ValueTask<Failure?> TryAsync<T>(Func<T, ValueTask<bool>> holds, T example, bool skips, CancellationToken stop)
    {
        try
        {
            return await holds(example) ? null : new Failure(null);
        }
        catch (SkipException) when (!skips)
        {
            // A smaller example that skips the test says nothing about the failure that was found.
            return null;
        }
        catch (Exception error) when (error is not SkipException && !(error is OperationCanceledException && stop.IsCancellationRequested))
        {
            return new Failure(error);
        }
    }

    private static T Draw<T>(Arbitrary<T> arbitrary, PropertyOptions options, int seed, int number)
    {
        var size = options.MaxTest == 1 ? options.StartSize : options.StartSize + (int)((long)(options.EndSize - options.StartSize) * (number - 1) / (options.MaxTest - 1));
        return arbitrary.Generator.Sample(1, new Rnd(Mix(((ulong)(uint)seed << 32) | (uint)number)), size)[0];
    }

    // Neighbouring seeds give FsCheck's generator neighbouring streams, so all bits are spread first (the finalizer of SplitMix64).
    private static ulong Mix(ulong bits)
    {
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return bits ^ (bits >> 31);
    }

    private static Arbitrary<T> Find<T>(Func<IArbMap, Arbitrary<T>> examples, PropertyOptions options)
    {
        try
        {
            var arbitrary = examples(options.ArbMap ?? ArbMap.Default);
            // Generators of parts are looked up only now.
            _ = arbitrary.Generator;
            return arbitrary;
        }
        catch (Exception error)
        {
            var cause = error;
            while (cause is TargetInvocationException or TypeInitializationException && cause.InnerException is { } inner) cause = inner;
            throw NoGenerator(typeof(T), cause.Message);
        }
    }

    private static void Check(PropertyOptions options)
    {
        if (options.MaxTest < 1) throw OutOfRange(nameof(options.MaxTest), options.MaxTest, 1);
        if (options.StartSize < 0) throw OutOfRange(nameof(options.StartSize), options.StartSize, 0);
        if (options.EndSize < options.StartSize) throw OutOfRange(nameof(options.EndSize), options.EndSize, options.StartSize);
        if (options.MaxShrinks < 0) throw OutOfRange(nameof(options.MaxShrinks), options.MaxShrinks, 0);
    }

    private static RondoUsageException OutOfRange(string option, int value, int least) =>
        new(string.Create(CultureInfo.InvariantCulture, $"PropertyOptions.{option} is {value}, but must be at least {least}. Correct the value. [RND2030]"));

    private static RondoUsageException NoGenerator(Type type, string reason) =>
        new($"There is no generator for the examples of this property ({type}): {reason} Hand over an Arbitrary, or add one to PropertyOptions.ArbMap. [RND2031]");

    private sealed record Failure(Exception? Error);
}
