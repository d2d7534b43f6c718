using NUnit.Framework;

namespace Old;

public class Tests
{
    [Test] public void Runs() { }
}
