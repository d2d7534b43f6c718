using System.ComponentModel;
using System.Reflection;
using Rondo.Catalog;

namespace Rondo.Reflection;

/// <summary>Makes the catalog of a compiled assembly by reflection, for languages and hosts without Rondo's generator. It has the same ids, marks, fixtures and order as the generated one.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ReflectedTests
{
    /// <summary>Announces the catalog of an assembly. Nothing of it is read before a run asks for it.</summary>
    /// <param name="tests">The assembly that declares the tests, not null. One that was compiled with the generator has announced itself already.</param>
    /// <remarks>Thread: any, once for each assembly, before <c>RondoApplication</c> is called.</remarks>
    public static void Announce(Assembly tests) => CatalogRegistry.Add(Read(tests));

    /// <summary>The catalog of an assembly.</summary>
    /// <param name="tests">The assembly that declares the tests, not null.</param>
    /// <returns>A catalog that is read when it is first asked for its classes. Tests that cannot run are in it and fail with the message that the compiler would have given.</returns>
    /// <exception cref="RondoUsageException">RND2060: a type of the assembly cannot be loaded; thrown when the catalog is first asked.</exception>
    public static AssemblyCatalog Read(Assembly tests)
    {
        ArgumentNullException.ThrowIfNull(tests);
        return new ReflectedCatalog(tests);
    }
}
