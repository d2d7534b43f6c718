using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis.CSharp;
using Rondo.Generator.Model;

namespace Rondo.Generator.Writing;

/// <summary>Writes what announces the catalog, and the program's entry point.</summary>
internal static class AssemblyWriter
{
    /// <summary>The registration; null if there is nothing to announce.</summary>
    /// <param name="assembly">Name and marks.</param>
    /// <param name="classes">Full names of the test classes.</param>
    /// <param name="holders">Full names of the fixture holders.</param>
    public static string? Registration(AssemblyModel assembly, IEnumerable<string> classes, IEnumerable<string> holders)
    {
        var tests = classes.Distinct().OrderBy(n => n, StringComparer.Ordinal).ToList();
        var fixtures = holders.Distinct().OrderBy(n => n, StringComparer.Ordinal).ToList();
        if (tests.Count == 0 && fixtures.Count == 0 && assembly.Marks == MarkSet.None) return null;
        var code = new StringBuilder(CodeText.Head).Append("namespace Rondo.Generated\n{\n").Append(CodeText.Marks)
            .Append("    internal sealed class RondoCatalog : global::Rondo.Catalog.AssemblyCatalog\n    {\n")
            .Append("        [global::System.Runtime.CompilerServices.ModuleInitializer]\n")
            .Append("        internal static void Announce() => global::Rondo.Catalog.CatalogRegistry.Add(new RondoCatalog());\n\n")
            .Append("        public override string AssemblyName => ").Append(CodeText.Literal(assembly.Name)).Append(";\n\n")
            .Append("        public override string Table => ").Append(CodeText.Table(ClassTable.OfAssembly(assembly.Marks))).Append(";\n\n");
        Append(code, "TestClassEntry", "TestClasses", tests.ConvertAll(TestClassWriter.TypeName));
        code.Append('\n');
        Append(code, "FixtureHolderEntry", "FixtureHolders", fixtures.ConvertAll(HolderWriter.TypeName));
        TestClassWriter.WriteDispatchers(code, [assembly.Marks.Dispatcher]);
        TestClassWriter.WriteConditions(code, [assembly.Marks.Condition]);
        return code.Append("    }\n}\n").ToString();
    }

    public static string EntryPoint(string? rootNamespace)
    {
        var space = string.IsNullOrEmpty(rootNamespace) ? "" : SafeNamespace(rootNamespace!) + ".";
        return CodeText.Head + CodeText.Marks.Replace("    [", "[") + $$"""
            internal static class RondoEntryPoint
            {
                // Synchronous: an async Main would give the main thread away.
                private static int Main(string[] args) => global::Rondo.Hosting.RondoApplication.Run(
                    args, static platformArguments => global::{{space}}MicrosoftTestingPlatformApplication.RunAsync(platformArguments));
            }

            """.Replace("\r\n", "\n");
    }

    /// <summary>The namespace that Microsoft.Testing.Platform.MSBuild puts its helper in: the project's root namespace with everything replaced that is no identifier.</summary>
    /// <remarks>The same rules as its NamespaceHelpers.ToSafeNamespace; when they differ, the project does not compile, and says which name is missing.</remarks>
    public static string SafeNamespace(string value)
    {
        value = value.Trim();
        var safe = new StringBuilder(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            if (i < value.Length - 1 && char.IsSurrogatePair(value[i], value[i + 1]))
            {
                safe.Append('_');
                i++;
                continue;
            }

            var first = safe.Length == 0 || safe[safe.Length - 1] == '.';
            var canBegin = SyntaxFacts.IsIdentifierStartCharacter(value[i]);
            var canFollow = SyntaxFacts.IsIdentifierPartCharacter(value[i]);
            if (first && !canBegin && canFollow) safe.Append('_').Append(value[i]);
            else if ((first && canBegin) || (!first && canFollow) || (safe.Length > 0 && i < value.Length - 1 && value[i] == '.')) safe.Append(value[i]);
            else safe.Append('_');
        }

        return safe.ToString();
    }

    private static void Append(StringBuilder code, string type, string method, List<string> names)
    {
        code.Append("        public override global::Rondo.Catalog.").Append(type).Append("[] ").Append(method).Append("() => new global::Rondo.Catalog.").Append(type).Append('[').Append(names.Count.ToString(CultureInfo.InvariantCulture)).Append("]\n        {\n");
        foreach (var name in names) code.Append("            new ").Append(name).Append("(),\n");
        code.Append("        };\n");
    }
}
