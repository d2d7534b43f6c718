using Rondo;

public class Tests
{
    [Test] public void Runs() { }
}
