using Rondo;

public class InTheGlobalNamespace
{
    [Test] public void Runs() { }

    public class Nested
    {
        [Test] public void Runs() { }

        public class Deeper
        {
            [Test] public void Runs() { }
        }
    }
}

namespace Odd.@namespace
{
    public class @class
    {
        [Test] public void @void() { }
        [Test] public void Größe_übt_日本語() { }
        [Test, Case(1)] public void Overloaded(int number) => Expect.Equal(1, number);
        [Test, Case("a")] public void Overloaded(string text) => Expect.Equal("a", text);
        [Test] public void Overloaded() { }
    }
}
