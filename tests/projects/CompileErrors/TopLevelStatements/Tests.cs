using Rondo;

Console.WriteLine("hello");

public class Tests
{
    [Test] public void Runs() { }
}
