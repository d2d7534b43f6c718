using Rondo.Conventions.Reading;

namespace Rondo.Conventions;

/// <summary>A change of what users can see is a change of a text file, which somebody reads.</summary>
[TestClass]
public sealed class PublicSurfaceTests
{
    [TestMethod]
    [DataRow("Rondo.Loops")]
    [DataRow("Rondo.Core")]
    [DataRow("Rondo.Engine")]
    [DataRow("Rondo")]
    [DataRow("Rondo.FsCheck")]
    [DataRow("Rondo.Logging")]
    public void The_public_surface_is_the_approved_one(string name)
    {
        // The platform lies with the tests, which run on it; so do the packages whose types stand in a surface.
        string[] beside = ["Rondo.Loops", "Rondo.Core", "Rondo.Engine", "Rondo"];
        var packages = new[] { "Microsoft.Testing.*.dll", "Microsoft.Extensions.*.dll", "FsCheck.dll", "FSharp.Core.dll" }.SelectMany(p => Directory.EnumerateFiles(AppContext.BaseDirectory, p));

        var text = PublicSurface.Describe(Repository.Assembly(name), beside.Where(b => b != name).Select(Repository.Assembly).Concat(packages));

        if (ApprovedText.Compare(Path.Combine(Repository.Root, "tests", "Conventions", "Approved", $"PublicApi.{name}.txt"), text) is { } difference) Assert.Fail(difference);
    }

    [TestMethod]
    public void A_surface_is_written_as_users_see_it()
    {
        var text = PublicSurface.Describe(typeof(PublicSurfaceTests).Assembly.Location, [], t => t.ContainingNamespace.Name == "Surface");

        Assert.AreEqual("""
            namespace Rondo.Conventions.Samples.Surface

              public delegate void Filled(Kinds kinds)

              [Flags]
              public enum Kinds
                None = 0
                One = 1

              public sealed record Row : IEquatable<Row>
                public Row(int Number)
                public int Number { get; init; }

              public abstract class Shelf<T> : IComparable<Shelf<T>> where T : notnull
                protected Shelf(string? name = null)
                public abstract int CompareTo(Shelf<T>? other)
                public int Count { get; init; }
                protected virtual ValueTask FillAsync(IReadOnlyList<T?> things, CancellationToken stop = default)
                public const int Limit = 3
                [Obsolete("Use Count.")] public int Size { get; }

            """.ReplaceLineEndings("\n"), text);
    }

    [TestMethod]
    public void A_difference_says_what_went_and_came_and_how_to_approve_it()
    {
        var folder = Directory.CreateTempSubdirectory("rondo-approved-");
        try
        {
            var approved = Path.Combine(folder.FullName, "Surface.txt");
            File.WriteAllText(approved, "one\ntwo\nthree\n");

            var difference = ApprovedText.Compare(approved, "one\nthree\nfour\n");

            Assert.Contains("\n- two\n+ four\n", difference!);
            Assert.Contains("mv '", difference!);
            Assert.AreEqual("one\nthree\nfour\n", File.ReadAllText(Path.Combine(folder.FullName, "Surface.received.txt")));
            Assert.IsNull(ApprovedText.Compare(approved, "one\ntwo\nthree\n"));
            Assert.IsFalse(File.Exists(Path.Combine(folder.FullName, "Surface.received.txt")));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
