using Rondo;

public class Tests
{
    [Test] public async void Runs() => await Task.Yield();
}
