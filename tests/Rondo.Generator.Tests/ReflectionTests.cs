// The second provider over what the first one was tested with: an assembly's catalog is the same whoever made it, and what the compiler refuses makes tests fail with the same words.
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Rondo.Catalog;
using Rondo.Reflection;

namespace Rondo.Generator.Tests;

[TestClass]
public sealed class ReflectionTests
{
    [TestMethod]
    public void Every_sample_that_compiles_has_the_same_catalog_from_both()
    {
        var compared = 0;
        foreach (var code in DiagnosticsTests.Samples.Where(s => s.Expected == "-").Select(s => s.Code))
        {
            var generated = Compiling.GenerateAnyway(Compiling.Compilation(code));
            if (generated.Sources.All(s => !s.HintName.StartsWith("RondoCatalog", StringComparison.Ordinal))) continue;
            // Compares.
            generated.Load();
            compared++;
        }

        Assert.IsGreaterThan(30, compared);
    }

    [TestMethod]
    public void Every_error_of_the_compiler_half_fails_a_test_with_the_same_words()
    {
        var missing = new List<string>();
        var errors = 0;
        foreach (var (expected, code) in DiagnosticsTests.Samples)
        {
            if (expected == "-") continue;
            var compilation = Compiling.Compilation(code);
            var told = new Lazy<HashSet<string>>(() => Told(ReflectedTests.Read(Load(compilation))));
            foreach (var line in Analyzing.Errors(compilation))
            {
                errors++;
                if (!told.Value.Contains(line)) missing.Add($"{code}\n  {line}\n  {string.Join("\n  ", told.Value)}");
            }
        }

        Assert.IsGreaterThan(100, errors);
        Assert.IsEmpty(missing, $"{missing.Count} of {errors}\n" + string.Join("\n\n", missing));
    }

    private static HashSet<string> Told(AssemblyCatalog catalog)
    {
        var told = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in catalog.TestClasses())
        {
            for (var i = 0; i < CatalogTable.Read(entry.Table).Count(r => r.Kind == "test"); i++)
            {
                try
                {
                    // What runs in spite of everything gets nothing to run with.
                    entry.Invoke(i, null, []);
                }
                catch (InvalidOperationException broken) when (broken.Message.EndsWith(']'))
                {
                    told.Add(broken.Message);
                }
                catch (Exception other) when (other is IndexOutOfRangeException or TargetException or NullReferenceException)
                {
                }
            }
        }

        return told;
    }

    private static Assembly Load(CSharpCompilation compilation)
    {
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        Assert.IsTrue(result.Success, string.Join("\n", result.Diagnostics));
        image.Position = 0;
        return new AssemblyLoadContext(compilation.AssemblyName, isCollectible: false).LoadFromStream(image);
    }
}
