using Rondo;
using Rondo.Loops;

public sealed class NoDisplay : LoopDispatcher
{
    public NoDisplay() => throw new NotSupportedException("There is no display.");

    public override bool TryPost(Action callback) => false;

    public override void Run() { }

    public override void Shutdown() { }
}

[Loop(Dispatcher = typeof(NoDisplay))]
public sealed class Broken
{
    [Test] public async Task An_asynchronous_test() => await Task.Yield();

    [Test] public static void A_synchronous_test() { }
}

public sealed class Beside
{
    [Test] public async Task A_test_beside_them() => await Task.Yield();
}
