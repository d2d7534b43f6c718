using Rondo;

namespace Outer
{
    public sealed record Level(string Name);

    public static class Fixtures
    {
        [Fixture] public static Level Level() => new("outer");
        [Fixture] public static string Plain() => "plain";
        [Fixture(Name = "Fancy")] public static string Other() => "fancy";
    }

    public class Tests
    {
        [Test] public void In_the_outer_namespace(Level level) => Expect.Equal("outer", level.Name);
        [Test] public void By_the_name_of_the_parameter(string plain) => Expect.Equal("plain", plain);
        [Test] public void By_mark([From("Fancy")] string text) => Expect.Equal("fancy", text);
    }
}

namespace Outer.Inner
{
    public static class Fixtures
    {
        [Fixture] public static Level Level(Level level) => new(level.Name + " + inner");
    }

    public class Tests
    {
        [Test] public void In_the_inner_namespace(Level level) => Expect.Equal("outer + inner", level.Name);
    }

    public class Own
    {
        [Fixture] public Level Mine() => new("own");
        [Test] public void In_the_class_itself(Level level) => Expect.Equal("own", level.Name);
        [Test] public void Past_the_nearest([From("Level")] Level level) => Expect.Equal("outer + inner", level.Name);
    }

    public class Derived : Own
    {
        [Test] public void In_the_base_class(Level level) => Expect.Equal("own", level.Name);
    }
}
