using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Testing.Platform.Builder;

namespace Rondo.Hosting;

/// <summary>Starts the platform for a program of F# or VB. Where the platform's own targets write the list of extensions there depends on the language and on the project's root namespace, so it is found by name.</summary>
internal static class FoundPlatform
{
    [RequiresUnreferencedCode("Types are found by their names.")]
    public static async Task<int> RunAsync(string[] args, Assembly tests)
    {
        var builder = await TestApplication.CreateBuilderAsync(args).ConfigureAwait(false);
        if (Extensions(tests) is { } registered) registered.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [builder, args], null);
        // Switched off (GenerateSelfRegisteredExtensions=false): Rondo alone.
        else TestingPlatformBuilderHook.AddExtensions(builder, args);
        using var app = await builder.BuildAsync().ConfigureAwait(false);
        return await app.RunAsync().ConfigureAwait(false);
    }

    [RequiresUnreferencedCode("Types are found by their names.")]
    private static MethodInfo? Extensions(Assembly tests) => TypesOf(tests).Where(t => t.Name == "SelfRegisteredExtensions")
        .Select(t => t.GetMethod("AddSelfRegisteredExtensions", BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic, [typeof(ITestApplicationBuilder), typeof(string[])]))
        .FirstOrDefault(m => m is not null);

    // What cannot be loaded is told by whoever looks for the tests.
    [RequiresUnreferencedCode("Types are found by their names.")]
    private static IEnumerable<Type> TypesOf(Assembly tests)
    {
        try
        {
            return tests.GetTypes();
        }
        catch (ReflectionTypeLoadException some)
        {
            return some.Types.OfType<Type>();
        }
    }
}
